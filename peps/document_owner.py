"""Documents may belong to a PEP. Found and imported by documents at the start."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from documents.owners import OwnerKind, register
from peps.models import Pep


def visible(user: Any) -> QuerySet[Pep]:
    """The plans this person may see."""
    return Pep.objects.visible_to(user)


def of_child(user: Any, child_id: UUID) -> QuerySet[Pep]:
    """Those of one child, newest first."""
    return visible(user).filter(child=child_id).select_related("cycle").order_by("-due_on")


register(
    OwnerKind(
        name="pep",
        visible=visible,
        of_child=of_child,
        child_id=lambda pep: pep.child_id,
        born=lambda pep: pep.child.date_of_birth,
        label=lambda pep: f"PEP {pep.cycle.label}",
    )
)
