"""Reads for the pages of documents."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from documents import owners
from documents.models import Attachment


def of_child(user: Any, child_id: UUID) -> QuerySet[Attachment]:
    """The documents about one child that this person may see, newest first, whatever of the child's they belong to."""
    rows = Attachment.objects.visible_to(user).filter(child_id=child_id)
    return rows.select_related("type", "uploaded_by", "organisation")


def places_of(user: Any, child_id: UUID) -> dict[str, str]:
    """What documents about a child can belong to, "kind:id" to label: the child first, then what hangs on it."""
    return {f"{kind.name}:{owner.pk}": kind.label(owner) for kind in owners.kinds() for owner in kind.of_child(user, child_id)}
