"""A child's documents, adding some, and giving one out."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import access
from accounts.http import PortalRequest
from accounts.policies import may
from accounts.roles import Permission
from audit.services import viewed
from core.errors import Refused
from documents import owners, selectors
from documents.forms import AddDocumentsForm
from documents.inspection.files import CONTENT_TYPES
from documents.models import Attachment, DocumentType
from documents.scopes import audiences_of
from documents.services import checking, giving, receiving
from documents.states import AttachmentState

PAGE_SIZE = 50
# The answer may do nothing at all: no script, no form, no frame, no request of its own, an origin of its own.
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


@access(Permission.VIEW_DOCUMENTS)
@require_http_methods(["GET"])
def child_documents(request: PortalRequest, pk: UUID) -> HttpResponse:
    """The documents about a child that this person may see, and where each stands."""
    context = _head(request, pk)
    page = Paginator(selectors.of_child(request.user, pk), PAGE_SIZE).get_page(request.GET.get("page"))
    labels = selectors.places_of(request.user, pk)
    rows = [{"document": each, "place": labels.get(f"{each.owner_type}:{each.owner_id}", "")} for each in page]
    with transaction.atomic():
        viewed(user=request.user, child=pk, page="documents")
    context |= {"rows": rows, "page_obj": page, "may_add": may(request.user, Permission.ADD_DOCUMENTS)}
    return render(request, "documents/child.html", context)


@access(Permission.ADD_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def add(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Takes several files in. Those refused are named on the page with what to do; the others are in already."""
    context = _head(request, pk)
    back = reverse("documents:child", args=[pk])
    audiences = audiences_of(request.user)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    places = list(selectors.places_of(request.user, pk).items())
    form = AddDocumentsForm(*given, places=places, audiences=audiences, cancel_url=back)
    received = receiving.Received()
    if form.is_valid():
        try:
            received = receiving.receive(by=request.user, now=timezone.now(), **form.wanted())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            for refused in received.refused:
                form.add_error("documents", f"“{refused.name}” was not taken in. {refused.message}")
            if not received.refused:
                messages.success(request, _taken_words(len(received.taken)))
                return redirect(back)
    with transaction.atomic():
        viewed(user=request.user, child=pk, page="add documents")
    context |= {"form": form, "taken": received.taken, "usual": _usual(request)}
    return render(request, "documents/add.html", context)


@access(Permission.VIEW_DOCUMENTS)
@require_safe
def download(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    """The file, to be saved: never opened by the browser on the portal's address."""
    return _bytes(request, pk, verb="document.downloaded", as_attachment=True)


@access(Permission.VIEW_DOCUMENTS)
@require_safe
def picture(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    """A picture for the page that shows it; drawn anew when it came in, so that it is a picture and nothing else."""
    if not _ready(request, pk).is_picture:
        raise Http404
    return _bytes(request, pk, verb="document.shown", as_attachment=False)


@access(Permission.VIEW_DOCUMENTS)
@require_safe
def preview(request: PortalRequest, pk: UUID) -> HttpResponse:
    """A document with what is known of it; a picture is shown, everything else opens in the reader's own program."""
    document = _ready(request, pk)
    context = {"document": document, "unscanned": document.scanned_by == checking.NOTHING}
    if document.child_id:
        context |= _head(request, document.child_id)
        with transaction.atomic():
            viewed(user=request.user, child=document.child_id, page="document preview")
    return render(request, "documents/preview.html", context)


def _ready(request: PortalRequest, pk: UUID) -> Attachment:
    """The document, if this person may see it and it is clean; else the same 404 as for one that does not exist."""
    visible = Attachment.objects.visible_to(request.user).select_related("type", "uploaded_by", "organisation")
    return get_object_or_404(visible, pk=pk, state=AttachmentState.CLEAN)


def _bytes(request: PortalRequest, pk: UUID, *, verb: str, as_attachment: bool) -> HttpResponseBase:
    found = _ready(request, pk)
    try:
        document, data = giving.give(attachment_id=found.pk, by=request.user, verb=verb)
    except giving.BytesChanged as changed:
        return render(request, "documents/refused.html", {"document": found, "message": changed.message}, status=409)
    content_type = CONTENT_TYPES[document.format]
    answer = FileResponse(BytesIO(data), as_attachment=as_attachment, filename=document.file_name, content_type=content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _head(request: PortalRequest, child_id: UUID) -> dict[str, Any]:
    """Who the child is, for the top of the page; 404 for one this person does not see."""
    page = owners.child_page()
    child = page.find(request.user, child_id)
    if child is None:
        raise Http404
    return page.head(request.user, child) | {"child": child, "nothing_is_scanned": checking.nothing_is_scanned()}


def _usual(request: PortalRequest) -> list[tuple[DocumentType, str]]:
    """Each type with who reads it when the person who adds it chooses nobody else."""
    labels = {each.value: each.label for each in audiences_of(request.user)}
    types = AddDocumentsForm.base_fields["type"].queryset.all()  # type: ignore[attr-defined]
    return [(kind, labels.get(receiving.usual_audience(kind, request.user), "")) for kind in types]


def _taken_words(count: int) -> str:
    what = "1 document was" if count == 1 else f"{count} documents were"
    return f"{what} received. Each can be opened when it has passed the virus check, usually within a minute."
