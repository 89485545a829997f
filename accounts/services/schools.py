"""Settings from the national register: preview, then commit in one transaction, or discard (feature 17.1)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from accounts.imports import gias
from accounts.models import Organisation, Setting, User
from accounts.policies import require
from accounts.roles import OrganisationKind, Permission
from audit import services as audit
from core import staging
from core.models import ImportBatch, ImportRow

KIND = "schools"
SETTING_FIELDS = tuple(field for field in gias.FIELDS if field != "name")
# What the register still says of a school once it has closed; its name and address stay as we knew them.
CLOSING_FIELDS = ("status", "closed_on", "register_date")
DUPLICATE = "The URN {urn} stands in the file more than once (line {others}). Keep the right line and delete the rest."


class Group(models.TextChoices):
    """What becomes of a line that makes a difference, in the order the preview shows them."""

    WRONG = ImportRow.WRONG, "Wrong"
    CLOSED = "closed", "Closed"
    CHANGED = "changed", "Changed"
    NEW = "new", "New"


class Counted(models.TextChoices):
    """Lines that make none."""

    UNCHANGED = "unchanged", "Unchanged"
    CLOSED_NEVER_HELD = "closed_never_held", "Closed, and never held here: left out"
    OTHER_AUTHORITIES = "other_authorities", "Other authorities: left out"
    NOT_IN_FILE = "not_in_file", "Held here, but not in the file: left as they are"


@dataclass(frozen=True)
class Plan:
    """What taking a file in would do: counts by Group and Counted, the rows behind the groups, and what they were compared with."""

    counts: dict[str, int]
    rows: list[ImportRow]
    basis: str


def plan(*, file: Any, authorities: Collection[str]) -> Plan:
    """Compares a register file with the settings we hold; stores nothing.

    `authorities` are numbers like 800, or "all". Raises core.imports.UnreadableFile and gias.UnknownAuthority.
    """
    chosen = gias.authorities_of(authorities)
    register = gias.RegisterFile(file, chosen)
    held = _held(Setting.objects)
    rows: list[ImportRow] = []
    counts: Counter[str] = Counter(dict.fromkeys((*Group.values, *Counted.values), 0))
    lines: dict[str, list[int]] = {}
    outcomes: dict[str, str] = {}
    seen = set()
    for read in register:
        seen.add(read.urn)
        if isinstance(read, gias.WrongLine):
            rows.append(_wrong(read))
            continue
        lines.setdefault(read.urn, []).append(read.line)
        outcome, row = compare(read, held.get(read.urn))
        outcomes[read.urn] = outcome
        if row is not None:
            rows.append(row)
    rows = _without_duplicates(rows, {urn: at for urn, at in lines.items() if len(at) > 1})
    counts.update(row.group for row in rows)
    counts.update(outcome for urn, outcome in outcomes.items() if outcome in Counted.values and len(lines[urn]) == 1)
    counts[Counted.OTHER_AUTHORITIES] = register.other_authorities
    counts[Counted.NOT_IN_FILE] = sum(urn not in seen for urn, values in held.items() if not chosen or values["la_code"] in chosen)
    return Plan(dict(counts), rows, _basis(held))


def compare(school: gias.School, held: Mapping[str, Any] | None) -> tuple[str, ImportRow | None]:
    """The Group or Counted a school falls into, and the row to stage if it makes a difference."""
    closed = school.values["status"] == Setting.Status.CLOSED
    if held is None and closed:
        return Counted.CLOSED_NEVER_HELD, None
    if held is None:
        return Group.NEW, ImportRow(group=Group.NEW, line=school.line, key=school.urn, data=dict(school.values))
    fields = [field for field in school.values if not closed or field in CLOSING_FIELDS]
    changes = {field: [held[field], school.values[field]] for field in fields if held[field] != school.values[field]}
    if not changes:
        return Counted.UNCHANGED, None
    group = Group.CLOSED if closed and "status" in changes else Group.CHANGED
    return group, ImportRow(group=group, line=school.line, key=school.urn, data={"name": held["name"]}, changes=changes)


def preview(*, file: Any, authorities: Collection[str], by: User, now: datetime | None = None) -> ImportBatch:
    """Stages what a register file would do, for one person to look at; no setting changes.

    Raises NotAllowed without the right to import, core.imports.UnreadableFile for a file refused as a whole, and
    gias.UnknownAuthority. Wrong lines are staged as such and never stop the right ones.
    """
    require(by, Permission.IMPORT)
    with transaction.atomic():
        found = plan(file=file, authorities=authorities)
        return staging.stage(
            kind=KIND,
            file_name=getattr(file, "name", ""),
            parameters={"authorities": sorted(gias.authorities_of(authorities))},
            counts=found.counts,
            basis=found.basis,
            rows=found.rows,
            by=by,
            now=now or timezone.now(),
        )


@transaction.atomic
def commit(*, batch_id: UUID, by: User, now: datetime) -> dict[str, int]:
    """Takes a previewed file in, all of it but its wrong lines, and returns the counts of the preview.

    Raises NotAllowed; staging.BatchNotFound; staging.AlreadyDecided for a second press; staging.BasisChanged if a setting changed
    since the preview. In each case nothing has been changed.
    """
    require(by, Permission.IMPORT)
    batch = staging.open_batch(batch_id=batch_id, kind=KIND, by=by)
    staging.require_basis(batch, _basis(_held(Setting.objects.select_for_update(of=("self",), no_key=True))))
    for rows in staging.rows_in(batch, Group.NEW):
        _create(rows, now)
    for rows in staging.rows_in(batch, Group.CHANGED, Group.CLOSED):
        _change(rows, now)
    staging.finish(batch, state=ImportBatch.State.COMMITTED, by=by, now=now, keep_rows=True)
    audit.record(actor=by, verb="schools.imported", target=batch, before="previewed", after="committed", changes=batch.counts)
    return batch.counts


@transaction.atomic
def discard(*, batch_id: UUID, by: User, now: datetime) -> None:
    """Throws a preview away with its rows. Raises NotAllowed, staging.BatchNotFound and staging.AlreadyDecided."""
    require(by, Permission.IMPORT)
    batch = staging.open_batch(batch_id=batch_id, kind=KIND, by=by)
    staging.finish(batch, state=ImportBatch.State.DISCARDED, by=by, now=now, keep_rows=False)
    audit.record(actor=by, verb="schools.import_discarded", target=batch, before="previewed", after="discarded")


def _held(settings: Any) -> dict[str, dict[str, Any]]:
    """What we hold of every setting with a URN, by URN; one statement."""
    columns = ("urn", "organisation__name", *SETTING_FIELDS)
    names = ("name", *SETTING_FIELDS)
    found = settings.filter(urn__isnull=False).order_by("urn").values_list(*columns)
    return {urn: dict(zip(names, values, strict=True)) for urn, *values in found.iterator(chunk_size=2000)}


def _basis(held: Mapping[str, Mapping[str, Any]]) -> str:
    return staging.digest([urn, *values.values()] for urn, values in held.items())


def _wrong(read: gias.WrongLine) -> ImportRow:
    return ImportRow(group=Group.WRONG, line=read.line, key=read.urn, column=read.column, message=read.message)


def _without_duplicates(rows: list[ImportRow], duplicates: Mapping[str, list[int]]) -> list[ImportRow]:
    """Which of several lines of one school is right is for a person to say: all of them become wrong."""
    kept = [row for row in rows if row.group == Group.WRONG or row.key not in duplicates]
    for urn, lines in duplicates.items():
        for line in lines:
            others = ", ".join(str(other) for other in lines[:5] if other != line)
            message = DUPLICATE.format(urn=urn, others=others or lines[0])
            kept.append(ImportRow(group=Group.WRONG, line=line, key=urn, column=gias.URN, message=message))
    return sorted(kept, key=lambda row: row.line)


def _create(rows: Iterable[ImportRow], now: datetime) -> None:
    organisations, settings = [], []
    for row in rows:
        values = {field: _stored(field, value) for field, value in row.data.items() if field != "name"}
        organisation = Organisation(kind=OrganisationKind.SETTING, name=row.data["name"])
        organisations.append(organisation)
        settings.append(Setting(organisation=organisation, urn=row.key, imported_at=now, **values))
    Organisation.objects.bulk_create(organisations)
    Setting.objects.bulk_create(settings)


def _change(rows: Iterable[ImportRow], now: datetime) -> None:
    """Writes the new values; only the columns that change in these rows are touched."""
    changes = {row.key: row.changes for row in rows}
    renamed, changed, fields = [], [], {"imported_at"}
    for setting in Setting.objects.filter(urn__in=changes).select_related("organisation").order_by("pk"):
        for field, (_old, new) in changes[setting.urn or ""].items():
            if field == "name":
                setting.organisation.name = new
                renamed.append(setting.organisation)
            else:
                setattr(setting, field, _stored(field, new))
                fields.add(field)
        setting.imported_at = now
        changed.append(setting)
    Organisation.objects.bulk_update(renamed, ["name"])
    Setting.objects.bulk_update(changed, sorted(fields))


def _stored(field: str, value: Any) -> Any:
    """A staged value as the column keeps it: dates come back from JSON as text."""
    column: Any = Setting._meta.get_field(field)
    return column.to_python(value)
