"""The log of messages: to whom, about which reference, when, and whether it was delivered (feature 7.5). It holds no word of a child."""

from uuid import UUID

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access
from accounts.filters import MessageFilter, search_messages
from accounts.http import PortalRequest
from accounts.roles import Permission
from accounts.services.messages import send_again
from core import private_search
from core.errors import Refused
from messaging import kinds, selectors
from messaging.models import Message
from messaging.states import MessageState


@access(Permission.VIEW_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def message_log(request: PortalRequest) -> HttpResponse:
    """Every message, newest first."""
    if request.method == "POST":
        return private_search.keep(request, "messages")
    searched = private_search.held(request, "messages", "Name or reference")
    found = MessageFilter(request.GET, queryset=search_messages(selectors.log(), searched.words))
    page = Paginator(found.qs, 50).get_page(request.GET.get("page"))
    rows = [{"message": message, "subject": kinds.subject_of(message), "failed": message.state == MessageState.FAILED} for message in page]
    return render(request, "accounts/messages.html", {"filter": found, "search": searched, "page_obj": page, "rows": rows})


@access(Permission.VIEW_HEALTH)
@require_POST
def send_message_again(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Puts a failed message back into the queue."""
    try:
        send_again(message_id=pk, by=request.user, now=timezone.now())
    except Message.DoesNotExist as missing:
        raise Http404 from missing
    except Refused as refusal:
        flash.error(request, refusal.message)
    else:
        flash.success(request, "The message goes with the next run.")
    return redirect("accounts:messages")
