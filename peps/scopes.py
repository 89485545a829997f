"""Which plans each hat reaches; built from relation names, imports no model.

Council staff reach the plans of the children they may see. A setting reaches the plans it wrote for children it may still see, and
the last agreed plan of a child who came to it (safety.md 2.3, row 1).
"""

from typing import Any, TypeVar

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.roles import PERMISSIONS, OrganisationKind, Permission
from accounts.scopes import hats_of
from peps.states import AGREED

Rows = TypeVar("Rows", bound=QuerySet)
FULL_READERS = {OrganisationKind.VIRTUAL_SCHOOL, OrganisationKind.SOCIAL_CARE_TEAM}


def peps(queryset: Rows, user: Any, children: QuerySet) -> Rows:
    """The rows of a Pep queryset this person may see; `children` is their scope of children."""
    hats = [hat for hat in hats_of(user) if Permission.VIEW_PEP in PERMISSIONS.get(hat.role, frozenset())]
    reach = Q(pk__in=[])
    settings_of_user = [hat.organisation_id for hat in hats if hat.organisation.kind == OrganisationKind.SETTING]
    if any(hat.organisation.kind in FULL_READERS for hat in hats):
        reach |= Q(pk__isnull=False)
    if settings_of_user:
        last_agreed = (
            queryset.model._default_manager.filter(child=OuterRef("child"), state__in=AGREED).order_by("-signed_off_at").values("pk")[:1]
        )
        reach |= Q(setting__in=settings_of_user) | Q(pk=Subquery(last_agreed))
    return queryset.filter(reach, child__in=children)


def reads_full(user: Any) -> bool:
    """Whether the person reads the full audience: the Virtual School, the lead practitioner and their manager (forms.md I.0)."""
    return any(hat.organisation.kind in FULL_READERS for hat in hats_of(user))
