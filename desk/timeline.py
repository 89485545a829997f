"""Everything that happened with one child, built from the rows that exist, for one reader; five statements however many rows.

A reader outside the Virtual School and social care sees what holds now and their own setting's plans: no earlier status, setting or
worker, no other setting's plan (safety.md 2.2). The reason why a place ended is for those who read the history.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, TruncDate
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.policies import may
from accounts.roles import OrganisationKind, Permission
from accounts.scopes import hats_of
from caseload.models import AdviserAllocation, CaseNote, Child, Enrolment, LeadAllocation, StatusEpisode
from caseload.names import fold, search_words
from caseload.scopes import current
from caseload.states import PlacementState, PlanStatus
from desk.timeline_kinds import Entry, Kind
from messaging import kinds as message_kinds
from messaging.models import Message
from messaging.states import MessageState
from peps.models import Pep
from peps.scopes import reads_full
from peps.states import PepState

MIDNIGHT = time.min
HELD_BY_TEAM = "held by the team manager"


@dataclass(frozen=True)
class Reader:
    """Who reads: everything of the plans or only their own setting's, and the history or only what holds now."""

    user: User
    on: date
    full: bool
    history: bool
    settings: frozenset[Any]


def reader_of(user: User, on: date) -> Reader:
    """How far this person reads, by the hats that count now."""
    full = reads_full(user)
    own = frozenset(hat.organisation_id for hat in hats_of(user) if hat.organisation.kind == OrganisationKind.SETTING)
    return Reader(user, on, full, full and may(user, Permission.VIEW_CHILD_SENSITIVE), own)


def timeline(child: Child, user: User, on: date) -> list[Entry]:
    """All entries this person may read, pinned notes first, then the newest first."""
    reader = reader_of(user, on)
    plans = list(_plans(reader, child))
    found = [*_notes(reader, child), *_facts(reader, child), *_places(reader, child), *_of_plans(reader, plans), *_mails(reader, plans)]
    return sorted(found, key=lambda entry: (entry.pinned, entry.on, entry.moment), reverse=True)


def chosen(entries: Sequence[Entry], *, kinds: Iterable[str], words: str, everything: bool) -> list[Entry]:
    """Those of these kinds that hold every word; without any such wish the highlights, unless `everything` is asked for."""
    wanted, folded = set(kinds), search_words(words)
    if wanted:
        entries = [entry for entry in entries if entry.kind in wanted]
    if folded:
        entries = [entry for entry in entries if _holds(entry, folded)]
    if wanted or folded or everything:
        return list(entries)
    return [entry for entry in entries if entry.highlight]


def _holds(entry: Entry, words: Sequence[str]) -> bool:
    text = " ".join(fold(part) for part in entry.searched.split())
    return all(word in text for word in words)


# --- notes


def _notes(reader: Reader, child: Child) -> Iterator[Entry]:
    """One entry a note: its last wording, with the wordings before it beneath."""
    rows = CaseNote.objects.visible_to(reader.user).filter(child=child).select_related("author", "setting__organisation", "corrects")
    wordings = sorted(rows, key=lambda note: (str(note.first_id), -note.number))
    for _first, group in groupby(wordings, key=lambda note: note.first_id):
        last, *earlier = group
        yield Entry(
            on=last.happened_on,
            moment=last.written_at,
            kind=Kind.NOTE,
            title=last.get_kind_display(),
            text=last.text,
            by=last.author.name,
            readers=last.readers,
            pinned=(last.corrects or last).pinned,
            note=last,
            earlier=tuple(earlier),
            corrected=last.number > 1,
        )


# --- dated facts, in one statement


def _facts(reader: Reader, child: Child) -> Iterator[Entry]:
    rows = sorted(_dated(reader, child), key=lambda row: (row["what"], row["starts_on"]))
    begins = {(row["what"], row["starts_on"]) for row in rows}
    for row in rows:
        kind, wording, after = FACTS[row["what"]]
        common: dict[str, Any] = {"kind": kind, "by": f"{row['by']} ({row['source']})", "highlight": kind != Kind.WORKER}
        words = wording(row["words"])
        yield Entry(on=row["starts_on"], title=words, moment=_start(row["starts_on"]), **common)
        if row["ends_on"] and (row["what"], row["ends_on"]) not in begins:
            yield Entry(on=row["ends_on"], title=f"{after}: until then {row['words']}", moment=_start(row["ends_on"]), **common)


def _dated(reader: Reader, child: Child) -> Iterable[dict[str, Any]]:
    worker = Concat(Coalesce("practitioner__name", Value(HELD_BY_TEAM)), Value(", "), F("team__name"), output_field=CharField())
    parts = [
        _rows(StatusEpisode, "status", F("status"), reader, child),
        _rows(Enrolment, "setting", F("setting__organisation__name"), reader, child),
        _rows(LeadAllocation, "lead", worker, reader, child),
        _rows(AdviserAllocation, "adviser", F("adviser__name"), reader, child),
    ]
    found: Iterable[dict[str, Any]] = parts[0].union(*parts[1:], all=True)
    for row in found:
        yield row | {"words": PlanStatus(row["words"]).label} if row["what"] == "status" else row


