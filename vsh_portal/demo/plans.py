"""The demo's places and plans: some being written, one sent, one agreed, one returned, one offer out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import User
from accounts.scopes import today
from caseload.models import Child, LeadAllocation
from caseload.scopes import current
from caseload.selectors import suggest_adviser
from caseload.services import places
from core.selectors import calendar
from peps import reading
from peps.models import Pep
from peps.services import admission, planning, review, sections
from peps.states import PartKind
from vsh_portal.demo import answers

PLACED, PANEL_FROM, OFFERED = 18, 14, 19
HOW_FAR = ("signed off", "sent", "returned", "begun", "begun")
TEACHER = {"910001": "teacher.alderbrook@example.org", "910002": "teacher.fernhill@example.org", "910005": "teacher.marlow@example.org"}


@dataclass(frozen=True)
class Cast:
    """Who writes in one child's plan."""

    teacher: User
    lead: User
    adviser: User
    reviewer: User


def make(*, head: User, on: date, now: datetime) -> None:
    """Places for most children from ten weeks ago, one offer, and plans in every state a person will want to see."""
    start = on - timedelta(weeks=10)
    for number, child in enumerate(Child.objects.order_by("last_name")):
        if number < PLACED:
            _admit(child, head, start, pool="panels" if number >= PANEL_FROM else "social_care")
        elif number == OFFERED:
            places.offer(child_id=child.pk, pool="social_care", on=on, by=head, reserved_until=on + timedelta(weeks=4))
    planning.open_due(on=_day_with_plans(on))
    for (pep, cast), how_far in zip(_with_everybody(head), HOW_FAR, strict=False):
        _write(pep, cast, how_far, now)


def _day_with_plans(on: date) -> date:
    """The day itself within a cycle; in the holidays the last day of the cycle before, so that there are plans all the year."""
    known = calendar()
    if any(on in cycle for cycle in known.cycles):
        return on
    return max((cycle.ends_on for cycle in known.cycles if cycle.ends_on < on), default=on)


def _with_everybody(head: User) -> Iterator[tuple[Pep, "Cast"]]:
    """The plans whose setting, social care and adviser all have a person in the demo, one setting after the other."""
    for pep in Pep.objects.select_related("setting", "child").order_by("setting__urn", "child__last_name"):
        if cast := _cast(pep, head):
            yield pep, cast


def _admit(child: Child, head: User, start: date, *, pool: str) -> None:
    found = suggest_adviser(child, start)
    admission.admit(child_id=child.pk, pool=pool, on=start, by=head, adviser_id=found.adviser.pk if found else None)


def _teacher_of(pep: Pep) -> str:
    return TEACHER.get(pep.setting.urn or "", "") if pep.setting else ""


def _cast(pep: Pep, head: User) -> Cast | None:
    lead = (
        LeadAllocation.objects.filter(current(today()), child=pep.child, practitioner__isnull=False).select_related("practitioner").first()
    )
    adviser = pep.child.adviser_allocations.filter(ends_on=None).select_related("adviser").first()
    if lead is None or lead.practitioner is None or adviser is None or not _teacher_of(pep):
        return None
    return Cast(User.objects.get(email=_teacher_of(pep)), lead.practitioner, adviser.adviser, head)


def _write(pep: Pep, cast: Cast, how_far: str, now: datetime) -> None:
    _part(pep, PartKind.CHILD, cast.teacher, answers.child_part(), now, done=how_far != "begun")
    if how_far == "begun":
        return
    [learning] = [question for question in reading.questions(pep, PartKind.SETTING) if question.code == "S8"]
    areas = [key for key, _label in learning.fields[0]["rows"]]
    _part(pep, PartKind.SETTING, cast.teacher, answers.setting_part(areas), now, targets=answers.targets())
    _part(pep, PartKind.LEAD, cast.lead, answers.lead_part(), now)
    review.submit(pep_id=pep.pk, by=cast.teacher, now=now, declared=True)
    if how_far == "returned":
        review.give_back(
            pep_id=pep.pk, reason="Please add a number to the first target.", parts=[PartKind.SETTING], by=cast.adviser, now=now
        )
    if how_far == "signed off":
        _part(pep, PartKind.ADVISER, cast.adviser, answers.adviser_part(), now)
        review.sign_off(pep_id=pep.pk, by=cast.reviewer, now=now)


def _part(pep: Pep, kind: str, by: User, given: answers.Answers, now: datetime, *, targets: list | None = None, done: bool = True) -> None:
    part = reading.parts(pep)[kind]
    sections.save(pep_id=pep.pk, kind=kind, answers=given, targets=targets, version=part.version, by=by, now=now)
    if done:
        sections.complete(pep_id=pep.pk, kind=kind, by=by, now=now)
