"""Filter panels of this app's lists."""

import django_filters
from django.db.models import Q, QuerySet

from accounts.models import Membership
from accounts.roles import Role
from accounts.scopes import today
from core.forms import FilterForm


class PeopleFilter(django_filters.FilterSet):
    """People by name, role and whether the role is current."""

    STATES = (("current", "Current"), ("invited", "Invited"), ("ended", "Ended"))

    q = django_filters.CharFilter(label="Name, e-mail or organisation", method="search")
    role = django_filters.MultipleChoiceFilter(label="Role", choices=Role.choices)
    state = django_filters.ChoiceFilter(label="State", choices=STATES, method="in_state", empty_label="Any")

    class Meta:
        model = Membership
        fields: list[str] = []
        form = FilterForm

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Part of a name, an address or an organisation."""
        value = value.replace("\x00", "")
        return queryset.filter(
            Q(user__name__icontains=value) | Q(user__email__icontains=value) | Q(organisation__name__icontains=value)
        )

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Current, invited or ended roles."""
        if value == "invited":
            return queryset.filter(invitation__isnull=False, invitation__accepted_at=None)
        if value == "ended":
            return queryset.filter(ends_on__lte=today())
        return queryset.filter(pk__in=Membership.objects.current(today()).values("pk"))
