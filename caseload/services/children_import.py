"""Taking in a list of children: previewed, close matches and proposals decided by a person, then all of it in one transaction, or none.

An import ends nothing by absence, clears nothing by an empty cell, and never touches a restriction (safety.md). Staged rows hold
children's data: they are deleted when the list is taken in, discarded or forgotten.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone

from accounts.models import User
from accounts.policies import require
from accounts.roles import Permission
from audit.services import record
from caseload.imports.children import Listed, WrongLine, read
from caseload.imports.comparing import ANOTHER, Group, Proposal, compare, sure_match
from caseload.imports.known import Known, basis, load
from caseload.models import Child, StatusEpisode
from caseload.names import fold
from caseload.services import list_writing
from core import staging
from core.errors import Refused
from core.models import ImportBatch, ImportRow

KIND = "children"
TWICE = "{what} stands in the file more than once (line {others}). Keep the right line and delete the rest."
ALIKE = "Line {others} has the same name and date of birth."
NOT_OFFERED = "Select one of the answers offered for this line."
Decisions = Mapping[int, Collection[str]]


class Counted(TextChoices):
    """Lines that make no difference, and children without one."""

    UNCHANGED = "unchanged", "Unchanged"
    NOT_IN_FILE = "not_in_file", "Children with a plan status here who are not in the file: left as they are"


class Done(TextChoices):
    """What the commit counts beside the groups of the preview."""

    UNDECIDED = "undecided", "Close matches without a decision: left out"
    CONFIRMED = "confirmed", "Proposals confirmed"
    NOT_CONFIRMED = "not_confirmed", "Proposals not confirmed: left out"


@dataclass(frozen=True)
class Plan:
    """What taking a list in would do: counts by Group and Counted, the rows behind the groups, and what they were compared with."""

    counts: dict[str, int]
    rows: list[ImportRow]
    basis: str


def plan(*, file: Any, by: User, on: date) -> Plan:
    """Compares a list with what we hold on a day; stores nothing. Raises NotAllowed and core.imports.UnreadableFile."""
    require(by, Permission.IMPORT)
    lines = list(read(file, on))
    listed = [line for line in lines if isinstance(line, Listed)]
    known = load(by, on, listed)
    rows = [_wrong(line.line, line.local_id, line.column, line.message) for line in lines if isinstance(line, WrongLine)]
    sure = {line.line: child for line in listed if (child := sure_match(line, known))}
    twice = _twice(listed, {line: child for line, child in sure.items() if child.pk in known.visible})
    claimed, alike = {child.pk for child in sure.values()}, _alike(listed)
    right = [line for line in listed if line.line not in twice]
    compared = [compare(line, known, on, claimed=claimed, alike=alike.get(line.line, "")) for line in right]
    rows += [_wrong(line.line, line.local_id, *twice[line.line]) for line in listed if line.line in twice]
    rows += [row for row in compared if row]
    counts: Counter[str] = Counter(dict.fromkeys((*Group.values, *Counted.values), 0))
    counts.update(row.group for row in rows)
    counts[Counted.UNCHANGED] = compared.count(None)
    counts[Counted.NOT_IN_FILE] = _not_in_file(known, lines, claimed)
    return Plan(dict(counts), sorted(rows, key=lambda row: row.line), basis(known, _involved(rows)))


def preview(*, file: Any, by: User, now: datetime | None = None) -> ImportBatch:
    """Stages what a list would do, for one person to look at; no child changes. Raises as `plan` does.

    Wrong lines are staged as such and never stop the right ones.
    """
    now = now or timezone.now()
    with transaction.atomic():
        on = timezone.localdate(now)
        found = plan(file=file, by=by, on=on)
        return staging.stage(
            kind=KIND,
            file_name=getattr(file, "name", ""),
            parameters={"on": on.isoformat()},
            counts=found.counts,
            basis=found.basis,
            rows=found.rows,
            by=by,
            now=now,
        )


@transaction.atomic
def decide(*, batch_id: UUID, decisions: Decisions, by: User) -> None:
    """Keeps what a person decided, by staged row: for a close match the id of a child shown or "another", and the proposals ticked.

    What is given for a row replaces what was kept for it. Raises NotAllowed, staging's refusals, and Refused for an answer that was
    not offered or that makes two lines about one child.
    """
    require(by, Permission.IMPORT)
    _keep(staging.open_batch(batch_id=batch_id, kind=KIND, by=by), decisions)


@transaction.atomic
def commit(*, batch_id: UUID, by: User, now: datetime, decisions: Decisions | None = None) -> dict[str, int]:
    """Takes a previewed list in, all but its wrong lines, undecided close matches and proposals that are not ticked.

    `decisions` are kept first, as `decide` does. Returns the counts of what was done, by Group, Counted and Done; the staged rows are
    deleted. Raises NotAllowed; staging's refusals (taken in before, discarded, something changed since the preview); Refused as `decide`,
    and with the line's number for whatever the services refuse. In each case nothing has been changed.
    """
    require(by, Permission.IMPORT)
    batch = staging.open_batch(batch_id=batch_id, kind=KIND, by=by)
    _keep(batch, decisions or {})
    rows = list(batch.rows.exclude(group=Group.WRONG))
    involved = sorted(set(_involved(rows)))
    # All children first and in one order: the audit chain is locked with the first event, and nobody may wait for us behind it.
    list(Child.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=involved).order_by("pk"))
    on = date.fromisoformat(batch.parameters["on"])
    staging.require_basis(batch, basis(load(by, on), involved))
    done = list_writing.write(rows, on=on, by=by)
    batch.counts = {**batch.counts, **dict.fromkeys((Group.NEW, Group.CHANGED, *Done.values), 0), **done}
    batch.save(update_fields=["counts"])
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


def open_questions(batch: ImportBatch) -> dict[str, int]:
    """Of an open preview: close matches without an answer, and proposals that are not ticked, by Done."""
    counts = Counter({Done.UNDECIDED.value: 0, Done.NOT_CONFIRMED.value: 0})
    for row in batch.rows.exclude(group=Group.WRONG):
        chosen = list_writing.chosen(row)
        if chosen is None:
            counts[Done.UNDECIDED] += 1
        else:
            counts[Done.NOT_CONFIRMED] += len(set(chosen["proposals"]) - set(row.data["ticked"]))
    return dict(counts)


def concerned(row: ImportRow) -> list[str]:
    """The children we hold whose records a staged row may change."""
    if row.group == Group.CLOSE:
        return [key for key in row.data["answers"] if key != ANOTHER]
    return [row.key] if row.group == Group.CHANGED else []


def _keep(batch: ImportBatch, decisions: Decisions) -> None:
    rows = {row.pk: row for row in batch.rows.filter(pk__in=list(decisions)).exclude(group=Group.WRONG)}
    for row_id, words in decisions.items():
        if row_id not in rows:
            raise Refused(NOT_OFFERED)
        _keep_one(rows[row_id], set(words))
    ImportRow.objects.bulk_update(rows.values(), ["key", "data"])
    keys = Counter(key for key in batch.rows.exclude(group=Group.WRONG).values_list("key", flat=True) if key)
    if any(count > 1 for count in keys.values()):
        raise Refused("Two lines cannot be about the same child. Answer “another child” for one of them, or correct the list.")


def _keep_one(row: ImportRow, words: set[str]) -> None:
    answers = words - set(Proposal.values)
    before = row.data.get("answer")
    if row.group == Group.CLOSE:
        if len(answers) > 1 or not answers <= set(row.data["answers"]):
            raise Refused(NOT_OFFERED)
        row.data["answer"] = next(iter(answers), "")
        if refused := (list_writing.chosen(row) or {}).get("refused"):
            raise Refused(f"Line {row.line} cannot be this child as it stands. {refused}")
        row.key = "" if row.data["answer"] == ANOTHER else row.data["answer"]
    elif answers:
        raise Refused(NOT_OFFERED)
    # Proposals were ticked beside the answer that was kept before: with another answer they are other ones.
    offered = (list_writing.chosen(row) or {"proposals": ()})["proposals"] if row.data.get("answer") == before else ()
    row.data["ticked"] = sorted(words & set(offered))


def _wrong(line: int, local_id: str, column: str, message: str) -> ImportRow:
    return ImportRow(group=Group.WRONG, line=line, key=local_id, column=column, message=message)


def _twice(listed: Iterable[Listed], sure: Mapping[int, Child]) -> dict[int, tuple[str, str]]:
    """Lines that share a number, or by their numbers the child, with another line: column and sentence."""
    found: dict[int, tuple[str, str]] = {}
    rules = (
        ("local_id", "This child", lambda line: sure[line.line].pk if line.line in sure else None),
        ("upn", "This UPN", lambda line: line.upn),
        ("local_id", "This social-care number", lambda line: line.local_id),
    )
    for column, what, key in rules:
        for line, others in _others(listed, key).items():
            found[line] = (column, TWICE.format(what=what, others=others))
    return found


def _alike(listed: Iterable[Listed]) -> dict[int, str]:
    """Lines with the same name and date of birth, but other numbers: they may be one child, so that a person decides."""
    others = _others(listed, lambda line: (fold(line.first_name), fold(line.last_name), line.date_of_birth))
    return {line: ALIKE.format(others=lines) for line, lines in others.items()}


def _others(listed: Iterable[Listed], key: Any) -> dict[int, str]:
    """By line number, the other lines with the same key in words; without lines that stand alone or have no key."""
    same = defaultdict(list)
    for line in listed:
        if key(line):
            same[key(line)].append(line.line)
    return {
        line: ", ".join(str(other) for other in lines[:6] if other != line) for lines in same.values() if len(lines) > 1 for line in lines
    }


def _not_in_file(known: Known, lines: Iterable[Listed | WrongLine], claimed: Collection[UUID]) -> int:
    """Children the reader may see who have a plan status and stand in no line, right or wrong."""
    numbers = {line.local_id for line in lines}
    held = (child for child in known.children if child.pk in known.visible and child.pk not in claimed and child.local_id not in numbers)
    return sum(any(row.ends_on is None for row in known.rows_of(StatusEpisode, child)) for child in held)


def _involved(rows: Iterable[ImportRow]) -> Iterator[str]:
    return (key for row in rows for key in concerned(row))
