"""Reminders of plans: one mechanism over the rules that lie in the database (architecture.md 28).

A rule counts its days in school days for people of settings and in working days for council staff, and writes on such a day only, so that
nobody in a setting hears of a plan in the holidays (practice.md 23).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.roles import ROLES_OF_KIND, OrganisationKind, Role
from accounts.scopes import today
from caseload.models import StatusEpisode
from caseload.scopes import current
from caseload.states import PlanStatus
from core.calendars import Calendar, NoTermDates, add_school_days, add_working_days, is_school_day, is_working_day
from core.selectors import calendar
from messaging.models import ReminderRule
from messaging.services import Draft, queue_many
from peps.models import Part, Pep
from peps.selectors import people_of
from peps.states import LIVE, WRITABLE, PartKind, PartState

KINDS = ("peps.opened", "peps.due_soon", "peps.late")
IN_SETTINGS = frozenset(ROLES_OF_KIND[OrganisationKind.SETTING])


@dataclass(frozen=True)
class Queued:
    """What one run queued; its text stands beside the heartbeat. `note` says why settings were left out."""

    queued: int = 0
    note: str = ""

    def __str__(self) -> str:
        return f"{self.queued} queued. {self.note}".strip()


@dataclass(frozen=True)
class Day:
    """The day a run writes on, and whether people of settings and council staff are at work."""

    on: date
    known: Calendar
    school: bool
    working: bool

    def at_work(self, role: str) -> bool:
        return self.school if role in IN_SETTINGS else self.working

    def has_come(self, rule: ReminderRule, pep: Pep, role: str) -> date | None:
        """The day on which a rule writes to a role about a plan, if that day has come."""
        anchor = pep.opened_on if rule.anchor == ReminderRule.Anchor.OPENED else pep.due_on
        add = add_school_days if role in IN_SETTINGS else add_working_days
        when = add(self.known, anchor, -rule.days_before)
        return when if when <= self.on else None


def queue_due(*, on: date) -> Queued:
    """Queue the reminders of this day, each once for a plan, a rule and a person; twice the same day adds nothing.

    Of several rules whose day has come only the newest writes: after an outage everybody hears once, and of nothing that is overtaken.
    Without term dates people of settings are left out and the answer says so; no day is guessed.
    """
    known, note = calendar(), ""
    try:
        school = is_school_day(known, on)
    except NoTermDates as missing:
        school, note = False, missing.message
    day = Day(on, known, school, is_working_day(known, on))
    if not (day.school or day.working):
        return Queued(note=note)
    rules = list(ReminderRule.objects.filter(active=True, kind__in=KINDS))
    peps = list(_reminded(on).order_by("pk"))
    done = leads_done(peps)
    people = people_of(peps, on)
    drafts = [draft for pep in peps for draft in _drafts(pep, rules, people[pep.pk], day, lead_done=pep.pk in done)]
    with transaction.atomic():
        return Queued(queue_many(drafts), note)


def leads_done(peps: list[Pep]) -> set[Any]:
    """The plans among these to which social care's part has come."""
    return set(Part.objects.filter(pep__in=peps, kind=PartKind.LEAD, state=PartState.COMPLETE).values_list("pep", flat=True))


def still_to_do(pep: Pep, role: str, *, lead_done: bool) -> bool:
    """Whether somebody in this role has something left to do on the plan."""
    if role == Role.DESIGNATED_TEACHER:
        return pep.state in WRITABLE
    if role == Role.LEAD_PRACTITIONER:
        return pep.state in LIVE and not lead_done
    return pep.state in LIVE


def may_receive(user: User, about_id: str) -> bool:
    """Asked again when the mail goes: the plan is still theirs to see, and they still have something to do."""
    pep = Pep.objects.visible_to(user).filter(pk=about_id, pk__in=_reminded(today()).values("pk")).first()
    if pep is None:
        return False
    lead_done, people = bool(leads_done([pep])), people_of([pep], today())[pep.pk]
    return any(user in people[role] and still_to_do(pep, role, lead_done=lead_done) for role in people)


def may_receive_in_time(user: User, about_id: str) -> bool:
    """As `may_receive`, for what is said before the plan is due: a mail held up beyond that day has no purpose any more."""
    return may_receive(user, about_id) and Pep.objects.filter(pk=about_id, due_on__gte=today()).exists()


def _reminded(on: date) -> QuerySet[Pep]:
    """The plans that still have to be agreed; with a child who becomes looked after the reminders stop (practice.md 21)."""
    looked_after = StatusEpisode.objects.filter(current(on), child=OuterRef("child"), status=PlanStatus.LOOKED_AFTER)
    return Pep.objects.filter(~Exists(looked_after), state__in=LIVE)


def _drafts(pep: Pep, rules: list[ReminderRule], people: Mapping[str, list[User]], day: Day, *, lead_done: bool) -> Iterator[Draft]:
    for role, persons in people.items():
        if not persons or not day.at_work(role) or not still_to_do(pep, role, lead_done=lead_done):
            continue
        if rule := _newest(pep, [rule for rule in rules if role in rule.audience], role, day):
            for person in persons:
                yield Draft(key=f"pep-{rule.code}:{pep.pk}:{person.pk}", kind=rule.kind, to=person, about=pep)


def _newest(pep: Pep, rules: list[ReminderRule], role: str, day: Day) -> ReminderRule | None:
    """The rule whose day has come last; None where no day has come, or where the terms around the plan are not known any more."""
    try:
        come = [(when, rule.pk, rule) for rule in rules if (when := day.has_come(rule, pep, role))]
    except NoTermDates:
        return None
    return max(come, key=lambda each: each[:2])[2] if come else None
