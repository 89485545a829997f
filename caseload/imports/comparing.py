"""One line of a list against what we hold: new, changed, unchanged, a close match that a person decides, or wrong. Nothing here writes.

What ends a status, changes a worker or moves a child to another setting is a proposal that a person confirms (practice.md 18).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import TextChoices

from accounts.models import Organisation, Setting, User
from caseload import upn as numbers
from caseload.dates import in_words
from caseload.facts import status_words
from caseload.imports.children import Listed
from caseload.imports.known import Known
from caseload.matching import SURE, Kind, Match
from caseload.models import Child, Enrolment, LeadAllocation, StatusEpisode
from caseload.names import fold
from caseload.services.history import DatesCross, closed_by
from core.imports import WrongCell, shown
from core.models import ImportRow

ASK = "Please ask the Virtual School Head about this line."
ANOTHER = "another"
NOTHING = "nothing"
UNCHANGED = "unchanged"
UPN_OF_ANOTHER = "This UPN stands on another record ({reference}) than the social-care number. Find out which is right and correct it."
NUMBER_OF_ANOTHER = (
    "{name} ({reference}), whose name and date of birth are others, has this number. Correct the number, or the record if it is wrong."
)
NO_TEAM = "No social-care team is called “{team}”. Write its name as on the page People, or ask the Virtual School office to add the team."
NO_SETTING = "No setting with URN {urn} is known. Import the schools first, or correct the number."
NOT_OF_TEAM = (
    "{email} is no lead practitioner of {team}. Correct the worker or the team, or change the membership on the page People first."
)
STARTED_BEFORE = "{status} is recorded from {day} on already. Correct the start in the list; if it ended in between, record the end first."
ENDED_OTHERWISE = "This status ended here on {day}. Correct the end in the list, or the record."


class Group(TextChoices):
    """What becomes of a line, in the order the preview shows them."""

    WRONG = ImportRow.WRONG, "Wrong"
    CLOSE = "close", "Close matches"
    CHANGED = "changed", "Changed"
    NEW = "new", "New"


class Proposal(TextChoices):
    """What is taken in only where a person ticks it."""

    END = "end", "End the status"
    SETTING = "setting", "Change the setting"
    LEAD = "lead", "Change the worker or team"


@dataclass
class Outcome:
    """What a line would do to one child, or to a new one (`child` is None); `changes` is field to [old, new] in words."""

    child: Child | None
    own_row: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    proposals: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def data(self) -> dict[str, Any]:
        """As it is staged: what the commit needs, and the words."""
        return {
            "own_row": self.own_row,
            "facts": self.facts,
            "proposals": self.proposals,
            "changes": self.changes,
            "notes": self.notes,
        }

    @property
    def differs(self) -> bool:
        """Whether there is anything to take in or to ask."""
        return bool(self.child is None or self.changes or self.proposals)


def sure_match(line: Listed, known: Known) -> Child | None:
    """The child with the line's social-care number, else with its UPN (seen or not by the reader)."""
    found = {match.kind: match.child for match in _matches(line, known) if match.kind in SURE}
    return found.get(Kind.LOCAL_ID) or found.get(Kind.UPN)


def compare(line: Listed, known: Known, on: date, *, claimed: Collection[UUID] = (), alike: str = "") -> ImportRow | None:
    """The row to stage; None for a line that changes nothing.

    `claimed` are children that lines of this list are about by their numbers: they are no candidates for others, such as a twin.
    `alike` tells of another line with the same name and date of birth.
    """
    try:
        return _compare(line, known, on, claimed, alike)
    except WrongCell as wrong:
        return ImportRow(group=Group.WRONG, line=line.line, key=line.local_id, column=wrong.column, message=wrong.message)


def _compare(line: Listed, known: Known, on: date, claimed: Collection[UUID], alike: str) -> ImportRow | None:
    found = _matches(line, known)
    sure = sure_match(line, known)
    asked = SURE if sure else {Kind.NAME_AND_BIRTH}
    if any(match.kind in asked and match.child.pk not in known.visible for match in found):
        raise WrongCell("", ASK)
    if sure is None:
        near = [match for match in found if match.child.pk in known.visible and match.child.pk not in claimed]
        return _to_decide(line, near, known, on, alike) if near or alike else _staged(line, Group.NEW, outcome_of(line, None, known, on))
    _refuse_another(line, sure, found)
    outcome = outcome_of(line, sure, known, on)
    return _staged(line, Group.CHANGED, outcome) if outcome.differs else None


