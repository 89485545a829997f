"""Which documents a person reaches: through the owner, the audience, the setting it came from, and the state. Imports no model.

A setting reads what the council shares and what it put in itself, never what an earlier setting put in (safety.md 2.3, row 1).
A document that is not clean is listed for the person who put it in and for the Virtual School only.
"""

from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from accounts.roles import PERMISSIONS, OrganisationKind, Permission
from accounts.scopes import hats_of
from documents import owners
from documents.states import AUDIENCES_OF, AttachmentState, Audience

Rows = TypeVar("Rows", bound=QuerySet)


def attachments(queryset: Rows, user: Any) -> Rows:
    """The rows of an Attachment queryset this person may see."""
    hats = [hat for hat in hats_of(user) if Permission.VIEW_DOCUMENTS in PERMISSIONS.get(hat.role, frozenset())]
    if not hats:
        return queryset.none()
    owned = Q(pk__in=[])
    for kind in owners.kinds():
        owned |= Q(owner_type=kind.name, owner_id__in=kind.visible(user).order_by().values("pk"))
    meant = Q(pk__in=[])
    for hat in hats:
        meant |= _meant_for(hat)
    ready = Q(state=AttachmentState.CLEAN) | Q(uploaded_by=user.pk)
    if any(hat.organisation.kind == OrganisationKind.VIRTUAL_SCHOOL for hat in hats):
        ready |= Q(pk__isnull=False)
    return queryset.filter(owned, meant, ready)


def audiences_of(user: Any) -> list[Audience]:
    """The audiences this person is in, widest first."""
    read = {audience for hat in hats_of(user) for audience in AUDIENCES_OF.get(hat.organisation.kind, ())}
    return [audience for audience in Audience if audience in read]


def _meant_for(hat: Any) -> Q:
    meant = Q(audience__in=AUDIENCES_OF.get(hat.organisation.kind, ()))
    if hat.organisation.kind != OrganisationKind.SETTING:
        return meant
    return meant & (~Q(organisation__kind=OrganisationKind.SETTING) | Q(organisation=hat.organisation_id))
