"""The plain context of a plan's PDF, from a snapshot and one audience; no database, so it can be tested as HTML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from core.pdf import Frame
from peps.answers import DECLARATION
from peps.asked import Asked, fill
from peps.snapshot import answered
from peps.states import Audience, PartKind
from peps.wording import Line, day, lines, target_lines

AGREEMENT = (
    "A local agreement between the family, the setting, social care and the Virtual School. It is not a legal document and nobody has to "
    "sign it to keep a service."
)
DRAFT_NOTICE = "A draft: not signed off yet. Do not act on it before the Virtual School has checked it."
CLASSIFICATION = "OFFICIAL-SENSITIVE: PERSONAL"
AUDIENCE_WORDS = {Audience.FULL: "Full plan", Audience.SETTING: "Setting's copy"}
FILE_WORDS = {Audience.FULL: "full", Audience.SETTING: "setting"}
OWN_OF_SETTING = (PartKind.SETTING, PartKind.CHILD)
NOT_DONE = "Not done yet."
UNANSWERED = "Not answered yet."

Snapshot = Mapping[str, Any]


@dataclass(frozen=True)
class Answered:
    """One question with the answer in words; `note` stands where nothing was answered."""

    text: str
    lines: list[Line]
    note: str = ""


@dataclass(frozen=True)
class Section:
    """Some questions under one heading; the last one of a part has the note who finished it, or why there is nothing."""

    title: str
    questions: list[Answered]
    note: str = ""


def html(snapshot: Snapshot, *, audience: str, version: str) -> str:
    """The document for core.pdf: `version` is what the footer says, "Version 1" or "Draft of 3 September 2026"."""
    return render_to_string("pdf/pep.html", context(snapshot, audience=audience, version=version))


def context(snapshot: Snapshot, *, audience: str, version: str) -> dict[str, Any]:
    """What templates/pdf/pep.html prints, already narrowed to the audience."""
    return {
        "frame": frame(snapshot, audience, version),
        "agreement": AGREEMENT,
        "identity": list(identity(snapshot)),
        "notice": "" if snapshot["signed_off"] else DRAFT_NOTICE,
        "sections": list(sections(snapshot, audience)),
        "targets": [target_lines(target, snapshot["child"]["called"]) for target in snapshot["targets"]],
        "telephone": settings.VIRTUAL_SCHOOL_PHONE,
    }


def frame(snapshot: Snapshot, audience: str, version: str) -> Frame:
    """The running footer (forms.md I.8): reference, audience, version, "not a legal document", whom to tell that something is wrong."""
    return Frame(
        reference=snapshot["reference"],
        classification=CLASSIFICATION,
        audience=f"{AUDIENCE_WORDS[Audience(audience)]}. Not a legal document. Something wrong? Ring {settings.VIRTUAL_SCHOOL_PHONE}",
        version=version,
    )


def file_name(reference: str, audience: str, number: int | None) -> str:
    """PEP-7K3Q9X-2026-1-setting-v1.pdf: the reference, never a name."""
    return f"{reference}-{FILE_WORDS[Audience(audience)]}-{f'v{number}' if number else 'draft'}.pdf"


def identity(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """The block of facts on the first page; what is not known is left out."""
    child, lead = snapshot["child"], snapshot["lead"]
    rows = (
        ("Name", child["name"]),
        ("Date of birth", f"{day(child['date_of_birth'])}, {child['year']}"),
        ("UPN", child["upn"]),
        ("Status", snapshot["status"]),
        ("Setting", snapshot["setting"]),
        ("Lead practitioner", ", ".join(filter(None, [lead["name"], lead["team"]]))),
        ("Advisory teacher", snapshot["adviser"]),
        ("Plan", f"{snapshot['kind']}, {snapshot['cycle']}"),
        ("Due", day(snapshot["due_on"])),
        ("Sent", signature(snapshot["submitted"])),
        ("Signed off", signature(snapshot["signed_off"]) or "Not yet"),
    )
    return (row for row in rows if row[1])


def sections(snapshot: Snapshot, audience: str) -> Iterator[Section]:
    """The parts in reading order, the child's own first, each cut into its sections; who finished a part stands at its end."""
    called = snapshot["child"]["called"]
    for part in snapshot["parts"]:
        pairs = [] if hidden(part, audience) else [pair for pair in answered(part) if pair[0].code != DECLARATION]
        cut = []
        for title, group in groupby(pairs, key=lambda pair: pair[0].section):
            asked = [found for question, answer in group if (found := in_words(question, answer, snapshot, audience))]
            if asked:
                cut.append((heading(part["title"], fill(title, called)), asked))
        *before, (title, asked) = cut or [(part["title"], [])]
        yield from (Section(*each) for each in before)
        yield Section(title, asked, part_note(snapshot, part))


def hidden(part: Mapping[str, Any], audience: str) -> bool:
    """A draft of council staff's parts is not for the setting (peps.policies.readable_parts says the same of the page)."""
    return audience == Audience.SETTING and not part["done"] and part["kind"] not in OWN_OF_SETTING


def in_words(question: Asked, answer: Mapping[str, Any], snapshot: Snapshot, audience: str) -> Answered | None:
    """A question with its answer for this audience; None where the audience reads nothing of it, or nothing had to be answered."""
    called = snapshot["child"]["called"]
    said = lines(question, answer, audience, called)
    if question.kind == "targets" and snapshot["targets"]:
        return None  # they have a block of their own
    if not said and (answer or not question.required or audience not in question.audiences):
        return None
    return Answered(fill(question.text, called), said, "" if said else UNANSWERED)


def part_note(snapshot: Snapshot, part: Mapping[str, Any]) -> str:
    """Who finished a part and when; or that it had not come (practice.md 13)."""
    if part["had_not_come"]:
        return f"Social care's part had not come by {day(snapshot['due_on'])}."
    return f"Done by {signature(part['completed'])}." if part["completed"] else NOT_DONE


def heading(part: str, section: str) -> str:
    """ "Setting's part: Learning"; a part whose only section says the same needs it once."""
    return f"{part}: {section}" if section and section.lower() not in part.lower() else part


def signature(signed: Mapping[str, str] | None) -> str:
    """Amina Okafor, 3 September 2026."""
    if not signed:
        return ""
    return f"{signed['name']}, {day(timezone.localtime(datetime.fromisoformat(signed['at'])).date())}"
