"""The filter panels of my caseload and of the timeline."""

from dataclasses import dataclass

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.scopes import today
from caseload.models import Child
from caseload.states import PlanStatus
from core.forms import FilterForm
from desk.timeline_kinds import Kind
from peps.states import LIVE, WRITABLE

PEPS = [(str(state), state.label) for state in LIVE]
Ticks = forms.CheckboxSelectMultiple


class CaseloadFilter(django_filters.FilterSet):
    """Children by plan status and by the state of their PEP."""

    status = django_filters.MultipleChoiceFilter(label="Plan", choices=PlanStatus.choices, field_name="status_now", widget=Ticks)
    pep = django_filters.MultipleChoiceFilter(label="PEP", choices=PEPS, field_name="pep_state", widget=Ticks)
    late = django_filters.BooleanFilter(label="Only late PEPs", method="only_late", widget=forms.CheckboxInput)

    class Meta:
        model = Child
        fields: list[str] = []
        form = FilterForm

    def only_late(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Children whose PEP is past its due date and was not sent."""
        return queryset.filter(pep_due__lt=today(), pep_state__in=WRITABLE) if value else queryset


class TimelineForm(FilterForm):
    """What to look for in one child's timeline."""

    words = forms.CharField(label="Search in this timeline", max_length=100, required=False)
    kind = forms.MultipleChoiceField(label="What happened", choices=Kind.choices, required=False, widget=Ticks)


@dataclass(frozen=True)
class TimelineFilter:
    """The wishes of an address; one that is not understood is no wish. Drawn by components/filter_panel.html."""

    form: TimelineForm
    words: str
    kinds: tuple[str, ...]
    everything: bool

    @classmethod
    def of(cls, asked: QueryDict) -> "TimelineFilter":
        """Reads the filter form and the link "show everything"."""
        form = TimelineForm(asked)
        form.is_valid()
        given = form.cleaned_data
        return cls(form, given.get("words", ""), tuple(given.get("kind", ())), asked.get("show") == "everything")

    @property
    def on(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.words or self.kinds)
