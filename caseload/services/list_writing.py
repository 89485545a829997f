"""Writes the decided rows of a list of children through the services that every other door uses."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation, Setting, User
from caseload.imports.comparing import Group, Proposal
from caseload.models import Child
from caseload.services import children, history
from core.errors import Refused
from core.models import ImportRow


@dataclass(frozen=True)
class Named:
    """The children, settings, teams and workers that rows name, by key as text."""

    children: dict[str, Child]
    settings: dict[str, Setting]
    teams: dict[str, Organisation]
    workers: dict[str, User]


def chosen(row: ImportRow) -> dict[str, Any] | None:
    """What a staged row is to do; None for a close match that nobody decided."""
    return row.data["answers"].get(row.data["answer"]) if row.group == Group.CLOSE else row.data


def write(rows: Iterable[ImportRow], *, on: date, by: User) -> dict[str, int]:
    """Takes these rows in, in the caller's transaction, and counts what was done. Raises Refused with the line's number."""
    rows = list(rows)
    named, counts = _named(rows), Counter[str]()
    for row in rows:
        wanted = chosen(row)
        if wanted is None:
            counts["undecided"] += 1
            continue
        ticked = [word for word in wanted["proposals"] if word in row.data["ticked"]]
        counts["confirmed"] += len(ticked)
        counts["not_confirmed"] += len(wanted["proposals"]) - len(ticked)
        if row.key and not (ticked or wanted["changes"]):
            continue
        counts[Group.CHANGED if row.key else Group.NEW] += 1
        try:
            _write_one(
                row.key, {**wanted["facts"], **{word: wanted["proposals"][word] for word in ticked}}, wanted["own_row"], named, on, by
            )
        except Refused as refusal:
            raise Refused(f"Line {row.line}: {refusal.message} Nothing was taken in.") from refusal
    return dict(counts)


def _write_one(key: str, facts: dict[str, Any], own_row: dict[str, Any], named: Named, on: date, by: User) -> None:
    child_id, source = _own_row(key, own_row, named, on, by), f"list of {on:%d/%m/%Y}"
    if status := facts.get("status"):
        starts_on = date.fromisoformat(status["starts_on"])
        history.set_status(child_id=child_id, status=status["status"], starts_on=starts_on, by=by, source=source)
    if end := facts.get(Proposal.END):
        history.end_status(child_id=child_id, on=date.fromisoformat(end["on"]), by=by)
    if setting := facts.get(Proposal.SETTING):
        history.set_setting(child_id=child_id, setting=named.settings[setting["setting"]], starts_on=on, by=by, source=source)
    if lead := facts.get(Proposal.LEAD):
        history.set_lead(
            child_id=child_id,
            team=named.teams[lead["team"]],
            practitioner=named.workers.get(str(lead["practitioner"])),
            named_email=lead["named_email"],
            starts_on=on,
            by=by,
            source=source,
        )


def _own_row(key: str, given: dict[str, Any], named: Named, on: date, by: User) -> UUID | str:
    """The child's own row. That a new one is another child was found, or decided, in the preview, and its basis still holds."""
    values = {**given, **({"date_of_birth": date.fromisoformat(given["date_of_birth"])} if "date_of_birth" in given else {})}
    if not key:
        return children.create(by=by, on=on, another_child=True, identity=children.Identity(**values)).pk
    if values:
        held = {each.name: getattr(named.children[key], each.name) or "" for each in fields(children.Identity)}
        children.change(child_id=key, by=by, on=on, identity=children.Identity(**{**held, **values}))
    return key


def _named(rows: Iterable[ImportRow]) -> Named:
    """Reads them in four statements."""
    wanted = [outcome for row in rows if (outcome := chosen(row))]
    facts = [fact for each in wanted for fact in (*each["facts"].values(), *each["proposals"].values())]
    return Named(
        children=_by_key(Child.objects.all(), (row.key for row in rows)),
        settings=_by_key(Setting.objects.select_related("organisation"), (fact.get("setting") for fact in facts)),
        teams=_by_key(Organisation.objects.all(), (fact.get("team") for fact in facts)),
        workers=_by_key(User.objects.all(), (fact.get("practitioner") for fact in facts)),
    )


def _by_key(queryset: QuerySet, keys: Iterable[Any]) -> dict[str, Any]:
    return {str(key): row for key, row in queryset.in_bulk({key for key in keys if key}).items()}
