"""The form base: drawn by the template pack "vs", and every message tells the person what to do.

Forms check the shape and the wording of input only; whether a thing may be done is the service's answer.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import pretty_name
from django.utils.formats import date_format

STANDS_ALONE = re.compile(r"(a|an|any|her|his|how|one|other|our|the|their|this|what|when|where|which|who|why|your)\b")

Limit = date | Callable[[], date] | None

MONTH_NAMES = {
    name: number
    for number, month in enumerate(
        ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"), start=1
    )
    for name in (month, month[:3])
}


class ThreePartDateWidget(forms.MultiWidget):
    """Day, month and year as three text boxes; what was typed stays in them when it is not a date."""

    template_name = "vs/widgets/three_part_date.html"
    use_fieldset = True
    parts = ("day", "month", "year")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        widths = {"day": 2, "month": 2, "year": 4}
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            part: forms.TextInput(
                attrs={"class": f"govuk-input govuk-date-input__input govuk-input--width-{width}", "inputmode": "numeric"}
            )
            for part, width in widths.items()
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: date | None) -> list[str]:
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, box in zip(self.parts, context["widget"]["subwidgets"], strict=True):
            box["label"] = part.capitalize()
            if attrs and attrs.get("id"):
                box["attrs"]["id"] = f"{attrs['id']}_{part}"
        return context


class ThreePartDateField(forms.Field):
    """A date typed as three parts; cleans to a date, or None if left empty. `earliest` and `latest` are dates or give one."""

    widget = ThreePartDateWidget
    default_error_messages = {
        "incomplete": "The date must include a %(parts)s.",
        "impossible": "Enter a real date, like 3 9 2026.",
        "short_year": "Enter the year with four numbers, like 2026.",
        "too_early": "The date must be on or after %(limit)s.",
        "too_late": "The date must be on or before %(limit)s.",
    }

    def __init__(self, *, earliest: Limit = None, latest: Limit = None, **kwargs: Any) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def to_python(self, value: list[str] | None) -> date | None:
        typed = dict(zip(ThreePartDateWidget.parts, [(part or "").strip() for part in value or []], strict=False))
        if not any(typed.values()):
            return None
        absent = [part for part, text in typed.items() if not text]
        if absent:
            raise ValidationError(self.error_messages["incomplete"], code="incomplete", params={"parts": " and a ".join(absent)})
        if typed["year"].isdecimal() and len(typed["year"]) != 4:
            raise ValidationError(self.error_messages["short_year"], code="short_year")
        try:
            month = MONTH_NAMES.get(typed["month"].lower()) or int(typed["month"])
            return date(int(typed["year"]), month, int(typed["day"]))
        except (ValueError, OverflowError) as error:
            raise ValidationError(self.error_messages["impossible"], code="impossible") from error

    def validate(self, value: date | None) -> None:
        super().validate(value)
        earliest, latest = _limit(self.earliest), _limit(self.latest)
        if value and earliest and value < earliest:
            raise ValidationError(self.error_messages["too_early"], code="too_early", params={"limit": date_format(earliest, "j F Y")})
        if value and latest and value > latest:
            raise ValidationError(self.error_messages["too_late"], code="too_late", params={"limit": date_format(latest, "j F Y")})

    def has_changed(self, initial: date | None, data: list[str] | None) -> bool:
        try:
            return not self.disabled and self.to_python(data) != initial
        except ValidationError:
            return True


class LongTextField(forms.CharField):
    """Text of several lines; with `max_length` the page counts the characters. A line break counts as one, as the browser counts it."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class PortalFormMixin:
    """Gives every field messages that say what to do, from its label or from `missing`; explicit `error_messages` stay.

    `missing` holds the whole sentence for a field left empty; `mark_optional` writes "(optional)" after labels; `heading_field` names
    the one field whose label is the page's h1.
    """

    missing: dict[str, str] = {}
    mark_optional = True
    heading_field = ""
    use_required_attribute = False  # the browser's own bubbles say "fill in this field"; ours say what to enter

    def full_clean(self) -> None:
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            _replace_default_messages(field, str(field.label or pretty_name(name)), self.missing.get(name, ""))
        super().full_clean()  # type: ignore[misc]


