"""The blocks of facts that S1 and W1 ask to confirm, out of the record, each line with its source and date (forms.md I.0 "DATA")."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Role
from caseload.facts import facts_of, status_words, year_words
from caseload.models.history import Dated
from peps.models import Pep

RECEPTION = 0
Fact = dict[str, Any]


def block(pep: Pep, code: str, on: date) -> list[Fact]:
    """The facts of the block `code` as they stand on a day: label, value ("" where nothing is held), source, on (ISO text), audiences."""
    return BLOCKS[code](pep, on)


def _setting(pep: Pep, on: date) -> list[Fact]:
    enrolment = facts_of(pep.child, on).enrolment
    joined = enrolment if enrolment and enrolment.setting_id == pep.setting_id else None
    hats = _hats(pep.setting_id, on, Role.DESIGNATED_TEACHER, Role.SAFEGUARDING_LEAD)
    school = pep.child.school_year(on) >= RECEPTION
    register = pep.setting.register_date if pep.setting else None
    lines = [
        _fact("Setting", pep.setting.name if pep.setting else "Not on roll anywhere", "the schools register", register),
        _fact("Year group", year_words(pep.child.school_year(on)), "the date of birth"),
        _fact("Date joined", _day(joined.starts_on) if joined else "", *_held(joined)),
        _names("Designated teacher" if school else "Setting lead", hats, Role.DESIGNATED_TEACHER),
        _names("Safeguarding lead", hats, Role.SAFEGUARDING_LEAD),
    ]
    # A setting without these roles is not asked for them (forms.md I.6.1); the portal holds neither name.
    return lines + [_fact(label, "", "") for label in ("SENCO", "Attendance lead") if school]


def _plan(pep: Pep, on: date) -> list[Fact]:
    facts = facts_of(pep.child, on)
    status, lead = facts.status, facts.lead
    managers = _hats(lead.team_id, on, Role.TEAM_MANAGER) if lead else []
    worker = lead.practitioner if lead else None
    return [
        _fact("Plan", status_words(status.status) if status else "", *_held(status), audiences="FS"),
        _fact("Since", _day(status.starts_on) if status else "", *_held(status), audiences="FS"),
        _fact("Lead practitioner", worker.name if worker else "", *_held(lead), audiences="FS"),
        _fact("Team", lead.team.name if lead else "", *_held(lead), audiences="FS"),
        _fact("Team inbox", lead.team.email if lead else "", *_held(lead), audiences="F"),
        _names("Manager", managers, Role.TEAM_MANAGER, "FS"),
    ]


def _fact(label: str, value: str, source: str, on: date | None = None, audiences: str = "FSP") -> Fact:
    return {"label": label, "value": value, "source": source, "on": on.isoformat() if on else "", "audiences": audiences}


def _names(label: str, hats: Iterable[Membership], role: Role, audiences: str = "FSP") -> Fact:
    holders = [hat for hat in hats if hat.role == role]
    latest = max((hat.starts_on for hat in holders), default=None)
    names = ", ".join(sorted({hat.user.name for hat in holders}))
    return _fact(label, names, "people in this portal" if holders else "", latest, audiences)


def _hats(organisation_id: Any, on: date, *roles: Role) -> list[Membership]:
    return list(Membership.objects.current(on).filter(organisation=organisation_id, role__in=roles).select_related("user"))


def _held(row: Dated | None) -> tuple[str, date | None]:
    """Where a dated row comes from, and since when the portal has it."""
    return (row.source, timezone.localdate(row.entered_at)) if row else ("", None)


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


BLOCKS: dict[str, Callable[[Pep, date], list[Fact]]] = {"S1": _setting, "W1": _plan}
