"""Dated facts of a child: plan status, setting, lead practitioner and team, advisory teacher. The only door to those rows.

A new fact closes the one that holds on the day it starts; one for the day on which the open one starts corrects it, and so does
the same fact with an earlier start. Dates never cross: all rows of the child are looked at, not only the open one. `ends_on` is the
first day without.
"""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import Membership, Organisation, Setting, User
from accounts.roles import OrganisationKind, Role
from accounts.scopes import today
from audit.services import Act, record
from caseload.dates import in_words, refuse_far_ahead
from caseload.locks import locked_child
from caseload.models import AdviserAllocation, Child, Enrolment, FactKind, LeadAllocation, StatusEpisode
from caseload.models.history import Dated
from caseload.states import PlanStatus
from core.errors import Refused

BY_HAND = "entered by hand"
# What each kind of row is called in sentences and in the audit trail.
WORDS: dict[type[Dated], tuple[str, str]] = {
    StatusEpisode: ("status", "child.status"),
    Enrolment: ("setting", "child.setting"),
    LeadAllocation: ("lead practitioner or team", "child.lead"),
    AdviserAllocation: ("advisory teacher", "child.adviser"),
}
MODELS: dict[str, Any] = {
    FactKind.STATUS: StatusEpisode,
    FactKind.SETTING: Enrolment,
    FactKind.LEAD: LeadAllocation,
    FactKind.ADVISER: AdviserAllocation,
}


class DatesCross(Refused):
    """The new fact would hold on a day on which another one holds."""


@transaction.atomic
def set_status(
    *, child_id: uuid.UUID | str, status: str, starts_on: date, by: User, ends_on: date | None = None, source: str = BY_HAND
) -> StatusEpisode:
    """The child has this plan status from a day on (feature 2.4), or between two days. Raises DatesCross, Refused, NotAllowed."""
    if status not in PlanStatus.values:
        raise Refused("Select a plan status.")
    child = locked_child(child_id, by)
    return _write(StatusEpisode, child, by, source, starts_on, ends_on, status=status)


@transaction.atomic
def end_status(*, child_id: uuid.UUID | str, on: date, by: User) -> StatusEpisode:
    """The child has no plan from this day on; a place does not end by it (practice.md 20). Raises Refused, NotAllowed."""
    return _end(StatusEpisode, locked_child(child_id, by), on, by)


@transaction.atomic
def set_setting(*, child_id: uuid.UUID | str, setting: Setting, starts_on: date, by: User, source: str = BY_HAND) -> Enrolment:
    """The child is on roll at a setting from a day on: the first one, a correction, or a move that Virtual School staff record.

    Raises DatesCross; Refused for a setting that is closed on that day; NotAllowed.
    """
    child = locked_child(child_id, by)
    refuse_setting(setting, starts_on)
    return _write(Enrolment, child, by, source, starts_on, None, setting=setting)


@transaction.atomic
def end_setting(*, child_id: uuid.UUID | str, on: date, by: User) -> Enrolment:
    """The child is on no setting's roll from this day on (feature 2.5). Raises Refused, NotAllowed."""
    return _end(Enrolment, locked_child(child_id, by), on, by)


@transaction.atomic
def set_lead(
    *,
    child_id: uuid.UUID | str,
    team: Organisation,
    practitioner: User | None,
    starts_on: date,
    by: User,
    named_email: str = "",
    source: str = BY_HAND,
) -> LeadAllocation:
    """A team holds the child, with a lead practitioner or, without one, its manager; `named_email` keeps a worker who has no account yet.

    Raises DatesCross; Refused for an organisation that is no team and for somebody who does not belong to it; NotAllowed.
    """
    child = locked_child(child_id, by)
    refuse_lead(team, practitioner, starts_on)
    email = "" if practitioner else named_email.strip().lower()
    return _write(LeadAllocation, child, by, source, starts_on, None, team=team, practitioner=practitioner, named_email=email)


