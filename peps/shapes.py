"""The shape of an answer: known fields, known options, lengths, real dates. Saving asks for nothing else (forms.md I.0). No database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from peps.answers import META
from peps.asked import Question, Spec
from peps.template_data.targets import TARGETS

USUAL_LENGTH = 300
NUDGE = 2  # twice the length is taken, with a nudge: a counter, not a wall
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def counted(spec: Spec) -> int:
    """The characters the counter counts to."""
    return int(spec.get("max", USUAL_LENGTH))


def taken(spec: Spec) -> int:
    """The characters that are taken at most."""
    return counted(spec) * NUDGE


def problems(question: Question, answer: Any) -> list[str]:
    """Why this cannot be stored as an answer to the question, in sentences; empty if it can."""
    if not isinstance(answer, Mapping):
        return [f"Answer “{question.text}” again; it did not arrive as a whole."]
    return list(_all(question.fields, {name: value for name, value in answer.items() if name not in META}))


def target_problems(targets: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why these cannot be stored as targets (dates as ISO text), in sentences; empty if they can."""
    return list(_rows(TARGETS, list(targets)))


def _all(specs: Sequence[Spec], answer: Mapping[str, Any]) -> Iterator[str]:
    known = {spec["name"]: spec for spec in specs}
    for name, value in answer.items():
        if name in known:
            yield from CHECKS[known[name]["type"]](known[name], value)
        else:
            yield "Reload the page: it has a question that this plan does not ask."


def _length(spec: Spec, value: Any) -> Iterator[str]:
    return _text(spec["label"].rstrip("?"), value, taken(spec))


def _text(label: str, value: Any, most: int) -> Iterator[str]:
    if not isinstance(value, str) or "\x00" in value:
        yield f"Type {label} again: it holds a character that cannot be stored."
    elif len(value) > most:
        yield f"{label} must be {most} characters or fewer. You have typed {len(value)}."


def _option(spec: Spec, value: Any) -> Iterator[str]:
    if value not in [option for option, _words in spec["options"]]:
        yield f"Select one of the answers offered for “{spec['label']}”."


def _options(spec: Spec, value: Any) -> Iterator[str]:
    known = {option for option, _words in spec["options"]}
    if not isinstance(value, list) or not all(isinstance(each, str) and each in known for each in value) or len(set(value)) != len(value):
        yield f"Choose from the answers offered for “{spec['label']}”."
    elif len(value) > spec.get("most", len(known)):
        yield f"Choose at most {spec['most']} answers to “{spec['label']}”."


def _tick(spec: Spec, value: Any) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"Tick “{spec['label']}” or leave it."


def _date(spec: Spec, value: Any) -> Iterator[str]:
    try:
        if EARLIEST <= date.fromisoformat(value) <= LATEST:
            return
    except (TypeError, ValueError):
        pass
    yield f"Enter a real date for “{spec['label']}”, like 3 9 2026."


def _number(spec: Spec, value: Any) -> Iterator[str]:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10_000:
        yield f"Enter a whole number for “{spec['label']}”, like 12."


def _rows(spec: Spec, value: Any) -> Iterator[str]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        yield f"Enter “{spec['label']}” again; it did not arrive as a whole."
    elif len(value) > spec["most"]:
        yield f"Enter at most {spec['most']} under “{spec['label']}”."
    else:
        for row in value:
            yield from _all(spec["fields"], row)


def _grid(spec: Spec, value: Any) -> Iterator[str]:
    known = {key for key, _label in spec["rows"]}
    if not isinstance(value, Mapping) or not all(key in known and isinstance(row, Mapping) for key, row in value.items()):
        yield f"Reload the page: “{spec['label']}” has a line that this plan does not ask."
    else:
        for row in value.values():
            yield from _all(spec["fields"], row)


CHECKS = {
    "text": _length,
    "long": _length,
    "email": _length,
    "exit": _length,
    "radios": _option,
    "checks": _options,
    "tick": _tick,
    "date": _date,
    "number": _number,
    "rows": _rows,
    "grid": _grid,
}