def _matches(line: Listed, known: Known) -> list[Match]:
    """Every record that fits; one that has both the UPN and the social-care number of the line counts by the latter."""
    return [
        Match(match.child, Kind.LOCAL_ID) if match.kind == Kind.UPN and match.child.local_id == line.local_id else match
        for match in known.matches(line.asked)
    ]


def _refuse_another(line: Listed, sure: Child, found: list[Match]) -> None:
    """Raises WrongCell where the two numbers lead to two children, or where nothing but a number fits."""
    by_upn = next((match.child for match in found if match.kind == Kind.UPN), sure)
    if by_upn != sure:
        raise WrongCell("upn", UPN_OF_ANOTHER.format(reference=by_upn.reference))
    first, last = {fold(sure.first_name), fold(sure.known_as)}, fold(sure.last_name)
    same_name = fold(line.last_name) == last or first & {fold(line.first_name), fold(line.known_as)} - {""}
    if sure.date_of_birth != line.date_of_birth and not same_name:
        column = "local_id" if sure.local_id == line.local_id else "upn"
        raise WrongCell(column, NUMBER_OF_ANOTHER.format(name=sure.name, reference=sure.reference))


def _to_decide(line: Listed, near: list[Match], known: Known, on: date, alike: str) -> ImportRow:
    """A line that may be a child we have: what each answer would do is worked out now, so that the decision is only a choice."""
    answers = {ANOTHER: outcome_of(line, None, known, on).data}
    for match in near:
        try:
            answer = outcome_of(line, match.child, known, on).data
        except WrongCell as wrong:  # the line does not fit this child, but it may fit another one
            answer = {**Outcome(match.child).data, "refused": wrong.message}
        answers[str(match.child.pk)] = {**answer, "reason": match.reason}
    data = {"name": line.name, "born": in_words(line.date_of_birth), "alike": alike, "answers": answers, "answer": "", "ticked": []}
    return ImportRow(group=Group.CLOSE, line=line.line, key="", data=data)


def _staged(line: Listed, group: str, outcome: Outcome) -> ImportRow:
    data = {"name": line.name, "born": in_words(line.date_of_birth), **outcome.data, "ticked": []}
    return ImportRow(group=group, line=line.line, key=str(outcome.child.pk) if outcome.child else "", data=data)


def outcome_of(line: Listed, child: Child | None, known: Known, on: date) -> Outcome:
    """What the line would do to this child, or to a new one. Raises WrongCell."""
    outcome = Outcome(child, notes=numbers.check(line.upn).remarks)
    for name, value in line.own_row.items():
        held = getattr(child, name) if child else None
        if held != value:
            outcome.own_row[name] = value
            outcome.changes[name] = [_words(name, held), _words(name, value)]
    _status(line, known, on, outcome)
    _setting(line, known, on, outcome)
    _lead(line, known, on, outcome)
    return outcome


def _status(line: Listed, known: Known, on: date, outcome: Outcome) -> None:
    rows = known.rows_of(StatusEpisode, outcome.child)
    same = next((row for row in rows if (row.status, row.starts_on) == (line.status, line.status_start)), None)
    if same and same.ends_on:
        if line.status_end in (None, same.ends_on):
            return  # a list never opens again what has ended here
        raise WrongCell("status_end", ENDED_OTHERWISE.format(day=in_words(same.ends_on)))
    if not same:
        old = _closed_status(line, rows)
        outcome.facts["status"] = {"status": line.status, "starts_on": line.status_start}
        outcome.changes["status"] = [_span(old) if old else NOTHING, f"{status_words(line.status)} from {in_words(line.status_start)}"]
    if line.status_end and line.status_end <= on:
        text = f"{status_words(line.status)} ends on {in_words(line.status_end)}. A place does not end by it."
        outcome.proposals[Proposal.END] = {"on": line.status_end, "text": text}
    elif line.status_end:
        outcome.notes.append(f"The status ends on {in_words(line.status_end)}, a day to come. A list of that day or later will ask you.")


def _closed_status(line: Listed, rows: list[StatusEpisode]) -> StatusEpisode | None:
    """The open status that the line's would close or correct. Raises WrongCell as the service would refuse."""
    held = next((row for row in rows if row.ends_on is None), None)
    if held and held.status == line.status and held.starts_on < line.status_start:
        raise WrongCell("status_start", STARTED_BEFORE.format(status=status_words(line.status), day=in_words(held.starts_on)))
    if held and (held.starts_on == line.status_start or (held.status == line.status and line.status_start < held.starts_on)):
        _refuse_crossing("status_start", StatusEpisode, [row for row in rows if row is not held], line.status_start)
        return held
    return _refuse_crossing("status_start", StatusEpisode, rows, line.status_start)


