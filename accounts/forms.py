"""Inviting, ending a role, taking up an invitation, term dates."""

from datetime import date
from typing import Any

from django import forms

from accounts.addresses import SENTENCE, plain_address
from accounts.models import AdvisoryPhase, Organisation, User
from accounts.roles import Role
from accounts.services.people import roles_to_give
from core.calendars import TERMS_A_YEAR, year_label
from core.forms import PortalForm, ThreePartDateField
from core.models import Term


class OrganisationForm(PortalForm):
    """Where the person works: the first step of an invitation, when the inviter may choose."""

    fields: dict[str, Any]
    submit_label = "Go on"
    missing = {"organisation": "Choose where the person works."}
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="Where does the person work?", empty_label="Choose")

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations


class InviteForm(PortalForm):
    """Who is invited, and as what."""

    fields: dict[str, Any]
    submit_label = "Send the invitation"
    missing = {"role": "Choose what the person does there."}
    name = forms.CharField(max_length=120, label="Name")
    email = forms.EmailField(
        label="Work e-mail address",
        help_text="The link to sign in for the first time goes to this address.",
        error_messages={"invalid": SENTENCE, "max_length": SENTENCE},
    )
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    phase = forms.ModelChoiceField(
        AdvisoryPhase.objects.all(),
        label="Phase",
        required=False,
        empty_label="Not an advisory teacher",
        help_text="For an advisory teacher only.",
    )

    def __init__(self, *args: Any, by: User, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = roles_to_give(by, organisation)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        if Role.ADVISORY_TEACHER not in roles:
            del self.fields["phase"]

    def clean_email(self) -> str:
        """The address as it is kept."""
        return plain_address(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """An advisory teacher has a phase."""
        cleaned = super().clean() or {}
        if cleaned.get("role") == Role.ADVISORY_TEACHER and not cleaned.get("phase"):
            self.add_error("phase", "Choose the phase the advisory teacher works in.")
        return cleaned


class EndMembershipForm(PortalForm):
    """From which day the person no longer has the role."""

    submit_label = "End this role"
    missing = {"on": "Enter the first day without the role."}
    on = ThreePartDateField(label="First day without the role", help_text="Today's date ends it at once.")


class AcceptForm(PortalForm):
    """The first password, typed twice."""

    submit_label = "Save and sign in"
    missing = {"password": "Enter a password.", "again": "Enter the password again."}
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. Three or four words in a row are easy to remember and hard to guess.",
        strip=False,
    )
    again = forms.CharField(label="Password again", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False)

    def clean(self) -> dict[str, Any]:
        """The two passwords agree."""
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", "Enter the same password twice.")
        return cleaned


class TermDatesForm(PortalForm):
    """First and last day of the six terms of a school year."""

    submit_label = "Save the term dates"

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        terms = {term.number: term for term in Term.objects.filter(year=year)}
        initial: dict[str, date | bool] = {f"starts_{number}": term.starts_on for number, term in terms.items()}
        initial |= {f"ends_{number}": term.ends_on for number, term in terms.items()}
        initial["provisional"] = any(term.provisional for term in terms.values())
        super().__init__(*args, initial=initial, **kwargs)
        for number in range(1, TERMS_A_YEAR + 1):
            for what, words in (("starts", "first day"), ("ends", "last day")):
                self.fields[f"{what}_{number}"] = ThreePartDateField(
                    label=f"Term {number}, {words}", error_messages={"required": f"Enter the {words} of term {number}."}
                )
        self.fields["provisional"] = forms.BooleanField(
            label=f"These dates of {year_label(year)} are provisional: not yet published", required=False
        )

    def periods(self) -> list[tuple[date, date]]:
        """First and last day of terms 1 to 6, as typed."""
        return [(self.cleaned_data[f"starts_{number}"], self.cleaned_data[f"ends_{number}"]) for number in range(1, TERMS_A_YEAR + 1)]