@transaction.atomic
def set_adviser(*, child_id: uuid.UUID | str, adviser: User, starts_on: date, by: User, source: str = BY_HAND) -> AdviserAllocation:
    """An advisory teacher works with the child from a day on. Raises DatesCross; Refused for somebody who is none; NotAllowed."""
    child = locked_child(child_id, by)
    if not _belongs(adviser, starts_on, role=Role.ADVISORY_TEACHER):
        raise Refused(f"{adviser.name} is not an advisory teacher on {in_words(starts_on)}. Select somebody else.")
    return _write(AdviserAllocation, child, by, source, starts_on, None, adviser=adviser)


@transaction.atomic
def call_off(*, kind: str, child_id: uuid.UUID | str, by: User, seen: str = "") -> Any:
    """The last fact of a kind that is recorded for a day to come will not hold, and the one it closed has no end again.

    Nothing is deleted: the row stays as an empty one and is returned. `seen` is the key of the row that the person had before them, so
    that a second press or an old page calls off no other. Raises Refused where none is to come, where it is another one; NotAllowed.
    """
    child = locked_child(child_id, by)
    rows = MODELS[kind].objects.filter(child=child)
    word, verb = WORDS[MODELS[kind]]
    row = rows.to_come(today()).order_by("starts_on").last()
    if row is None:
        raise Refused(f"No {word} is recorded for a day to come, so there is none to call off.")
    if seen and seen != str(row.pk):
        raise Refused(f"The {word} was changed meanwhile. Look at what is recorded now, then call it off if you still want to.")
    before = rows.not_empty().filter(ends_on=row.starts_on).first()
    ended_on, row.ends_on = row.ends_on, row.starts_on
    row.save(update_fields=["ends_on"])
    if before:  # after the other one: a child has one open row at most
        before.ends_on = None
        before.save(update_fields=["ends_on"])
    changes = {"starts_on": row.starts_on, "ended_on": ended_on, "open_again": before.pk if before else None}
    record(actor=by, verb=f"{verb}_called_off", target=row, child=child, changes=changes)
    return row


def refuse_setting(setting: Setting, starts_on: date) -> None:
    """Raises Refused for a setting that is closed on that day."""
    if setting.closed_on and setting.closed_on <= starts_on:
        raise Refused(f"{setting.name} closed on {in_words(setting.closed_on)}. Select another setting or an earlier date.")


def refuse_lead(team: Organisation, practitioner: User | None, starts_on: date) -> None:
    """Raises Refused for an organisation that is no team, and for somebody who does not belong to it."""
    if team.kind != OrganisationKind.SOCIAL_CARE_TEAM or not team.active:
        raise Refused("Select a social-care team.")
    if practitioner and not _belongs(practitioner, starts_on, organisation=team, role=Role.LEAD_PRACTITIONER):
        raise Refused(
            f"{practitioner.name} is not a lead practitioner of {team.name} on {in_words(starts_on)}. Select somebody of the team."
        )


def refuse_impossible_start(child: Child, starts_on: date) -> None:
    """Raises Refused for a fact of somebody who is not born yet, and for a year that was mistyped."""
    if starts_on < child.date_of_birth:
        raise Refused(f"Enter a day on or after the date of birth, {in_words(child.date_of_birth)}.")
    refuse_far_ahead(starts_on, today())


def _belongs(user: User, on: date, **hat: Any) -> bool:
    return Membership.objects.current(on).filter(user=user, **hat).exists()


