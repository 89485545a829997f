"""The filter panel of the children's list; its choices come from the children the person may see."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import AdvisoryPhase, Setting, User
from accounts.scopes import today
from caseload.facts import year_words
from caseload.models import AdviserAllocation, Child, Enrolment
from caseload.names import search_words
from caseload.scopes import current, years_between
from caseload.states import PlacementState, PlanStatus
from core.forms import FilterForm

NONE = "none"
YEARS = [(str(year), year_words(year)) for year in range(14)]
PLACES = [(PlacementState.STARTED.value, "Has a place"), (PlacementState.OFFERED.value, "Has an offer"), (NONE, "No place")]
Ticks = forms.CheckboxSelectMultiple


def search(queryset: QuerySet, typed: str) -> QuerySet:
    """Every word in the folded name, or the reference, or the beginning of the UPN; everybody where nothing was typed."""
    if not typed:
        return queryset
    words = Q(pk__isnull=False)
    folded = search_words(typed)
    for word in folded:
        words &= Q(name_key__contains=word)
    number = typed.strip().upper()
    numbers = Q(reference=number) | Q(reference=f"VS-{number}") | Q(upn__startswith=number.replace(" ", ""))
    return queryset.filter((words if folded else Q(pk__in=[])) | numbers)


class ChildFilter(django_filters.FilterSet):
    """For a queryset from `with_current_facts`: several values of a filter widen it, several filters narrow the list."""

    status = django_filters.MultipleChoiceFilter(
        label="Plan status", choices=[*PlanStatus.choices, (NONE, "No plan now")], method="by_status", widget=Ticks
    )
    place = django_filters.MultipleChoiceFilter(label="Place", choices=PLACES, method="by_place", widget=Ticks)
    phase = django_filters.ModelMultipleChoiceFilter(label="Phase", queryset=AdvisoryPhase.objects.all(), method="by_phase", widget=Ticks)
    adviser = django_filters.MultipleChoiceFilter(label="Advisory teacher", method="by_adviser", widget=Ticks)
    year = django_filters.MultipleChoiceFilter(label="School year", choices=YEARS, method="by_year", widget=Ticks)
    setting = django_filters.MultipleChoiceFilter(label="Setting", method="by_setting", widget=Ticks)

    class Meta:
        model = Child
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = today()
        visible = Child.objects.visible_to(user).values("pk")
        now = current(self.on)
        advisers = User.objects.filter(pk__in=AdviserAllocation.objects.filter(now, child__in=visible).values("adviser"))
        settings = Setting.objects.filter(pk__in=Enrolment.objects.filter(now, child__in=visible).values("setting"))
        self.filters["adviser"].extra["choices"] = [(str(user.pk), user.name) for user in advisers] + [(NONE, "Nobody yet")]
        names = settings.values_list("pk", "organisation__name").order_by("organisation__name", "pk")
        self.filters["setting"].extra["choices"] = [(str(pk), name) for pk, name in names] + [(NONE, "Not on roll anywhere")]

    def by_status(self, queryset: QuerySet, name: str, values: list[str]) -> QuerySet:
        """Children with one of the statuses now."""
        return queryset.filter(_one_of("status_now", values)) if values else queryset

    def by_place(self, queryset: QuerySet, name: str, values: list[str]) -> QuerySet:
        """Children with a place, an offer, or neither."""
        return queryset.filter(_one_of("place_state", values)) if values else queryset

    def by_adviser(self, queryset: QuerySet, name: str, values: list[str]) -> QuerySet:
        """Children of one of the advisory teachers."""
        return queryset.filter(_one_of("adviser_now_id", values)) if values else queryset

    def by_phase(self, queryset: QuerySet, name: str, values: Any) -> QuerySet:
        """Children whose school year lies in one of the phases."""
        return _years(queryset, [(phase.first_year, phase.last_year) for phase in values], self.on)

    def by_year(self, queryset: QuerySet, name: str, values: list[str]) -> QuerySet:
        """Children of one of the school years."""
        return _years(queryset, [(int(year), int(year)) for year in dict.fromkeys(values)], self.on)

    def by_setting(self, queryset: QuerySet, name: str, values: list[str]) -> QuerySet:
        """Children on roll in one of the settings, or in none."""
        if not values:
            return queryset
        rows = Enrolment.objects.filter(current(self.on), child=OuterRef("pk"))
        found = Q(Exists(rows.filter(setting__in=[value for value in values if value != NONE])))
        return queryset.filter(found | ~Exists(rows)) if NONE in values else queryset.filter(found)


def _one_of(field: str, values: list[str]) -> Q:
    """A current fact with one of the values; "none" means that there is no such fact."""
    found = Q(**{f"{field}__in": [value for value in values if value != NONE]})
    return found | Q(**{f"{field}__isnull": True}) if NONE in values else found


def _years(queryset: QuerySet, spans: list[tuple[int, int]], on: Any) -> QuerySet:
    within = Q(pk__in=[])
    for first, last in spans:
        within |= years_between(first, last, on)
    return queryset.filter(within) if spans else queryset
