"""A child's pages: who they are, who works with them and their place; and all their plans."""

from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.http import PortalRequest
from accounts.policies import may
from accounts.roles import Permission
from accounts.scopes import today
from audit import services as audit
from caseload.facts import facts_of, facts_to_come, identity
from caseload.headers import child_header, seen_children, sub_pages
from caseload.models import Child, FactKind
from caseload.states import PlacementState
from core import selectors as calendars
from desk.selectors import due_words
from peps.models import Pep
from peps.policies import letter_of
from peps.scopes import reads_full
from peps.selectors import state_words
from peps.states import WRITABLE, Audience


@access(Permission.VIEW_CHILD)
@require_http_methods(["GET"])
def child(request: PortalRequest, pk: object) -> HttpResponse:
    """The overview of one child; each opening is a read event (safety.md 2, architecture.md 13)."""
    found = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    on = today()
    facts = facts_of(found, on)
    peps = _plans(request, found, on)
    sensitive = reads_full(request.user) and may(request.user, Permission.VIEW_CHILD_SENSITIVE)
    may_edit = may(request.user, Permission.EDIT_CHILD)
    enrolments = found.enrolments.filter(starts_on__lte=on).select_related("setting__organisation")
    context = {
        "child": found,
        "facts": facts,
        "identity": identity(found, facts, on),
        "sub_pages": sub_pages(request.user, found, "overview"),
        "statuses": found.statuses.filter(starts_on__lte=on).not_empty() if sensitive else [],
        "enrolments": enrolments.not_empty() if sensitive else [],
        "to_come": facts_to_come(found, on) if sensitive or may_edit else {kind: [] for kind in FactKind},
        "peps": peps,
        "sensitive": sensitive,
        "is_council": letter_of(request.user) == Audience.FULL,
        "may_edit": may_edit,
        "may_place": may(request.user, Permission.GIVE_PLACE),
        "offered": facts.placement is not None and facts.placement.state == PlacementState.OFFERED,
        "started": facts.placement is not None and facts.placement.state == PlacementState.STARTED,
        "today": on,
    }
    with transaction.atomic():
        audit.viewed(user=request.user, child=found, page="overview")
    return render(request, "desk/child.html", context)


@access(Permission.VIEW_PEP)
@require_http_methods(["GET"])
def plans(request: PortalRequest, pk: object) -> HttpResponse:
    """The plans of one child that this person may see, the newest first."""
    on = today()
    found = get_object_or_404(seen_children(request.user, on), pk=pk)
    context = {"child": found, "peps": _plans(request, found, on), **child_header(request.user, found, on, "peps")}
    with transaction.atomic():
        audit.viewed(user=request.user, child=found, page="peps")
    return render(request, "desk/child_peps.html", context)


def _plans(request: PortalRequest, found: Child, on: date) -> list[dict[str, Any]]:
    rows = Pep.objects.visible_to(request.user).filter(child=found).select_related("cycle", "setting__organisation").order_by("-due_on")
    letter, calendar = letter_of(request.user), calendars.calendar()
    return [
        {
            "pep": pep,
            "state": state_words(pep.state, letter),
            "due_words": due_words(pep.due_on, on, calendar) if pep.state in WRITABLE else "",
        }
        for pep in rows
    ]