def _rows(model: Any, what: str, words: Any, reader: Reader, child: Child) -> QuerySet:
    rows = model.objects.filter(child=child).order_by()
    if not reader.history:
        rows = rows.filter(current(reader.on))
        if model is Enrolment and not reader.full:
            rows = rows.filter(setting__in=reader.settings)
    named = {"what": Value(what, output_field=CharField()), "words": words, "by": F("entered_by__name")}
    return rows.values("starts_on", "ends_on", "source", **named)


FACTS: dict[str, tuple[Kind, Callable[[str], str], str]] = {
    "status": (Kind.STATUS, lambda words: f"Plan status: {words}", "Plan status ended"),
    "setting": (Kind.SETTING, lambda words: f"On roll at {words}", "Left the roll"),
    "lead": (Kind.WORKER, lambda words: f"Lead practitioner: {words}", "Lead practitioner ended"),
    "adviser": (Kind.WORKER, lambda words: f"Advisory teacher: {words}", "Advisory teacher ended"),
}


# --- places


def _places(reader: Reader, child: Child) -> Iterator[Entry]:
    rows = list(child.placements.select_related("place__pool", "given_by").order_by("-offered_on"))
    if not reader.history:
        rows = [row for row in rows if row.state != PlacementState.OFFERED][:1]
    for row in rows:
        name = f"{row.place.pool.name}, place {row.place.number}"
        if row.ended_on:
            yield _place_entry(f"Place ended: {name}", row.ended_on, text=row.get_end_reason_display() if reader.history else "")
        if row.started_on:
            yield _place_entry(f"Place started: {name}", row.started_on)
        if reader.history:
            yield _place_entry(f"Place offered: {name}", row.offered_on, by=row.given_by.name)


def _place_entry(title: str, on: date, *, by: str = "", text: str = "") -> Entry:
    return Entry(on=on, moment=_start(on), kind=Kind.PLACE, title=title, by=by, text=text)


# --- plans, and the mails about them


def _plans(reader: Reader, child: Child) -> Iterable[Pep]:
    people = ("submitted_by", "returned_by", "signed_off_by", "ended_by")
    return Pep.objects.visible_to(reader.user).filter(child=child).select_related("cycle", *people)


def _of_plans(reader: Reader, plans: Iterable[Pep]) -> Iterator[Entry]:
    for pep in plans:
        if reader.full or pep.setting_id in reader.settings:
            yield from _of_plan(pep)
        elif pep.signed_off_at:
            yield _plan_entry(pep, "signed off", pep.signed_off_at, pep.signed_off_by)


def _of_plan(pep: Pep) -> Iterator[Entry]:
    yield _plan_entry(pep, "opened", _start(pep.opened_on), None, highlight=False)
    if pep.submitted_at:
        yield _plan_entry(pep, "sent", pep.submitted_at, pep.submitted_by, highlight=False)
    if pep.returned_at:
        yield _plan_entry(pep, "returned", pep.returned_at, pep.returned_by, text=pep.return_reason)
    if pep.signed_off_at:
        yield _plan_entry(pep, "signed off", pep.signed_off_at, pep.signed_off_by)
    if pep.ended_at:
        yield _plan_entry(pep, PepState(pep.state).label.lower(), pep.ended_at, pep.ended_by, text=pep.ended_reason)


def _plan_entry(pep: Pep, what: str, at: datetime, by: User | None, *, text: str = "", highlight: bool = True) -> Entry:
    return Entry(
        on=timezone.localdate(at),
        moment=at,
        kind=Kind.PLAN,
        title=f"PEP {what}: {pep.cycle.label}",
        text=text,
        by=by.name if by else "",
        href=reverse("peps:plan", args=[pep.pk]),
        highlight=highlight,
        exact=what != "opened",
    )


def _mails(reader: Reader, plans: Sequence[Pep]) -> Iterator[Entry]:
    """What was sent about these plans, by kind and reference, one entry a day; a setting sees what its reader was sent."""
    about = Q(about_type=Pep._meta.label, about_id__in=[str(pep.pk) for pep in plans], state=MessageState.SENT)
    mine = Q() if reader.full else Q(recipient=reader.user.pk)
    sent = Message.objects.filter(about, mine).annotate(day=TruncDate("sent_at"))
    for row in sent.values("kind", "about_id", "about_label", "day").annotate(people=Count("pk")).order_by("-day", "kind"):
        subject = message_kinds.subject_of(Message(kind=row["kind"], about_label=row["about_label"]))
        people = "1 person" if row["people"] == 1 else f"{row['people']} people"
        yield Entry(
            on=row["day"],
            moment=_start(row["day"]),
            kind=Kind.MESSAGE,
            title=subject,
            text=f"Mail to {people}",
            href=reverse("peps:plan", args=[row["about_id"]]),
            highlight=False,
        )


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, MIDNIGHT))