def _setting(line: Listed, known: Known, on: date, outcome: Outcome) -> None:
    if not line.setting_urn:
        return
    setting = known.settings.get(line.setting_urn)
    if setting is None:
        raise WrongCell("setting_urn", NO_SETTING.format(urn=line.setting_urn))
    rows = known.rows_of(Enrolment, outcome.child)
    now = _holding(rows, on)
    if now and now.setting_id == setting.pk:
        return
    if setting.status == Setting.Status.CLOSED or (setting.closed_on and setting.closed_on <= on):
        when = f" on {in_words(setting.closed_on)}" if setting.closed_on else ""
        outcome.notes.append(f"{setting.name} closed{when} and is not taken in. Find out where the child goes now.")
        return
    _refuse_crossing("setting_urn", Enrolment, rows, on)
    fact, words = {"setting": setting.pk}, f"{setting.name}, from {in_words(on)}"
    if now:
        outcome.proposals[Proposal.SETTING] = {**fact, "text": f"Setting: {now.setting.name} → {words}"}
    else:
        outcome.facts["setting"], outcome.changes["setting"] = fact, [NOTHING, words]


def _lead(line: Listed, known: Known, on: date, outcome: Outcome) -> None:
    if not line.team:
        return
    team = known.teams.get(fold(line.team))
    if team is None:
        raise WrongCell("team", NO_TEAM.format(team=line.team))
    rows = known.rows_of(LeadAllocation, outcome.child)
    now = _holding(rows, on)
    same = bool(now and now.team_id == team.pk and line.worker_email in (None, _email(now)))  # None: no column for workers
    if same and (now.practitioner or not line.worker_email):
        return
    worker, email = _worker(line.worker_email or "", team, known, outcome)
    if same and worker is None:
        return
    _refuse_crossing("team", LeadAllocation, rows, on)
    fact = {"team": team.pk, "practitioner": worker.pk if worker else None, "named_email": email}
    words = f"{_holder(worker, email)}, {team.name}, from {in_words(on)}"
    old = f"{_holder(now.practitioner, now.named_email)}, {now.team.name}" if now else NOTHING
    if now and not same:
        outcome.proposals[Proposal.LEAD] = {**fact, "text": f"Lead practitioner: {old} → {words}"}
    else:  # nobody yet, or the same worker, who has an account now
        outcome.facts["lead"], outcome.changes["lead"] = fact, [old, words]


def _worker(email: str, team: Organisation, known: Known, outcome: Outcome) -> tuple[User | None, str]:
    """The worker, or the address to keep until they have an account; neither where the team manager holds the child."""
    worker = known.workers.get(email)
    if worker and (email, team.pk) in known.practitioners:
        return worker, ""
    if worker and (email, team.pk) not in known.invited:
        raise WrongCell("worker_email", NOT_OF_TEAM.format(email=shown(email), team=team.name))
    if email:
        outcome.notes.append(f"{email} has no account yet: invite them. Until a later list finds them, the team manager holds the child.")
    return None, email


def _refuse_crossing(column: str, model: Any, rows: list[Any], starts_on: date) -> Any:
    """The row that a new one would close. Raises WrongCell where dates would cross."""
    rows = [row for row in rows if model is StatusEpisode or (row.ends_on, row.starts_on) != (None, starts_on)]
    try:
        return closed_by(model, rows, starts_on)
    except DatesCross as refusal:
        raise WrongCell(column, refusal.message) from refusal


def _holding(rows: list[Any], on: date) -> Any:
    return next((row for row in rows if row.starts_on <= on and (row.ends_on is None or row.ends_on > on)), None)


def _email(row: LeadAllocation) -> str:
    return (row.practitioner.email if row.practitioner else row.named_email).lower()


def _holder(worker: User | None, email: str) -> str:
    return worker.name if worker else email or "the team manager"


def _span(row: StatusEpisode) -> str:
    return f"{status_words(row.status)} from {in_words(row.starts_on)}"


def _words(name: str, value: Any) -> str:
    if isinstance(value, date):
        return in_words(value)
    return Child.Sex(value).label if name == "sex" and value else str(value or NOTHING)
