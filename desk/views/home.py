"""Home by role, and an advisory teacher's own caseload."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import SIGNED_IN, access
from accounts.http import PortalRequest
from accounts.roles import Permission
from accounts.scopes import today
from caseload.facts import status_words, with_current_facts, year_words
from core import selectors as calendars
from core.calendars import NoTermDates
from desk import selectors
from desk.filters import CaseloadFilter
from peps.states import WRITABLE, PepState


@access(SIGNED_IN)
@require_http_methods(["GET"])
def home(request: PortalRequest) -> HttpResponse:
    """What needs this person first, then a few numbers."""
    on, calendar, no_dates = today(), calendars.calendar(), ""
    try:
        calendar.year_of(on)
    except NoTermDates as refusal:
        no_dates = refusal.message
    return render(
        request,
        "desk/home.html",
        {
            "needs": selectors.needs(request.user, on, calendar),
            "numbers": selectors.numbers(request.user, on),
            "no_dates": no_dates,
            "today": on,
        },
    )


@access(Permission.VIEW_CASELOAD)
@require_http_methods(["GET"])
def caseload(request: PortalRequest) -> HttpResponse:
    """My children, who needs me first, with the reason for each position."""
    on = today()
    children = selectors.with_next_pep(with_current_facts(selectors.caseload(request.user, on), on))
    found = CaseloadFilter(request.GET, queryset=children)
    page = Paginator(found.qs.order_by(F("pep_due").asc(nulls_last=True), "last_name", "first_name"), 25).get_page(request.GET.get("page"))
    calendar = calendars.calendar()
    for child in page:
        child.year_words = year_words(child.school_year(on))
        child.status_words = status_words(child.status_now)
        child.pep_words = PepState(child.pep_state).label if child.pep_state else ""
        child.reason = _reason(child, selectors.due_words(child.pep_due, on, calendar) if child.pep_due else "")
    return render(request, "desk/caseload.html", {"filter": found, "page_obj": page, "today": on})


def _reason(child: Any, due: str) -> str:
    """Why the child stands where it stands in the list."""
    words = {
        PepState.SUBMITTED: "PEP waits for the check",
        PepState.RETURNED: "changes asked of the setting",
        PepState.NOT_STARTED: "PEP not started",
        PepState.IN_PROGRESS: "PEP being written",
    }.get(child.pep_state, "no PEP open")
    return f"{words}, {due}" if due and child.pep_state in WRITABLE else words
