"""The timeline of one child."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import access
from accounts.http import PortalRequest
from accounts.policies import may
from accounts.roles import Permission
from accounts.scopes import today
from audit.services import viewed
from caseload.headers import child_header, seen_children
from desk.filters import TimelineFilter
from desk.timeline import chosen, timeline

ROWS, WHOLE = 25, 1000


@require_safe
@access(Permission.VIEW_CHILD)
def child_timeline(request: PortalRequest, pk: UUID) -> HttpResponse:
    """What happened, highlights unless everything is asked for; `whole` puts it on one page, for paper."""
    on, wanted = today(), TimelineFilter.of(request.GET)
    child = get_object_or_404(seen_children(request.user, on), pk=pk)
    entries = timeline(child, request.user, on)
    shown = chosen(entries, kinds=wanted.kinds, words=wanted.words, everything=wanted.everything)
    page = Paginator(shown, WHOLE if request.GET.get("whole") else ROWS).get_page(request.GET.get("page"))
    context = {
        "child": child,
        "filter": wanted,
        "page_obj": page,
        "count_all": len(entries),
        "highlights": not (wanted.everything or wanted.on),
        "may_write": may(request.user, Permission.ADD_NOTE),
        "today": on,
        **child_header(request.user, child, on, "timeline"),
    }
    with transaction.atomic():
        viewed(user=request.user, child=child, page="timeline")
    return render(request, "desk/timeline.html", context)
