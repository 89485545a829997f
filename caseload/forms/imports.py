"""The upload of a list of children."""

from django import forms

from core.forms import PortalForm


class ChildrenImportForm(PortalForm):
    """Which file."""

    submit_label = "Show what would change"
    missing = {"file": "Choose the list that social care sent, a CSV file."}
    file = forms.FileField(
        label="List of children (CSV)",
        help_text="You see a preview first. Nobody is ended or removed because they are not in the list.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
