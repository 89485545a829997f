"""The upload of a national-register file."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.imports.gias import UnknownAuthority, authorities_of
from core.forms import PortalForm


class SchoolsImportForm(PortalForm):
    """Which file, and the settings of which authorities."""

    submit_label = "Show what would change"
    missing = {
        "file": "Choose the register file, which is called something like edubasealldata20261123.csv.",
        "authorities": "Enter the authority as three numbers, like 800.",
    }
    file = forms.FileField(
        label="Register file (CSV)",
        help_text="From “Download all establishment data” of Get Information about Schools. You see a preview first.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    authorities = forms.CharField(
        label="Authorities",
        max_length=200,
        help_text="The number of the authority, like 800. Several: with commas between them. All of England: the word all.",
        widget=forms.TextInput(attrs={"class": "govuk-input govuk-input--width-20"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("authorities", settings.LA_CODE)

    def clean_authorities(self) -> list[str]:
        """The numbers, or the word all."""
        typed = [self.cleaned_data["authorities"]]
        try:
            authorities_of(typed)
        except UnknownAuthority as refusal:
            raise ValidationError(refusal.message) from refusal
        return typed
