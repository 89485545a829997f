"""Writes the decided rows of a list of children through the services that every other door uses."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import Organisation, Setting, User
from caseload.imports.comparing import Group, Proposal
from caseload.models import Child
from caseload.services import children, history
from caseload.services.newcomers import Newcomer, RefusedLine, add
from core.errors import Refused
from core.models import ImportRow

SOURCE = "social care's list"


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
    """Takes these rows in, in the caller's transaction, and counts what was done. Raises Refused with the line's number.

    New children come first and together: nothing may wait for another transaction once the audit chain is locked.
    """
    rows = list(rows)
    decided = [(row, wanted) for row in rows if (wanted := chosen(row)) is not None]
    named = _named(decided)
    counts = Counter({"undecided": len(rows) - len(decided)})
    new = [row for row, _wanted in decided if not row.key]
    keys = {row.pk: str(child.pk) for row, child in zip(new, _add(new, named, on, by), strict=True)}
    counts[Group.NEW] = len(new)
    for row, wanted in decided:
        ticked = {word: wanted["proposals"][word] for word in wanted["proposals"] if word in row.data["ticked"]}
        counts["confirmed"] += len(ticked)
        counts["not_confirmed"] += len(wanted["proposals"]) - len(ticked)
        try:
            if row.pk in keys:
                _facts(keys[row.pk], ticked, named, on, by)
            elif wanted["changes"] or ticked:
                counts[Group.CHANGED] += 1
                _own_row(row.key, wanted["own_row"], named, on, by)
                _facts(row.key, {**wanted["facts"], **ticked}, named, on, by)
        except Refused as refusal:
            raise RefusedLine(row.line, refusal.message) from refusal
    return dict(counts)


def _add(rows: list[ImportRow], named: Named, on: date, by: User) -> list[Child]:
    """That each of them is another child was found, or decided, in the preview, and its basis still holds."""
    newcomers = [_newcomer(row.line, chosen(row) or {}, named) for row in rows]
    return add(newcomers, by=by, on=on, source=SOURCE) if newcomers else []


def _newcomer(line: int, wanted: dict[str, Any], named: Named) -> Newcomer:
    status, lead = wanted["facts"]["status"], wanted["facts"].get(Proposal.LEAD, {})
    return Newcomer(
        line=line,
        identity=children.Identity(**_typed(wanted["own_row"])),
        status=status["status"],
        status_start=date.fromisoformat(status["starts_on"]),
        setting=named.settings.get(wanted["facts"].get(Proposal.SETTING, {}).get("setting")),
        team=named.teams.get(lead.get("team")),
        practitioner=named.workers.get(str(lead.get("practitioner"))),
        named_email=lead.get("named_email", ""),
    )


def _facts(child_id: str, facts: dict[str, Any], named: Named, on: date, by: User) -> None:
    if status := facts.get("status"):
        starts_on = date.fromisoformat(status["starts_on"])
        history.set_status(child_id=child_id, status=status["status"], starts_on=starts_on, by=by, source=SOURCE)
    if end := facts.get(Proposal.END):
        history.end_status(child_id=child_id, on=date.fromisoformat(end["on"]), by=by)
    if setting := facts.get(Proposal.SETTING):
        history.set_setting(child_id=child_id, setting=named.settings[setting["setting"]], starts_on=on, by=by, source=SOURCE)
    if lead := facts.get(Proposal.LEAD):
        history.set_lead(
            child_id=child_id,
            team=named.teams[lead["team"]],
            practitioner=named.workers.get(str(lead["practitioner"])),
            named_email=lead["named_email"],
            starts_on=on,
            by=by,
            source=SOURCE,
        )


def _own_row(key: str, given: dict[str, Any], named: Named, on: date, by: User) -> None:
    if given:
        held = {each.name: getattr(named.children[key], each.name) or "" for each in fields(children.Identity)}
        children.change(child_id=key, by=by, on=on, identity=children.Identity(**{**held, **_typed(given)}))


def _typed(given: dict[str, Any]) -> dict[str, Any]:
    """A staged row's values: the date comes back from JSON as text."""
    return {**given, **({"date_of_birth": date.fromisoformat(given["date_of_birth"])} if "date_of_birth" in given else {})}


def _named(decided: Iterable[tuple[ImportRow, dict[str, Any]]]) -> Named:
    """Reads them in four statements."""
    facts = [fact for _row, wanted in decided for fact in (*wanted["facts"].values(), *wanted["proposals"].values())]
    return Named(
        children=_by_key(Child.objects.all(), (row.key for row, _wanted in decided)),
        settings=_by_key(Setting.objects.select_related("organisation"), (fact.get("setting") for fact in facts)),
        teams=_by_key(Organisation.objects.all(), (fact.get("team") for fact in facts)),
        workers=_by_key(User.objects.all(), (fact.get("practitioner") for fact in facts)),
    )


def _by_key(queryset: QuerySet, keys: Iterable[Any]) -> dict[str, Any]:
    return {str(key): row for key, row in queryset.in_bulk({key for key in keys if key}).items()}
