"""Filter panels of this app's lists."""

import django_filters
from django.db.models import Q, QuerySet

from accounts.models import Membership, Setting
from accounts.roles import Role
from accounts.scopes import today
from core.forms import FilterForm
from messaging.models import Message
from messaging.states import MessageState


def search_people(queryset: QuerySet[Membership], words: str) -> QuerySet[Membership]:
    """Memberships with part of a name, an address or an organisation."""
    return queryset.filter(Q(user__name__icontains=words) | Q(user__email__icontains=words) | Q(organisation__name__icontains=words))


def search_messages(queryset: QuerySet[Message], words: str) -> QuerySet[Message]:
    """Messages by part of the recipient's name or of the reference."""
    return queryset.filter(Q(recipient__name__icontains=words) | Q(about_label__icontains=words))


class PeopleFilter(django_filters.FilterSet):
    """People by role and whether it is current."""

    STATES = (("current", "Current"), ("invited", "Invited"), ("ended", "Ended"))

    role = django_filters.ChoiceFilter(label="Role", choices=Role.choices, empty_label="Any")
    state = django_filters.ChoiceFilter(label="State", choices=STATES, method="in_state", empty_label="Any")

    class Meta:
        model = Membership
        fields: list[str] = []
        form = FilterForm

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Current, invited or ended roles."""
        ended = Q(ends_on__lte=today())
        if value == "invited":
            return queryset.exclude(ended).filter(invitation__isnull=False, invitation__accepted_at=None)
        if value == "ended":
            return queryset.filter(ended)
        return queryset.filter(pk__in=Membership.objects.current(today()).values("pk"))


def known_authorities() -> list[tuple[str, str]]:
    """The authorities that settings lie in, by number and name; one number may have been named differently over the years."""
    named = dict(Setting.objects.order_by("la_code", "la_name").values_list("la_code", "la_name").distinct())
    return [(code, f"{code} {name}".strip()) for code, name in named.items()]


def known_phases() -> list[tuple[str, str]]:
    """The phases that settings have."""
    names = Setting.objects.exclude(phase_name="").order_by("phase_name").values_list("phase_name", flat=True).distinct()
    return [(name, name) for name in names]


class SettingFilter(django_filters.FilterSet):
    """Settings of the register by name, authority, phase and status."""

    OPEN = (("open", "Open"), ("closed", "Closed or not yet open"))

    q = django_filters.CharFilter(label="Name or URN", method="search", max_length=120)
    authority = django_filters.ChoiceFilter(label="Authority", field_name="la_code", choices=known_authorities, empty_label="Any")
    phase = django_filters.ChoiceFilter(label="Phase", field_name="phase_name", choices=known_phases, empty_label="Any")
    status = django_filters.ChoiceFilter(label="Status in the register", choices=Setting.Status.choices, empty_label="Any")
    open = django_filters.ChoiceFilter(label="Open or closed", choices=OPEN, method="in_use", empty_label="Any")

    class Meta:
        model = Setting
        fields: list[str] = []
        form = FilterForm

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Part of a name, or the URN."""
        value = value.replace("\x00", "")
        return queryset.filter(Q(organisation__name__icontains=value) | Q(urn=value))

    def in_use(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Settings that children attend today, proposed closures among them, or the others."""
        used = Q(status__in=[Setting.Status.OPEN, Setting.Status.CLOSING])
        return queryset.filter(used) if value == "open" else queryset.exclude(used)


class MessageFilter(django_filters.FilterSet):
    """Messages by what became of them."""

    state = django_filters.MultipleChoiceFilter(label="State", choices=MessageState.choices)

    class Meta:
        model = Message
        fields: list[str] = []
        form = FilterForm
