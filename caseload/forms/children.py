"""Searching for a child before adding one, and the child's own row."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.scopes import today
from caseload import upn as numbers
from caseload.matching import Asked, Match
from caseload.models import Child
from caseload.services.children import OLDEST, Identity
from core.forms import PortalForm, ThreePartDateField


def earliest_birth() -> date:
    """The earliest date of birth a form takes."""
    return date(today().year - OLDEST, 1, 1)


class UpnField(forms.CharField):
    """A UPN as people type it; a wrong form is refused, everything else is for the service to remark on."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {"label": "UPN", "required": False, "max_length": 20, "help_text": "13 characters, like B801200005001."}
        super().__init__(**defaults | kwargs)

    def clean(self, value: Any) -> str:
        """The number in capitals without spaces."""
        checked = numbers.check(super().clean(value))
        if checked.error:
            raise ValidationError(checked.error)
        return checked.upn


class SearchForm(PortalForm):
    """Who is looked for, before anybody is added."""

    submit_label = "Search"
    missing = {
        "first_name": "Enter the child's first name.",
        "last_name": "Enter the child's last name.",
        "date_of_birth": "Enter the child's date of birth.",
    }
    first_name = forms.CharField(label="First name", max_length=80)
    last_name = forms.CharField(label="Last name", max_length=80)
    date_of_birth = ThreePartDateField(label="Date of birth", earliest=earliest_birth, latest=today, help_text="Like 5 3 2017.")
    upn = UpnField()
    local_id = forms.CharField(label="Social-care number", max_length=40, required=False)

    def asked(self) -> Asked:
        """What to search for; only for a form that is valid."""
        return Asked(**{name: self.cleaned_data.get(name, "") for name in ("first_name", "last_name", "date_of_birth", "upn", "local_id")})


class ChildForm(SearchForm):
    """A child's own row, to add or to correct it."""

    submit_label = "Save"
    known_as = forms.CharField(label="Name the child uses", max_length=80, required=False, help_text="If it is not the first name.")
    sex = forms.ChoiceField(label="Sex", choices=Child.Sex.choices, widget=forms.RadioSelect, initial=Child.Sex.UNKNOWN)
    field_order = ["first_name", "last_name", "known_as", "date_of_birth", "sex", "upn", "local_id"]

    def identity(self) -> Identity:
        """The row's values; only for a form that is valid."""
        return Identity(**{name: self.cleaned_data[name] for name in self.field_order})


class CorrectChildForm(ChildForm):
    """Correcting a child's row; the form knows which state of the row it was opened with."""

    as_of = forms.CharField(widget=forms.HiddenInput, required=False)


class NewChildForm(ChildForm):
    """Adding a child: the search comes along, and a tick where we may have the child already."""

    submit_label = "Add the child"
    step = forms.CharField(widget=forms.HiddenInput, initial="add")
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    another_child = forms.BooleanField(label="This is another child", required=False)

    def show(self, found: list[Match]) -> None:
        """Keeps which records stand above the form: the tick speaks of these and no others, so it is made anew where they are new."""
        shown = " ".join(match.child.reference for match in found)
        self.initial["shown"] = shown
        if self.is_bound and self.data.get("shown", "") != shown:
            self.data = {**dict(self.data.items()), "shown": shown, "another_child": ""}

    def other_than(self) -> list[str]:
        """The references of the records that were shown and are another child; only for a form that is valid."""
        return self.cleaned_data["shown"].split() if self.cleaned_data["another_child"] else []
