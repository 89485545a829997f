"""Reading the settings of the register, and who is concerned when one closes."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Membership, Setting, User
from accounts.policies import may
from accounts.roles import Permission
from accounts.scopes import today


def register_settings(user: User) -> QuerySet[Setting]:
    """The settings as the register describes them, for those who may look; the register is public, so there is no narrower scope."""
    if not may(user, Permission.VIEW_SETTINGS):
        return Setting.objects.none()
    return Setting.objects.select_related("organisation")


def people_count(setting: Setting) -> int:
    """How many people hold a current role in the setting."""
    return Membership.objects.current(today()).filter(organisation=setting.pk).values("user").distinct().count()


def children_on_roll(user: User, urns: Iterable[str]) -> dict[str, int]:
    """By URN, how many children the person may see are on roll today; settings without any are left out. One statement.

    Enrolments belong to an app above this one and are reached by the relation's name, as scopes are.
    """
    if not may(user, Permission.LIST_CHILDREN):
        return {}
    on = today()
    enrolments: Any = Setting._meta.get_field("enrolments").related_model
    current = enrolments.objects.visible_to(user).filter(
        Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on, setting__urn__in=list(urns)
    )
    return dict(current.order_by().values_list("setting__urn").annotate(Count("child", distinct=True)))
