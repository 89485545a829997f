"""The filter panel of my caseload."""

import django_filters
from django import forms
from django.db.models import QuerySet

from accounts.scopes import today
from caseload.models import Child
from caseload.states import PlanStatus
from core.forms import FilterForm
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
