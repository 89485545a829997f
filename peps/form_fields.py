"""One input of a question as a form field. Nothing is required here: saving never demands anything, only the shape is checked."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms

from core.forms import LongTextField, ThreePartDateField
from peps.asked import Spec, fill
from peps.shapes import EARLIEST, LATEST, counted, taken

FACTS = "Facts and what you have seen."
WRITE_FACTS = f"{FACTS} The child and the parents may read this."
MAX_NUMBER = 10_000


def build(spec: Spec, called: str, beside: Sequence[Spec] = (), hint: str = "") -> forms.Field:
    """The form field of an input; `beside` are the inputs of the same question, for the words of a condition; `hint` ends its help."""
    hints = [fill(spec.get("hint", ""), called), fill(condition(spec, beside), called), hint]
    common = {"label": fill(spec["label"], called), "help_text": " ".join(filter(None, hints)), "required": False}
    field = KINDS[spec["type"]](spec, common)
    if spec["type"] in {"radios", "checks"}:
        field.choices = [(value, fill(words, called)) for value, words in spec["options"]]
    return field


def condition(spec: Spec, beside: Sequence[Spec]) -> str:
    """When the input is asked, in words: Only if you chose “Yes” above."""
    key = next((key for key in ("if", "unless") if key in spec), "")
    name, values = spec.get(key, ("", []))
    options = next((dict(other["options"]) for other in beside if other["name"] == name), {})
    if not options:
        return ""
    chosen = " or ".join(f"“{options[value]}”" for value in values)
    return f"Only if you chose {chosen} above." if key == "if" else f"Not if you chose {chosen} above."


def to_initial(spec: Spec, value: Any) -> Any:
    """A stored value as the form field takes it."""
    return date.fromisoformat(value) if spec["type"] == "date" and value else value


def to_stored(spec: Spec, value: Any) -> Any:
    """A cleaned value as it is stored."""
    return value.isoformat() if isinstance(value, date) else value


def _line(spec: Spec, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=taken(spec), **common)


def _lines(spec: Spec, common: dict[str, Any]) -> forms.Field:
    field = LongTextField(rows=2, max_length=taken(spec), **common)
    field.widget.attrs["maxlength"] = str(counted(spec))  # the counter's number; the wall stands at twice that
    return field


def _date(spec: Spec, common: dict[str, Any]) -> forms.Field:
    return ThreePartDateField(earliest=EARLIEST, latest=LATEST, **common)


KINDS: dict[str, Callable[[Spec, dict[str, Any]], Any]] = {
    "text": _line,
    "long": _lines,
    "exit": lambda spec, common: LongTextField(rows=2, max_length=taken(spec), **common),
    "email": lambda spec, common: forms.EmailField(max_length=254, **common),
    "number": lambda spec, common: forms.IntegerField(min_value=0, max_value=MAX_NUMBER, **common),
    "date": _date,
    "tick": lambda spec, common: forms.BooleanField(**common),
    "radios": lambda spec, common: forms.ChoiceField(widget=forms.RadioSelect, **common),
    "checks": lambda spec, common: forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, **common),
}
