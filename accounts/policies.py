"""Who may do what: the role table, then the object's own scope. Nothing is cached; each request asks anew."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from accounts.roles import PERMISSIONS, Permission
from accounts.scopes import hats_of
from core.errors import Refused


class NotAllowed(Refused):
    """The person may not do this; the message says so and whom to ask."""


def roles_may(roles: Iterable[str], permission: Permission) -> bool:
    """Whether any of these roles holds the permission by the table."""
    return any(permission in PERMISSIONS.get(role, frozenset()) for role in roles)


def may(user: User, permission: Permission, obj: Any = None) -> bool:
    """Whether the person may do this, and if an object is given, whether it lies in their scope (`visible_to`)."""
    if not roles_may([hat.role for hat in hats_of(user)], permission):
        return False
    if obj is None:
        return True
    return type(obj)._default_manager.visible_to(user).filter(pk=obj.pk).exists()


def require(user: User, permission: Permission, obj: Any = None) -> None:
    """Raises NotAllowed unless `may` says yes."""
    if not may(user, permission, obj):
        raise NotAllowed("You may not do this. If you need to, ask the Virtual School.")
