"""Taking in a list of children: previewed, close matches decided by a person, then all of it in one transaction, or none.

An import ends nothing by absence, clears nothing by an empty cell, and never touches a restriction. Staged rows hold children's data:
they are deleted when the list is taken in, discarded or forgotten.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from accounts.models import Organisation, Setting, User
from accounts.policies import require
from accounts.roles import Permission
from accounts.scopes import today
from audit.services import record
from caseload.dates import in_words
from caseload.imports.children import Listed, WrongLine, read
from caseload.imports.comparing import UNCHANGED, Group, compare
from caseload.imports.known import basis, load
from caseload.models import Child
from caseload.services import children, history
from core import staging
from core.errors import Refused
from core.models import ImportBatch, ImportRow

KIND = "children"
NEW = "new"
TWICE = "{what} stands in the file more than once (line {others}). Keep the right line and delete the rest."


@dataclass(frozen=True)
class Plan:
    """What taking a list in would do: counts by group, the rows behind them, and what they were compared with."""

    counts: dict[str, int]
    rows: list[ImportRow]
    basis: str


def plan(*, file: Any, on: date, by: User) -> Plan:
    """Compares a list of the day `on` with what we hold; stores nothing. Raises NotAllowed, UnreadableFile, Refused for a day to come."""
    require(by, Permission.IMPORT)
    if on > today():
        raise Refused("The list is of a day to come. Enter the day on which social care made it.")
    lines = list(read(file, on))
    listed = [line for line in lines if isinstance(line, Listed)]
    known = load(by, on, [line.setting_urn for line in listed if line.setting_urn])
    twice, numbers = _twice(listed), {line.local_id for line in listed}
    counts: Counter[str] = Counter(dict.fromkeys((*Group.values, UNCHANGED), 0))
    rows = []
    for line in lines:
        if isinstance(line, WrongLine):
            row = _wrong(line.line, line.column, line.message)
        elif line.line in twice:
            row = _wrong(line.line, *twice[line.line])
        else:
            row = compare(line, known, on, numbers)
        counts[row.group if row else UNCHANGED] += 1
        rows += [row] if row else []
    _one_line_a_child(rows, counts)
    return Plan(dict(counts), rows, basis(known, _involved(rows)))


def preview(*, file: Any, on: date, by: User, now: datetime) -> ImportBatch:
    """Stages what a list would do, for one person to look at; no child changes. Raises as `plan` does."""
    with transaction.atomic():
        found = plan(file=file, on=on, by=by)
        name, parameters = getattr(file, "name", ""), {"on": on.isoformat()}
        return staging.stage(
            kind=KIND, file_name=name, parameters=parameters, counts=found.counts, basis=found.basis, rows=found.rows, by=by, now=now
        )


@transaction.atomic
def decide(*, batch_id: UUID, row_id: int, decision: str, by: User) -> ImportRow:
    """Says of a close match that it is one of the children shown (its id) or another child ("new").

    Raises NotAllowed, staging's refusals, and Refused for an answer that was not offered.
    """
    require(by, Permission.IMPORT)
    batch = staging.open_batch(batch_id=batch_id, kind=KIND, by=by)
    row = batch.rows.filter(group=Group.CLOSE, pk=row_id).first()
    if row is None or decision not in row.data["answers"]:
        raise Refused("Select one of the answers offered for this line.")
    if decision != NEW and batch.rows.filter(key=decision).exclude(pk=row.pk).exists():
        raise Refused("Another line of this list is about that child. Correct the list and upload it again, or decide for another child.")
    row.data["decision"], row.key = decision, "" if decision == NEW else decision
    row.save(update_fields=["data", "key"])
    return row


@transaction.atomic
def commit(*, batch_id: UUID, by: User, now: datetime) -> dict[str, int]:
    """Takes a previewed list in, all but its wrong lines, and returns the counts of the preview; the staged rows are deleted.

    Raises NotAllowed; staging's refusals (taken in before, discarded, something changed since the preview); Refused while a close match
    is undecided, and with the line's number for whatever the services refuse. In each case nothing has been changed.
    """
    require(by, Permission.IMPORT)
    batch = staging.open_batch(batch_id=batch_id, kind=KIND, by=by)
    rows = [row for chunk in staging.rows_in(batch, Group.NEW, Group.CHANGED, Group.CLOSE) for row in chunk]
    undecided = [row.line for row in rows if row.group == Group.CLOSE and not row.data["decision"]]
    if undecided:
        raise Refused(f"Decide the close matches first: {len(undecided)} left, the next in line {undecided[0]}.")
    on = date.fromisoformat(batch.parameters["on"])
    # All children first and in one order: the audit chain is locked with the first event.
    keys = [row.key for row in rows if row.key]
    list(Child.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"))
    staging.require_basis(batch, basis(load(by, on, []), _involved(rows)))
    named = _Named.of(rows)
    for row in rows:
        _take_in(row, named, on, by)
    staging.finish(batch, state=ImportBatch.State.COMMITTED, by=by, now=now, keep_rows=False)
    record(actor=by, verb="children.imported", target=batch, before="previewed", after="committed", changes=batch.counts)
    return batch.counts


@transaction.atomic
def discard(*, batch_id: UUID, by: User, now: datetime) -> None:
    """Throws a preview away with its rows. Raises NotAllowed, staging.BatchNotFound and staging.AlreadyDecided."""
    require(by, Permission.IMPORT)
    batch = staging.open_batch(batch_id=batch_id, kind=KIND, by=by)
    staging.finish(batch, state=ImportBatch.State.DISCARDED, by=by, now=now, keep_rows=False)
    record(actor=by, verb="children.import_discarded", target=batch, before="previewed", after="discarded")


def undecided(batch: ImportBatch) -> int:
    """How many close matches of an open preview wait for an answer."""
    return sum(not data["decision"] for data in batch.rows.filter(group=Group.CLOSE).values_list("data", flat=True))


@dataclass(frozen=True)
class _Named:
    """The settings, teams and workers that staged rows name, by key."""

    settings: dict[str, Setting]
    teams: dict[str, Organisation]
    workers: dict[str, User]

    @classmethod
    def of(cls, rows: Iterable[ImportRow]) -> "_Named":
        """Reads them in three statements."""
        facts = [_chosen(row)["facts"] for row in rows]
        settings = [each["setting"]["setting"] for each in facts if "setting" in each]
        leads = [each["lead"] for each in facts if "lead" in each]
        return cls(
            settings=_by_key(Setting.objects.select_related("organisation"), settings),
            teams=_by_key(Organisation.objects.all(), [lead["team"] for lead in leads]),
            workers=_by_key(User.objects.all(), [lead["practitioner"] for lead in leads]),
        )


def _by_key(rows: models.QuerySet, keys: Iterable[Any]) -> dict[str, Any]:
    return {str(key): row for key, row in rows.in_bulk({key for key in keys if key}).items()}


def _chosen(row: ImportRow) -> dict[str, Any]:
    """What the row is to do: a close match does what was decided."""
    return row.data["answers"][row.data["decision"]] if row.group == Group.CLOSE else row.data


def _take_in(row: ImportRow, named: _Named, on: date, by: User) -> None:
    what, source = _chosen(row), f"list of {in_words(on)}"
    try:
        child_id = _own_row(row, what["own_row"], by)
        facts = what["facts"]
        if status := facts.get("status"):
            starts_on, ends_on = _day(status["starts_on"]), _day(status["ends_on"])
            history.set_status(child_id=child_id, status=status["status"], starts_on=starts_on, ends_on=ends_on, by=by, source=source)
        if setting := facts.get("setting"):
            history.set_setting(child_id=child_id, setting=named.settings[setting["setting"]], starts_on=on, by=by, source=source)
        if lead := facts.get("lead"):
            history.set_lead(
                child_id=child_id,
                team=named.teams[lead["team"]],
                practitioner=named.workers.get(str(lead["practitioner"])),
                named_email=lead["named_email"],
                starts_on=on,
                by=by,
                source=source,
            )
    except Refused as refusal:
        raise Refused(f"Line {row.line}: {refusal.message} Nothing was taken in.") from refusal


def _own_row(row: ImportRow, given: dict[str, Any], by: User) -> UUID | str:
    values = {**given, **({"date_of_birth": _day(given["date_of_birth"])} if "date_of_birth" in given else {})}
    if not row.key:
        return children.create(by=by, on=today(), another_child=True, identity=children.Identity(**values)).pk
    if values:
        child = Child.objects.get(pk=row.key)
        held = {name: getattr(child, name) or "" for name in children.Identity.__dataclass_fields__}
        children.change(child_id=row.key, by=by, on=today(), identity=children.Identity(**{**held, **values}))
    return row.key


def _day(text: str | None) -> Any:
    return date.fromisoformat(text) if text else None


def _wrong(line: int, column: str, message: str) -> ImportRow:
    return ImportRow(group=Group.WRONG, line=line, column=column, message=message)


def _twice(listed: Iterable[Listed]) -> dict[int, tuple[str, str]]:
    """Lines that share a number, or a name and date of birth, with another line: column and sentence."""
    found: dict[int, tuple[str, str]] = {}
    rules = [
        ("last_name", "This name with this date of birth", lambda each: (*each.asked.names, each.date_of_birth)),
        ("upn", "The UPN", lambda each: each.upn),
        ("local_id", "The social-care number", lambda each: each.local_id),
    ]
    for column, what, key in rules:
        lines = defaultdict(list)
        for each in listed:
            if key(each):
                lines[key(each)].append(each.line)
        for same in lines.values():
            for line in same if len(same) > 1 else []:
                others = ", ".join(str(other) for other in same if other != line)
                found[line] = (column, TWICE.format(what=what, others=others))
    return found


def _one_line_a_child(rows: list[ImportRow], counts: Counter[str]) -> None:
    """Two lines that lead to the same child by different numbers are both wrong."""
    lines = defaultdict(list)
    for row in rows:
        if row.group == Group.CHANGED:
            lines[row.key].append(row)
    for same in lines.values():
        for row in same if len(same) > 1 else []:
            others = ", ".join(str(other.line) for other in same if other is not row)
            counts.subtract([row.group])
            row.group, row.key, row.data, row.changes = Group.WRONG, "", {}, {}
            row.column, row.message = "local_id", TWICE.format(what="This child", others=others)
            counts[Group.WRONG] += 1


def _involved(rows: Iterable[ImportRow]) -> Iterator[str]:
    for row in rows:
        if row.group == Group.CLOSE:
            yield from (key for key in row.data["answers"] if key != NEW)
        elif row.key:
            yield row.key
