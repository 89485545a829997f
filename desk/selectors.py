"""What needs this person now, and why: one list of work, oldest duty first, and the numbers that open their lists."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from accounts.models import User
from accounts.policies import may
from accounts.roles import Permission, Role
from accounts.scopes import hats_of
from caseload.models import AdviserAllocation, Child, Placement
from caseload.scopes import current
from caseload.states import PlacementState
from core.calendars import Calendar, NoTermDates, school_days_between
from messaging.models import Message
from messaging.states import MessageState
from peps.filters import asked_as
from peps.models import Part, Pep
from peps.policies import letter_of
from peps.selectors import state_words
from peps.states import LIVE, WRITABLE, PartKind, PartState, PepKind, PepState

SHOWN = 20


@dataclass(frozen=True)
class Need:
    """One piece of work: what, why, by when, and where it is done."""

    title: str
    why: str
    href: str
    by: date | None = None
    late: bool = False


@dataclass(frozen=True)
class Number:
    """A number that opens exactly its list."""

    number: int
    label: str
    href: str


def needs(user: User, on: date, calendar: Calendar) -> list[Need]:
    """The work that waits for the person in the hat they wear, oldest duty first; at most SHOWN a kind."""
    roles = {hat.role for hat in hats_of(user)}
    found: list[Need] = []
    if Role.DESIGNATED_TEACHER in roles or Role.SAFEGUARDING_LEAD in roles:
        found += _for_setting(user, on, calendar)
    if Role.LEAD_PRACTITIONER in roles:
        found += _for_lead(user, on, calendar)
    if Role.ADVISORY_TEACHER in roles:
        found += _for_adviser(user, on, calendar)
    if may(user, Permission.REVIEW_PEP):
        found += _to_review(user, on, calendar)
    if may(user, Permission.GIVE_PLACE):
        found += _offers_out(user, on)
        found += _without_adviser(user, on, calendar)
    if may(user, Permission.VIEW_HEALTH):
        found += _failed_messages()
    return sorted(found, key=lambda need: (need.by is None, need.by))


def numbers(user: User, on: date) -> list[Number]:
    """A few figures of the person's own children and plans."""
    plans, listed, letter = Pep.objects.visible_to(user), reverse("peps:list"), letter_of(user)
    sent = state_words(PepState.SUBMITTED, letter).lower()
    figures = [
        Number(Child.objects.visible_to(user).count(), "children you may see", reverse("caseload:children")),
        Number(plans.filter(state__in=LIVE).count(), "PEPs open", f"{listed}?{_states(LIVE, letter)}"),
        Number(plans.filter(state=PepState.SUBMITTED).count(), f"PEPs {sent}", f"{listed}?{_states([PepState.SUBMITTED], letter)}"),
        Number(plans.filter(state__in=WRITABLE, due_on__lt=on).count(), "PEPs late", f"{listed}?late=true"),
    ]
    return figures if may(user, Permission.VIEW_PEP) else []


def caseload(user: User, on: date) -> QuerySet[Child]:
    """The children allocated to this advisory teacher now."""
    mine = AdviserAllocation.objects.filter(current(on), adviser=user.pk, child=OuterRef("pk"))
    return Child.objects.visible_to(user).filter(Exists(mine))


def with_next_pep(children: QuerySet[Child]) -> QuerySet[Child]:
    """Adds the open plan that is due first: pep_pk, pep_state, pep_due."""
    next_pep = Pep.objects.filter(child=OuterRef("pk"), state__in=LIVE).order_by("due_on")
    return children.annotate(
        pep_pk=Subquery(next_pep.values("pk")[:1]),
        pep_state=Subquery(next_pep.values("state")[:1]),
        pep_due=Subquery(next_pep.values("due_on")[:1]),
    )


def due_words(due_on: date, on: date, calendar: Calendar) -> str:
    """ "late, 6 days", "due today", "due in 4 school days"; days are counted in school days where term dates are known."""
    if due_on < on:
        days = (on - due_on).days
        return f"late, {days} {'day' if days == 1 else 'days'}"
    if due_on == on:
        return "due today"
    try:
        days = school_days_between(calendar, on, due_on)
    except NoTermDates:
        return ""
    return f"due in {days} school {'day' if days == 1 else 'days'}"


def _states(states: Sequence[str], letter: str) -> str:
    """What asks the list of plans for these states, in the words of its reader."""
    return "&".join(f"state={value}" for value in asked_as(states, letter))