def _write(model: Any, child: Child, by: User, source: str, starts_on: date, ends_on: date | None, **values: Any) -> Any:
    """Add the row, or correct the open one that starts on the same day; close the one that holds on that day."""
    refuse_impossible_start(child, starts_on)
    if ends_on and ends_on < starts_on:
        raise DatesCross(f"The {WORDS[model][0]} must end on or after the day it starts, {in_words(starts_on)}.")
    rows = list(model._default_manager.filter(child=child))
    open_row = next((row for row in rows if row.ends_on is None), None)
    same = open_row is not None and all(getattr(open_row, name) == value for name, value in values.items())
    if open_row and (open_row.starts_on == starts_on or (same and starts_on < open_row.starts_on)):
        others = [row for row in rows if row is not open_row]
        return _correct(open_row, others, child, by, {**values, "source": source, "starts_on": starts_on, "ends_on": ends_on})
    if open_row and same and ends_on is None and open_row.starts_on < starts_on:
        raise Refused(f"This {WORDS[model][0]} is recorded already, from {in_words(open_row.starts_on)}.")
    closing = closed_by(model, rows, starts_on, ends_on)
    if closing:
        closing.ends_on = starts_on
        closing.save(update_fields=["ends_on"])
    row = model._default_manager.create(child=child, starts_on=starts_on, ends_on=ends_on, entered_by=by, source=source, **values)
    record(actor=by, **vars(began(row, **values)))
    return row


def began(row: Any, **values: Any) -> Act:
    """What the trail says of a new fact with these values."""
    changes = {"starts_on": row.starts_on, "ends_on": row.ends_on, **_ids(values)}
    return Act(verb=f"{WORDS[type(row)][1]}_set", target=row, child=row.child, changes=changes)


def closed_by(model: type[Dated], rows: Iterable[Any], starts_on: date, ends_on: date | None = None) -> Any:
    """The open row that a new one would close, None where there is none; also for previews. Raises DatesCross."""
    closing = next((row for row in rows if row.ends_on is None and row.starts_on < starts_on), None)
    _refuse_crossing(model, [row for row in rows if row is not closing], starts_on, ends_on)
    return closing


def _correct(row: Any, others: list[Any], child: Child, by: User, values: dict[str, Any]) -> Any:
    """The open row with other values, an end, or an earlier start."""
    _refuse_crossing(type(row), others, values["starts_on"], values["ends_on"])
    before = {name: getattr(row, name) for name in values}
    if all(before[name] == value for name, value in values.items() if name != "source"):
        raise Refused(f"This {WORDS[type(row)][0]} is recorded already, from {in_words(row.starts_on)}.")
    for name, value in values.items():
        setattr(row, name, value)
    row.entered_by = by
    row.save()
    changes = {"from": _ids(before), "to": _ids(values)}
    record(actor=by, verb=f"{WORDS[type(row)][1]}_corrected", target=row, child=child, changes=changes)
    return row


def _refuse_crossing(model: type[Dated], rows: list[Any], starts_on: date, ends_on: date | None) -> None:
    for row in sorted(rows, key=lambda each: each.starts_on):
        ends_before = row.ends_on is not None and row.ends_on <= starts_on
        begins_after = ends_on is not None and row.starts_on >= ends_on
        empty = row.ends_on == row.starts_on
        if not (ends_before or begins_after or empty):
            raise DatesCross(_crossing_sentence(WORDS[model][0], row))


def _crossing_sentence(word: str, row: Any) -> str:
    if row.ends_on is None:
        return f"A later {word} is recorded from {in_words(row.starts_on)}. Enter a date after that one."
    begin, end = in_words(row.starts_on), in_words(row.ends_on)
    return f"Another {word} is recorded from {begin} to {end}. Enter {end} or a later date."


def _end(model: Any, child: Child, on: date, by: User) -> Any:
    row = model._default_manager.filter(child=child, ends_on=None).first()
    word, verb = WORDS[model]
    if row is None:
        raise Refused(f"No {word} is open, so there is none to end.")
    if on < row.starts_on:
        raise DatesCross(f"The {word} must end on or after the day it started, {in_words(row.starts_on)}.")
    refuse_far_ahead(on, today())
    row.ends_on = on
    row.save(update_fields=["ends_on"])
    record(actor=by, verb=f"{verb}_ended", target=row, child=child, changes={"ends_on": on})
    return row


def _ids(values: dict[str, Any]) -> dict[str, Any]:
    """Keys instead of rows; no address of a person goes into the trail."""
    return {name: getattr(value, "pk", value) for name, value in values.items() if name != "named_email"}
