"""The import of a national-register file: upload, preview group by group, then take it in or discard it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.forms_schools import SchoolsImportForm
from accounts.http import PortalRequest
from accounts.roles import Permission
from accounts.selectors_schools import children_on_roll
from accounts.services import schools
from accounts.views.schools import LABELS, PAGE_SIZE, shown
from core.errors import Refused
from core.imports import UnreadableFile
from core.models import ImportBatch, ImportRow
from core.previews import counted, group_shown, group_tabs


@access(Permission.IMPORT)
@require_http_methods(["GET", "POST"])
def upload(request: PortalRequest) -> HttpResponse:
    """Takes a register file and shows what it would change."""
    form = SchoolsImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = schools.preview(file=form.cleaned_data["file"], authorities=form.cleaned_data["authorities"], by=request.user)
        except UnreadableFile as refusal:
            form.add_error("file", refusal.message)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("accounts:schools_preview", pk=batch.pk)
    return render(request, "accounts/schools_import.html", {"form": form})


@access(Permission.IMPORT)
@require_http_methods(["GET", "POST"])
def preview(request: PortalRequest, pk: UUID) -> HttpResponse:
    """What a file would do, group by group, wrong lines first; then take it in or discard it."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk, kind=schools.KIND)
    if request.method == "POST":
        return _decide(request, batch)
    group = group_shown(batch, schools.Group, request.GET.get("group", ""))
    rows = batch.rows.filter(group=group) if group else batch.rows.none()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    closing = batch.rows.filter(group=schools.Group.CLOSED).values_list("key", flat=True)
    on_roll = children_on_roll(request.user, closing) if batch.counts.get(schools.Group.CLOSED) else {}
    context = {
        "batch": batch,
        "group": group,
        "group_label": schools.Group(group).label if group else "",
        "page_obj": page,
        "lines": [_line(row, on_roll) for row in page],
        "groups": group_tabs(batch, schools.Group, group),
        "left_out": counted(batch, schools.Counted.choices),
        "to_take_in": sum(batch.counts.get(name, 0) for name in (schools.Group.NEW, schools.Group.CHANGED, schools.Group.CLOSED)),
        "on_roll": sum(on_roll.values()),
        "settings_on_roll": len(on_roll),
    }
    return render(request, "accounts/schools_preview.html", context)


def _decide(request: PortalRequest, batch: ImportBatch) -> HttpResponse:
    """One of the two buttons was pressed."""
    now = timezone.now()
    try:
        if "discard" in request.POST:
            schools.discard(batch_id=batch.pk, by=request.user, now=now)
            messages.success(request, "The preview was discarded. No setting was changed.")
            return redirect("accounts:schools_import")
        if "commit" in request.POST:
            counts = schools.commit(batch_id=batch.pk, by=request.user, now=now)
            messages.success(request, "Taken in: {new} new, {changed} changed, {closed} closed.".format(**counts))
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("accounts:schools_preview", pk=batch.pk)


def _line(row: ImportRow, on_roll: dict[str, int]) -> dict[str, Any]:
    """A staged row in words."""
    return {
        "line": row.line,
        "known_by": row.key,
        "name": row.data.get("name", ""),
        "details": ", ".join(filter(None, (row.data.get("phase_name"), row.data.get("town"), row.data.get("la_name")))),
        "column": row.column,
        "message": row.message,
        "changes": [
            {"label": LABELS[field], "old": shown(field, old) or "nothing", "new": shown(field, new) or "nothing"}
            for field, (old, new) in row.changes.items()
        ],
        "on_roll": on_roll.get(row.key, 0),
    }