class PortalForm(PortalFormMixin, forms.Form):
    """A form with one primary button: `{% crispy form %}` draws it whole. `cancel_url` adds a Cancel link beside the button."""

    submit_label = "Save"

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.add_input(Submit("submit", self.submit_label))


class FilterForm(PortalFormMixin, forms.Form):
    """For FilterSet.Meta.form: nothing is required, so no label says "(optional)"; filter_panel draws it."""

    mark_optional = False


def _limit(limit: Limit) -> date | None:
    return limit() if callable(limit) else limit


def _replace_default_messages(field: forms.Field, label: str, missing: str) -> None:
    defaults: dict[str, Any] = {}
    for cls in reversed(type(field).__mro__):
        defaults.update(getattr(cls, "default_error_messages", {}))
    wanted = _messages(field, label)
    wanted["required"] = missing or _required_message(field, label)
    for code, message in wanted.items():
        if field.error_messages.get(code) is defaults.get(code):
            field.error_messages[code] = message


def _required_message(field: forms.Field, label: str) -> str:
    if label.endswith("?"):
        return f"Answer the question “{label}”."
    if isinstance(field, forms.FileField):
        return f"Choose a file: {_in_sentence(label)}."
    if isinstance(field, forms.BooleanField):
        return f"Tick the box “{label}”."
    verb = "Select" if isinstance(field, forms.ChoiceField | forms.ModelChoiceField) else "Enter"
    return f"{verb} {_in_sentence(label)}."


def _messages(field: forms.Field, label: str) -> dict[str, str]:
    """By error code. Where Django fills in parameters, a % in the label is doubled."""
    told = label.rstrip("?").replace("%", "%%")
    messages = {
        "max_length": f"{told} must be %(limit_value)d characters or fewer. You have typed %(show_value)d.",
        "min_length": f"{told} must be %(limit_value)d characters or more. You have typed %(show_value)d.",
        "max_value": f"{told} must be %(limit_value)s or less.",
        "min_value": f"{told} must be %(limit_value)s or more.",
        "invalid_choice": f"Select one of the answers offered for {_in_sentence(told)}.",
        "null_characters_not_allowed": "Delete the character that cannot be stored, and type the text again.",
        "invalid_extension": "Choose a file that ends in one of these: %(allowed_extensions)s.",
        **TYPE_MESSAGES[next(cls for cls in type(field).__mro__ if cls in TYPE_MESSAGES)],
    }
    if isinstance(field, ThreePartDateField):
        messages |= {
            "incomplete": f"{told} must include a %(parts)s.",
            "impossible": f"{label} must be a real date, like 3 9 2026.",
            "short_year": f"{label} must have a year of four numbers, like 2026.",
            "too_early": f"{told} must be on or after %(limit)s.",
            "too_late": f"{told} must be on or before %(limit)s.",
        }
    return messages


TYPE_MESSAGES: dict[type, dict[str, str]] = {
    forms.Field: {"invalid": "Enter this again in the form the hint shows."},
    forms.EmailField: {"invalid": "Enter an e-mail address in the correct form, like name@example.org."},
    forms.URLField: {"invalid": "Enter a web address in full, like https://www.example.org."},
    forms.IntegerField: {"invalid": "Enter a whole number, like 12."},
    forms.DecimalField: {"invalid": "Enter a number, like 12.50."},
    forms.FloatField: {"invalid": "Enter a number, like 12.5."},
    forms.DateField: {"invalid": "Enter a real date, like 03/09/2026."},
    forms.TimeField: {"invalid": "Enter a time, like 14:30."},
    forms.MultipleChoiceField: {"invalid_list": "Select the answers from the list."},
    forms.ModelMultipleChoiceField: {"invalid_list": "Select the answers from the list."},
    forms.FileField: {
        "invalid": "Choose the file again; it did not arrive.",
        "missing": "Choose the file again; it did not arrive.",
        "empty": "The file you chose is empty. Choose another one.",
        "max_length": "Give the file a name of %(max)d letters or fewer and choose it again.",
    },
}


def _in_sentence(label: str) -> str:
    """The label as it reads inside a sentence, with "the" where it has no such word; UPN and PEP keep their capitals."""
    words = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    return words if STANDS_ALONE.match(words) else f"the {words}"
