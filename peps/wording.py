"""Answers in words, for pages and for prints. Everything here goes through answers.visible first; no database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateformat import format as format_date

from peps.answers import Answer, is_empty, target_value, visible
from peps.asked import Question, Spec, fill
from peps.template_data.targets import TARGETS

CONFIRMED = "confirmed"  # the tick of a confirm block


@dataclass(frozen=True)
class Line:
    """A label and the words under it; `source` says where a fact comes from."""

    label: str
    text: str
    source: str = ""


def lines(question: Question, answer: Answer | None, letter: str, called: str = "") -> list[Line]:
    """The answer as the audience `letter` reads it, in the order of the fields; nothing for what it may not read or nobody wrote."""
    seen = visible(question, answer, letter)
    if seen is None:
        return []
    said = [
        Line(fact["label"], fact["value"] or "Not recorded", f"{fact['source']}, {day(fact['on'])}" if fact["on"] else fact["source"])
        for fact in seen.get("facts", [])
    ]
    for spec in question.fields:
        if spec["name"] in seen:
            said += _field_lines(spec, seen[spec["name"]], letter, called)
    return said


def target_lines(target: Any, called: str = "") -> list[Line]:
    """A target (row or dict) in words, empty values left out."""
    values = ((spec, target_value(target, spec["name"])) for spec in TARGETS["fields"])
    return [Line(fill(spec["label"], called), in_words(spec, value)) for spec, value in values if value]


def day(value: date | str) -> str:
    """11 December 2026, from a date or from ISO text."""
    return format_date(value if isinstance(value, date) else date.fromisoformat(value), "j F Y")


def _field_lines(spec: Spec, value: Any, letter: str, called: str) -> Iterator[Line]:
    if spec["type"] == "rows":
        for number, row in enumerate(value, start=1):
            yield Line(f"{spec['label']} {number}", "\n".join(_pairs(spec["fields"], row, letter, called)))
    elif spec["type"] == "grid":
        for key, label in spec["rows"]:
            if key in value:
                yield Line(label, "\n".join(_pairs(spec["fields"], value[key], letter, called)))
    elif spec["name"] == CONFIRMED:
        yield Line("Checked", "This is right.")
    else:
        yield Line(fill(spec["label"], called), in_words(spec, value, letter, called))


def _pairs(specs: list[Spec], row: Answer, letter: str, called: str) -> Iterator[str]:
    written = (sub for sub in specs if not is_empty(row.get(sub["name"])))
    return (f"{before(fill(sub['label'], called))} {in_words(sub, row[sub['name']], letter, called)}" for sub in written)


def before(label: str) -> str:
    """A label as it stands before its answer on one line: with a colon, unless it is a question."""
    return label if label.endswith("?") else f"{label}:"


def in_words(spec: Spec, value: Any, letter: str = "F", called: str = "") -> str:
    """One value of a field that is neither rows nor a grid. The child's name stands only in our own words, never in what was typed."""
    if spec["type"] == "tick":
        return "Yes"
    if spec["type"] == "date":
        return day(value)
    if spec["type"] not in {"radios", "checks"}:
        return str(value)
    words = dict(spec["options"]) | (spec.get("wording", {}) if letter != "F" else {})
    return "\n".join(fill(words[each], called) for each in (value if isinstance(value, list) else [value]))