def _for_setting(user: User, on: date, calendar: Calendar) -> Iterator[Need]:
    settings_of_user = [hat.organisation_id for hat in hats_of(user)]
    plans = Pep.objects.visible_to(user).filter(setting__in=settings_of_user, state__in=WRITABLE).select_related("child")
    for pep in plans.order_by("due_on")[:SHOWN]:
        verb = "Change what was asked in" if pep.state == PepState.RETURNED else "Complete"
        yield _of_plan(pep, f"{verb} the PEP of {pep.child.name}", "the setting's and the child's part", on, calendar)


def _for_lead(user: User, on: date, calendar: Calendar) -> Iterator[Need]:
    open_parts = Part.objects.visible_to(user).filter(kind=PartKind.LEAD, pep__state__in=LIVE).exclude(state=PartState.COMPLETE)
    for part in open_parts.select_related("pep__child").order_by("pep__due_on")[:SHOWN]:
        href = reverse("peps:part", args=[part.pep_id, PartKind.LEAD.value])
        yield _of_plan(part.pep, f"Write your part of the PEP of {part.pep.child.name}", "one page, five minutes", on, calendar, href=href)


def _for_adviser(user: User, on: date, calendar: Calendar) -> Iterator[Need]:
    mine = AdviserAllocation.objects.filter(current(on), adviser=user.pk, child=OuterRef("pep__child"))
    parts = Part.objects.visible_to(user).filter(Exists(mine), kind=PartKind.ADVISER, pep__state=PepState.SUBMITTED)
    for part in parts.exclude(state=PartState.COMPLETE).select_related("pep__child").order_by("pep__due_on")[:SHOWN]:
        href = reverse("peps:part", args=[part.pep_id, PartKind.ADVISER.value])
        yield _of_plan(
            part.pep, f"Write the Virtual School's part for {part.pep.child.name}", "the setting has sent its part", on, calendar, href=href
        )


def _to_review(user: User, on: date, calendar: Calendar) -> Iterator[Need]:
    ready = Part.objects.filter(pep=OuterRef("pk"), kind=PartKind.ADVISER, state=PartState.COMPLETE)
    wrote = Part.objects.filter(pep=OuterRef("pk"), writers__user=user.pk)
    mine = AdviserAllocation.objects.filter(current(on), adviser=user.pk, child=OuterRef("child"))
    another = Q(kind=PepKind.FIRST) | Q(sampled=True)  # for a reviewer outside the child's work (peps/review_rules.py)
    plans = Pep.objects.visible_to(user).filter(Exists(ready), ~Exists(wrote.exclude(kind=PartKind.ADVISER)), state=PepState.SUBMITTED)
    plans = plans.exclude(another & (Q(Exists(mine)) | Q(Exists(wrote))))
    for pep in plans.exclude(submitted_by=user.pk).select_related("child").order_by("due_on")[:SHOWN]:
        href = reverse("peps:review", args=[pep.pk])
        yield _of_plan(pep, f"Check the PEP of {pep.child.name}", "waits for sign-off", on, calendar, href=href)


def _without_adviser(user: User, on: date, calendar: Calendar) -> Iterator[Need]:
    """Plans that were sent and lie with nobody."""
    anybody = AdviserAllocation.objects.filter(current(on), child=OuterRef("child"))
    plans = Pep.objects.visible_to(user).filter(~Exists(anybody), state=PepState.SUBMITTED).select_related("child")
    for pep in plans.order_by("due_on")[:SHOWN]:
        href, title = reverse("caseload:adviser", args=[pep.child_id]), f"Name an advisory teacher for {pep.child.name}"
        yield _of_plan(pep, title, "the PEP was sent and lies with nobody", on, calendar, href=href)


def _of_plan(pep: Pep, title: str, why: str, on: date, calendar: Calendar, *, href: str = "") -> Need:
    due = due_words(pep.due_on, on, calendar)
    words = f"{why}; {due}" if due else why
    return Need(title=title, why=words, href=href or reverse("peps:plan", args=[pep.pk]), by=pep.due_on, late=pep.due_on < on)


def _offers_out(user: User, on: date) -> Iterator[Need]:
    offers = Placement.objects.visible_to(user).filter(state=PlacementState.OFFERED).select_related("child", "place__pool")
    for offer in offers.order_by(F("reserved_until").asc(nulls_last=True))[:SHOWN]:
        late = offer.reserved_until is not None and offer.reserved_until < on
        why = "the reservation has run out" if late else "offered, not started yet"
        yield Need(
            f"Start or withdraw the place of {offer.child.name}",
            why,
            reverse("desk:child", args=[offer.child_id]),
            offer.reserved_until,
            late,
        )


def _failed_messages() -> Iterator[Need]:
    failed = Message.objects.filter(state=MessageState.FAILED).count()
    if failed:
        yield Need("Look at messages that could not be delivered", f"{failed} failed", reverse("health"), late=True)
