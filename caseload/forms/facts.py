"""Dated facts: which one, and from which day."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Organisation, Setting, User
from accounts.scopes import today
from caseload.selectors import Suggestion, advisers, find_settings, lead_practitioners, teams
from caseload.states import PlanStatus
from core.forms import PortalForm, ThreePartDateField

NONE_NOW = "none"
LISTED = 6


class FactForm(PortalForm):
    """The day from which a fact holds."""

    starts_on = ThreePartDateField(label="From which day?", help_text="It may lie ahead. The one before ends on that day.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "starts_on"])
        self.initial.setdefault("starts_on", today())


class StatusForm(FactForm):
    """Why the child has a social worker, or that there is no plan any more."""

    missing = {"status": "Select the plan status.", "starts_on": "Enter the day from which the status holds."}
    status = forms.ChoiceField(label="Plan status", choices=[*PlanStatus.choices, (NONE_NOW, "No plan any more")], widget=forms.RadioSelect)


class SettingForm(FactForm):
    """Where the child is on roll, found by URN or name."""

    missing = {"roll": "Select whether the child is on roll.", "starts_on": "Enter the day from which this holds."}
    roll = forms.ChoiceField(
        label="Is the child on roll?",
        choices=[("setting", "On roll at a setting"), (NONE_NOW, "Not on roll anywhere")],
        widget=forms.RadioSelect,
        initial="setting",
    )
    setting = forms.CharField(label="Setting", max_length=200, required=False, help_text="The URN, or a part of the name.")

    def clean_setting(self) -> Setting | None:
        """The one setting that fits what was typed."""
        typed = self.cleaned_data["setting"]
        if self.cleaned_data.get("roll") == NONE_NOW:
            return None
        if not typed:
            raise ValidationError("Enter the URN or the name of the setting.")
        found = list(find_settings(typed)[: LISTED + 1])
        if not found:
            raise ValidationError(f"No open setting fits “{typed}”. Enter its URN, or another part of its name.")
        if len(found) > 1:
            names = ", ".join(f"{each.name} ({each.urn or 'no URN'})" for each in found[:LISTED])
            more = " and more" if len(found) > LISTED else ""
            raise ValidationError(f"Several settings fit: {names}{more}. Enter the URN of the right one.")
        return found[0]


class LeadForm(FactForm):
    """Which team holds the child, and who in it."""

    missing = {"team": "Select the social-care team.", "starts_on": "Enter the day from which they hold the child."}
    team = forms.ChoiceField(label="Social-care team")
    practitioner = forms.ModelChoiceField(
        User.objects.none(), label="Lead practitioner", required=False, empty_label="Nobody yet: the team manager holds the child"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hats = list(lead_practitioners(today()))
        self.teams = {str(team.pk): team for team in teams()}
        fields: dict[str, Any] = self.fields
        fields["team"].choices = [("", "Choose"), *((key, team.name) for key, team in self.teams.items())]
        people = fields["practitioner"]
        people.queryset = User.objects.filter(pk__in=[hat.user_id for hat in hats])
        people.choices = [("", people.empty_label), *((hat.user_id, f"{hat.user.name}, {hat.organisation.name}") for hat in hats)]

    def clean_team(self) -> Organisation:
        """The team that was chosen."""
        return self.teams[self.cleaned_data["team"]]


class AdviserForm(FactForm):
    """Who works with the child."""

    missing = {"adviser": "Select the advisory teacher.", "starts_on": "Enter the day from which they work with the child."}
    adviser = forms.ModelChoiceField(User.objects.none(), label="Advisory teacher", empty_label="Choose")

    def __init__(self, *args: Any, suggestion: Suggestion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["adviser"].queryset = advisers(today())
        if suggestion:
            self.initial.setdefault("adviser", suggestion.adviser.pk)
