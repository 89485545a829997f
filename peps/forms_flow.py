"""Forms of what happens to a plan: sending, returning, ending, printing; and of a child's place. Shape and words only."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.scopes import today
from caseload.capacity import Counter
from caseload.states import EndReason
from core.forms import LongTextField, PortalForm, ThreePartDateField
from core.transitions import available
from peps.states import PEP_MOVES, Audience, PartKind

RETURN_LENGTH, END_LENGTH = 1000, 300
ENDINGS = {
    "cancel": ("cancel", "Cancel it: it will not be finished"),
    "excuse": ("excuse", "Not required: this child needs no plan in this cycle"),
}
AUDIENCES = (
    (Audience.SETTING, "Setting: what the setting may read"),
    (Audience.FULL, "Full: for the Virtual School, the lead practitioner and their manager only"),
)


class SendForm(PortalForm):
    """The declaration of S25."""

    submit_label = "Send to the Virtual School"
    missing = {"declared": "Tick that you have checked this part."}
    declared = forms.BooleanField(label="I have checked this part. My name and the time are recorded with it.")


class SignOffForm(PortalForm):
    """One press; what stands against it is said by the service."""

    submit_label = "Sign off"


class ReturnForm(PortalForm):
    """What needs to change, and in which parts."""

    submit_label = "Return for changes"
    missing = {"parts": "Tick the parts that need a change.", "reason": "Say what needs to change."}
    parts = forms.MultipleChoiceField(
        label="Which parts need a change?",
        choices=[(kind.value, kind.label) for kind in (PartKind.SETTING, PartKind.CHILD, PartKind.LEAD)],
        widget=forms.CheckboxSelectMultiple,
        help_text="These become drafts again. The rest stays as it was written.",
    )
    reason = LongTextField(
        label="What needs to change?",
        max_length=RETURN_LENGTH,
        help_text="The people who write these parts read this in the portal. A plan is not returned for spelling or style.",
    )


class EndForm(PortalForm):
    """How the plan ends without being signed off, and why."""

    submit_label = "End this plan"
    missing = {"how": "Select how the plan ends.", "reason": "Say why."}
    how = forms.ChoiceField(label="How does this plan end?", widget=forms.RadioSelect)
    reason = LongTextField(label="Why?", max_length=END_LENGTH, rows=3, help_text="It stays with the plan.")

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = available(PEP_MOVES, state)
        _field(self, "how").choices = [choice for move, choice in ENDINGS.items() if move in possible]


class PrintForm(PortalForm):
    """For whom the print is."""

    submit_label = "Make the PDF"
    missing = {"audience": "Select for whom the print is."}
    audience = forms.ChoiceField(label="For whom is it?", choices=AUDIENCES, widget=forms.RadioSelect)
    recipient = forms.CharField(
        label="Name of the person who gets it",
        max_length=120,
        required=False,
        help_text="It stands at the foot of every page. Without a name, yours does.",
    )

    def __init__(self, *args: Any, full: bool, agreed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not full:
            del self.fields["audience"]
        if not agreed:
            del self.fields["recipient"]

    def wanted(self) -> dict[str, str]:
        """Audience and recipient as the service takes them."""
        return {"audience": self.cleaned_data.get("audience", Audience.SETTING), "recipient": self.cleaned_data.get("recipient", "")}


class PlaceForm(PortalForm):
    """A place for a child: from which pool, at once or as an offer, from which day, with which adviser."""

    submit_label = "Give the place"
    missing = {
        "pool": "Select the pool the place comes from.",
        "take": "Select whether the place starts or is offered.",
        "on": "Enter the day the place starts or is offered.",
    }
    pool = forms.ChoiceField(label="Which place?", widget=forms.RadioSelect)
    take = forms.ChoiceField(
        label="Start or offer?",
        choices=[("start", "Start the place: the first plan opens"), ("offer", "Offer it: the place is kept until somebody starts it")],
        widget=forms.RadioSelect,
    )
    on = ThreePartDateField(label="From which day?", help_text="An offer is dated today or earlier.")
    adviser = forms.ModelChoiceField(User.objects.none(), label="Advisory teacher", required=False, empty_label="Nobody yet")

    def __init__(self, *args: Any, counters: list[Counter], advisers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _field(self, "pool").choices = [(each.code, f"{each.name} ({_free(each)})") for each in counters]
        _field(self, "adviser").queryset = advisers


class StartPlaceForm(PortalForm):
    """The day an offered place starts."""

    submit_label = "Start the place"
    missing = {"on": "Enter the day the place starts."}
    on = ThreePartDateField(label="From which day?")
    adviser = forms.ModelChoiceField(User.objects.none(), label="Advisory teacher", required=False, empty_label="As it is now")

    def __init__(self, *args: Any, advisers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _field(self, "adviser").queryset = advisers


class EndPlaceForm(PortalForm):
    """The first day without the place, and why."""

    submit_label = "End the place"
    missing = {"on": "Enter the first day without the place.", "reason": "Select why the place ends."}
    on = ThreePartDateField(label="First day without the place", latest=today)
    reason = forms.ChoiceField(label="Why does it end?", choices=[("", "Select a reason"), *EndReason.choices])


def _field(form: PortalForm, name: str) -> Any:
    """A field by name, as the kind it was declared."""
    return form.fields[name]


def _free(counter: Counter) -> str:
    return f"{counter.free} free" if counter.free else "none free"
