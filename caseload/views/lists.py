"""A list of children: upload, preview group by group with close matches first, then take it in or discard it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.roles import Permission
from caseload.forms.lists import DecisionForm, ListForm
from caseload.imports.children import OPTIONAL, REQUIRED
from caseload.imports.comparing import LABELS, UNCHANGED, Group
from caseload.models import Child
from caseload.services import child_lists
from core.errors import Refused
from core.imports import UnreadableFile
from core.models import ImportBatch, ImportRow

PAGE_SIZE = 25


@require_http_methods(["GET", "POST"])
@access(Permission.IMPORT)
def upload(request: HttpRequest) -> HttpResponse:
    """Takes a list and shows what it would change."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            batch = child_lists.preview(file=wanted["file"], on=wanted["on"], by=request.user, now=timezone.now())
        except UnreadableFile as refusal:
            form.add_error("file", refusal.message)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("caseload:import_preview", pk=batch.pk)
    return render(request, "caseload/list_upload.html", {"form": form, "required": REQUIRED, "optional": OPTIONAL})


@require_http_methods(["GET", "POST"])
@access(Permission.IMPORT)
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a list would do; a close match is answered here, one line at a time."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk, kind=child_lists.KIND)
    if request.method == "POST":
        return _act(request, batch)
    group = _group(request, batch)
    page = Paginator(batch.rows.filter(group=group), PAGE_SIZE).get_page(request.GET.get("page"))
    candidates = _candidates(request, page)
    context = {
        "batch": batch,
        "group": group,
        "group_label": Group(group).label if group else "",
        "page_obj": page,
        "lines": [_line(row, candidates) for row in page],
        "groups": _tabs(batch, group),
        "undecided": child_lists.undecided(batch) if batch.is_open else 0,
        "to_take_in": sum(batch.counts[name] for name in (Group.NEW, Group.CHANGED, Group.CLOSE)),
        "unchanged": batch.counts[UNCHANGED],
    }
    return render(request, "caseload/list_preview.html", context)


def _act(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """One of the buttons was pressed."""
    try:
        if "discard" in request.POST:
            child_lists.discard(batch_id=batch.pk, by=request.user, now=timezone.now())
            messages.success(request, "The preview was discarded and its lines are deleted. No child was changed.")
            return redirect("caseload:import")
        if "commit" in request.POST:
            counts = child_lists.commit(batch_id=batch.pk, by=request.user, now=timezone.now())
            messages.success(request, "Taken in: {new} new, {changed} changed, {close} decided.".format(**counts))
        else:
            return _decide(request, batch)
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("caseload:import_preview", pk=batch.pk)


def _decide(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Refused("Select one of the answers offered for this line.")
    child_lists.decide(batch_id=batch.pk, row_id=form.cleaned_data["row"], decision=form.cleaned_data["decision"], by=request.user)
    page = request.GET.get("page", "")
    query = f"?group={Group.CLOSE}" + (f"&page={page}" if page.isdecimal() else "")
    return redirect(reverse("caseload:import_preview", args=[batch.pk]) + query)


def _group(request: HttpRequest, batch: ImportBatch) -> str:
    """The group that was asked for, else the first that has lines; none once the staged lines are deleted."""
    if not batch.is_open:
        return ""
    filled = [name for name in Group.values if batch.counts[name]]
    asked = request.GET.get("group", "")
    return asked if asked in filled else next(iter(filled), "")


def _tabs(batch: ImportBatch, group: str) -> list[dict[str, Any]]:
    return [
        {"label": f"{label} ({batch.counts[name]})", "href": f"?group={name}", "current": name == group}
        for name, label in Group.choices
        if batch.counts[name] and group
    ]


def _candidates(request: HttpRequest, rows: Any) -> dict[str, Child]:
    """The children that the close matches of a page offer, by id; one statement."""
    keys = {key for row in rows for key in row.data.get("answers", {}) if key != child_lists.NEW}
    return {str(key): child for key, child in Child.objects.visible_to(request.user).in_bulk(keys).items()}


def _line(row: ImportRow, candidates: dict[str, Child]) -> dict[str, Any]:
    """A staged line in words."""
    answers = [(key, answer) for key, answer in row.data.get("answers", {}).items() if key != child_lists.NEW and key in candidates]
    return {
        "pk": row.pk,
        "line": row.line,
        "name": row.data.get("name", ""),
        "born": row.data.get("born", ""),
        "column": row.column,
        "message": row.message,
        "notes": row.data.get("notes", []),
        "changes": _changes(row.changes),
        "decision": row.data.get("decision", ""),
        "answers": [{"key": key, "child": candidates[key], "changes": _changes(answer["changes"])} for key, answer in answers],
    }


def _changes(changes: dict[str, Any]) -> list[dict[str, str]]:
    return [{"label": LABELS[name], "old": old, "new": new} for name, (old, new) in changes.items()]
