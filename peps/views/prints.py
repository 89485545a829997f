"""Asking for a PDF, waiting for it, fetching it."""

from io import BytesIO

from django.http import FileResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import access
from accounts.http import PortalRequest
from accounts.roles import Permission
from core.errors import Refused
from peps import reading
from peps.forms_flow import PrintForm
from peps.models import Print
from peps.scopes import reads_full
from peps.services import printing
from peps.states import AGREED, Audience, PrintState
from peps.views.flow import posted, see
from peps.views.plan import head

NAMED = ("pep__child", "pep__cycle", "pep__setting__organisation", "version")


@require_http_methods(["GET", "POST"])
@access(Permission.PRINT_PEP)
def print_plan(request: PortalRequest, pk: object) -> HttpResponseBase:
    """For whom the print is; a draft has no named recipient."""
    pep = get_object_or_404(reading.plans(request.user), pk=pk)
    agreed = pep.state in AGREED
    back = reverse("peps:plan", args=[pep.pk])
    form = PrintForm(posted(request), full=reads_full(request.user), agreed=agreed, initial={"audience": Audience.SETTING}, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            asked = printing.request(pep_id=pep.pk, by=request.user, now=timezone.now(), **form.wanted())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("peps:print_progress", pk=asked.pk)
    see(request, pep, "pep print")
    return render(request, "peps/print.html", head(request, pep) | {"form": form, "agreed": agreed})


@require_safe
@access(Permission.PRINT_PEP)
def print_progress(request: PortalRequest, pk: object) -> HttpResponseBase:
    """Whether the PDF is ready; asks again by itself while it is not, and by a link without JavaScript."""
    wanted = get_object_or_404(Print.objects.visible_to(request.user).select_related(*NAMED), pk=pk)
    waiting = wanted.state in {PrintState.QUEUED, PrintState.CLAIMED}
    context = {"print": wanted, "pep": wanted.pep, "waiting": waiting, "ready": wanted.state == PrintState.READY}
    return render(request, "peps/_progress.html" if request.headers.get("HX-Request") else "peps/progress.html", context)


@require_safe
@access(Permission.PRINT_PEP)
def print_file(request: PortalRequest, pk: object) -> HttpResponseBase:
    """The PDF, if the right still holds and the bytes are those that were made."""
    wanted = get_object_or_404(Print.objects.visible_to(request.user).select_related(*NAMED), pk=pk, state=PrintState.READY)
    try:
        data = printing.open_file(wanted)
    except printing.BytesChanged as changed:
        return render(request, "peps/print_refused.html", {"print": wanted, "pep": wanted.pep, "message": changed.message}, status=409)
    see(request, wanted.pep, "pep pdf")
    answer = FileResponse(BytesIO(data), as_attachment=True, filename=printing.file_name(wanted), content_type="application/pdf")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
