"""What the Head changes of a pool."""

from typing import Any

from django import forms

from accounts.scopes import today
from caseload.models import Pool
from caseload.services.pools import LARGEST
from core.forms import PortalForm, ThreePartDateField

NO_NAMES = "Do not name the child."


class ExtraPlaceForm(PortalForm):
    """One place more, between two days, with a reason."""

    submit_label = "Open the extra place"
    missing = {
        "pool": "Select the pool.",
        "on": "Enter the day from which the place can be taken.",
        "until": "Enter the first day on which it can no longer be taken.",
        "reason": "Enter why the extra place is needed.",
    }
    pool = forms.ChoiceField(label="Pool", widget=forms.RadioSelect)
    on = ThreePartDateField(label="Can be taken from")
    until = ThreePartDateField(label="Closes on", help_text="The first day it can no longer be taken. Whoever holds it then keeps it.")
    reason = forms.CharField(label="Reason", max_length=200, help_text=f"Such as a sibling group or an emergency. {NO_NAMES}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["pool"].choices = [(pool.pk, pool.name) for pool in Pool.objects.all()]
        self.initial.setdefault("on", today())


class SizeForm(PortalForm):
    """Another size from a day on."""

    submit_label = "Change the size"
    missing = {
        "size": "Enter the number of places.",
        "on": "Enter the day from which the size holds.",
        "reason": "Enter why the size changes.",
    }
    size = forms.IntegerField(
        label="Number of places",
        min_value=1,
        max_value=LARGEST,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}),
    )
    on = ThreePartDateField(label="From which day?", help_text="Today or a day to come.")
    reason = forms.CharField(label="Reason", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", today())
