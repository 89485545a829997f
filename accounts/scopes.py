"""Which hats count, and which rows each reaches; built from relation names, imports no model."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.roles import CHILD_RELATIONS

if TYPE_CHECKING:
    from accounts.models import Membership


def today() -> date:
    """The day in the council's time zone."""
    return timezone.localdate()


def hats_of(user: Any, on: date | None = None) -> "list[Membership]":
    """The hats that count now: the one worn in this request, else every current membership (jobs, messages).

    ChooseHat reads the worn hat from the database in each request, so one that ended a second ago gives nothing.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    if user.hat is not None:
        return [user.hat]
    return list(user.memberships.current(on or today()).select_related("organisation", "adviser_profile__phase"))


def relations_of(user: Any) -> "list[tuple[str, Membership]]":
    """(relation name, hat) pairs by which the person reaches children, from the table in accounts/roles.py."""
    return [(relation, hat) for hat in hats_of(user) for relation in CHILD_RELATIONS.get(hat.role, ())]
