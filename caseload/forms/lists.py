"""The upload of a list of children, and the answer to a close match."""

from typing import Any

from django import forms

from accounts.scopes import today
from core.forms import PortalForm, ThreePartDateField


class ListForm(PortalForm):
    """Which file, and of which day it is."""

    submit_label = "Show what would change"
    missing = {"file": "Choose the list, a CSV file.", "on": "Enter the day on which social care made the list."}
    file = forms.FileField(
        label="List of children (CSV)",
        help_text="You see a preview first. Nobody is removed because they are not in the list.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    on = ThreePartDateField(
        label="Of which day is the list?",
        latest=today,
        help_text="New settings and workers count from this day, as the list has no dates for them.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", today())


class DecisionForm(PortalForm):
    """Whether a line is a child we have; the service knows which answers were offered."""

    row = forms.IntegerField()
    decision = forms.CharField(max_length=40)
