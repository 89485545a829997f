"""The first step of every change to a child: lock the row, then ask whether this person may."""

import uuid

from accounts.models import User
from accounts.policies import require
from accounts.roles import Permission
from caseload.models import Child


def locked_child(child_id: uuid.UUID | str, by: User, permission: Permission = Permission.EDIT_CHILD) -> Child:
    """The child's row, locked until the transaction ends. Raises NotAllowed where the role or the child's scope says no.

    Lock order: the child (the request), its placement, then the pool. The lock leaves foreign keys to the child free for others.
    """
    child = Child.objects.select_for_update(of=("self",), no_key=True).get(pk=child_id)
    require(by, permission, child)
    return child
