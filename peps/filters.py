"""The filter panel of the list of plans. What it offers comes from the plans the person may see, so no choice tells of another."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from accounts.models import AdvisoryPhase, Setting, User
from accounts.policies import may
from accounts.roles import Permission
from caseload.models import AdviserAllocation, Child
from caseload.scopes import current, years_between
from core.forms import FilterForm
from core.models import Cycle
from peps.models import Pep
from peps.states import SETTING_WORDS, WRITABLE, PepState

# The five words of a setting, each with its states.
WORDS: dict[str, list[str]] = {}
for _state, _word in SETTING_WORDS.items():
    WORDS.setdefault(_word, []).append(_state)
WORD_CHOICES = [(word.lower().replace(" ", "_"), word) for word in WORDS]
STATES_OF_WORD = {value: WORDS[word] for value, word in WORD_CHOICES}
SORTS = {"due": "due_on", "child": "child__last_name", "setting": "setting__organisation__name", "state": "state", "adviser": "adviser_now"}


def asked_as(states: Sequence[str], letter: str) -> list[str]:
    """The values of the filter that find plans in these states: the states, or for a setting the words they stand behind."""
    return [word for word, behind in STATES_OF_WORD.items() if set(behind) & set(states)] if letter == "S" else list(states)


class PepFilter(django_filters.FilterSet):
    """Plans by cycle, state, setting, phase, adviser, late, and mine."""

    q = django_filters.CharFilter(label="Reference of the child or the plan", method="search", max_length=80)
    cycle = django_filters.ModelChoiceFilter(label="Cycle", queryset=Cycle.objects.none(), empty_label="Any")
    state = django_filters.MultipleChoiceFilter(
        label="State", choices=PepState.choices, method="in_states", widget=forms.CheckboxSelectMultiple
    )
    setting = django_filters.ModelChoiceFilter(label="Setting", queryset=Setting.objects.none(), empty_label="Any")
    phase = django_filters.ModelChoiceFilter(label="Phase", queryset=AdvisoryPhase.objects.all(), empty_label="Any", method="in_phase")
    adviser = django_filters.ModelChoiceFilter(
        label="Advisory teacher", queryset=User.objects.none(), empty_label="Any", method="of_adviser"
    )
    late = django_filters.BooleanFilter(label="Late only", method="only_late", widget=forms.CheckboxInput)
    mine = django_filters.BooleanFilter(label="My caseload only", method="only_mine", widget=forms.CheckboxInput)

    class Meta:
        model = Pep
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: Any = None, queryset: QuerySet | None = None, *, user: User, on: date, letter: str) -> None:
        super().__init__(data, queryset)
        self.user, self.on = user, on
        visible = Pep.objects.visible_to(user).order_by()
        allocated = AdviserAllocation.objects.filter(current(on), child__in=visible.values("child"))
        self.filters["cycle"].queryset = Cycle.objects.filter(pk__in=visible.values("cycle")).order_by("-year", "-number")
        self.filters["setting"].queryset = Setting.objects.filter(pk__in=visible.values("setting")).select_related("organisation")
        self.filters["adviser"].queryset = User.objects.filter(pk__in=allocated.values("adviser"))
        if letter == "S":
            self.filters["state"].extra["choices"] = WORD_CHOICES
            del self.filters["phase"]
        if not may(user, Permission.VIEW_CASELOAD):
            del self.filters["mine"]

    @property
    def qs(self) -> QuerySet:
        """The plans found, in the order asked for; the plan due first comes first."""
        asked = self.data.get("sort", "") if self.data else ""
        field = SORTS.get(asked.removeprefix("-"), "due_on")
        return super().qs.order_by(f"-{field}" if asked.startswith("-") else field, "reference")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Part of a reference; names are not asked for here, because a filter stands in the address of the page."""
        word = value.replace("\x00", "").strip()
        return queryset.filter(Q(reference__icontains=word) | Q(child__reference__icontains=word))

    def in_states(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """The stored states, or those behind a setting's word."""
        states = [state for each in value for state in STATES_OF_WORD.get(each, [each])]
        return queryset.filter(state__in=states) if states else queryset

    def in_phase(self, queryset: QuerySet, name: str, value: AdvisoryPhase) -> QuerySet:
        """Children whose school year belongs to the phase today."""
        children = Child.objects.filter(years_between(value.first_year, value.last_year, self.on))
        return queryset.filter(child__in=children)

    def of_adviser(self, queryset: QuerySet, name: str, value: User) -> QuerySet:
        """Children with whom this advisory teacher works now."""
        return queryset.filter(adviser_now_id=value.pk)

    def only_late(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Plans past their due day that were not sent."""
        return queryset.filter(due_on__lt=self.on, state__in=WRITABLE) if value else queryset

    def only_mine(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Children with whom the person who asks works."""
        return queryset.filter(adviser_now_id=self.user.pk) if value else queryset
