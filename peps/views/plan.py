"""The page of one plan: the task list."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.http import PortalRequest
from accounts.policies import may
from accounts.roles import Permission
from accounts.scopes import today
from audit import services as audit
from caseload.facts import facts_of, identity
from caseload.headers import sub_pages
from core.selectors import calendar
from peps import plan_page, policies, reading, selectors
from peps.models import Pep


@access(Permission.VIEW_PEP)
@require_http_methods(["GET"])
def plan(request: PortalRequest, pk: Any) -> HttpResponse:
    """The parts with their owners and how far each is, the time left, and what may be done next."""
    pep = get_object_or_404(reading.plans(request.user).select_related("signed_off_by"), pk=pk)
    on, parts = today(), reading.parts(pep)
    context = head(request, pep) | {
        "state": selectors.state_words(pep.state, policies.letter_of(request.user)),
        "time_left": plan_page.time_left(calendar(), pep, on),
        "parts": plan_page.parts_on_page(
            pep,
            parts,
            reading.questions(pep),
            selectors.people_of([pep], on)[pep.pk],
            writable=policies.writable_parts(request.user, pep),
            readable=policies.readable_parts(request.user, pep, parts),
        ),
        "actions": plan_page.actions(request.user, pep),
        "sub_pages": sub_pages(request.user, pep.child),
    }
    return answer(request, pep, "peps/plan.html", context)


def head(request: PortalRequest, pep: Pep) -> dict[str, Any]:
    """What every page of a plan shows on top."""
    user: Any = request.user
    on = today()
    href = reverse("desk:child", args=[pep.child_id]) if may(user, Permission.VIEW_CHILD) else ""
    return {"pep": pep, "identity": identity(pep.child, facts_of(pep.child, on), on, href=href)}


def answer(request: PortalRequest, pep: Pep, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page, once it is written down who reads it."""
    with transaction.atomic():
        audit.viewed(user=request.user, child=pep.child_id, page="pep")
    return render(request, template, context)
