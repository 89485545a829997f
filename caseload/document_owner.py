"""Documents may belong to a child; and how a child's page of documents greets. Found and imported by documents at the start."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.scopes import today
from caseload.headers import child_header, seen_children
from caseload.models import Child
from documents.owners import ChildPage, OwnerKind, register, register_child_page


def visible(user: Any) -> QuerySet[Child]:
    """The children this person may see."""
    return Child.objects.visible_to(user)


def of_child(user: Any, child_id: UUID) -> QuerySet[Child]:
    """The child itself."""
    return visible(user).filter(pk=child_id)


def find(user: Any, child_id: UUID) -> Child | None:
    """The child with what its header needs, if this person may see it."""
    return seen_children(user, today()).filter(pk=child_id).first()


def head(user: Any, child: Child) -> dict[str, Any]:
    """The identity bar and the sub-pages of the record, this one marked."""
    return child_header(user, child, today(), "documents")


register(
    OwnerKind(
        name="child",
        visible=visible,
        of_child=of_child,
        child_id=lambda child: child.pk,
        born=lambda child: child.date_of_birth,
        label=lambda child: "The child's record",
    )
)
register_child_page(ChildPage(find=find, head=head))
