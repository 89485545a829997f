"""The import of a list of children: upload, preview with what a person decides, then take it in or discard it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.http import PortalRequest
from accounts.roles import Permission
from caseload.forms.imports import ChildrenImportForm
from caseload.imports.children import OPTIONAL, REQUIRED
from caseload.imports.comparing import ANOTHER, ASK
from caseload.models import Child
from caseload.services import children_import
from caseload.services.children_import import Counted, Done, Group
from caseload.services.list_writing import chosen
from core.errors import Refused
from core.imports import UnreadableFile
from core.models import ImportBatch, ImportRow
from core.previews import counted, group_shown, group_tabs

PAGE_SIZE = 50
LABELS = {
    "local_id": "Social-care number",
    "upn": "UPN",
    "first_name": "First name",
    "last_name": "Last name",
    "known_as": "Known as",
    "date_of_birth": "Date of birth",
    "sex": "Sex",
    "status": "Plan status",
    "setting": "Setting",
    "lead": "Lead practitioner",
}


@access(Permission.IMPORT)
@require_http_methods(["GET", "POST"])
def upload(request: PortalRequest) -> HttpResponse:
    """Takes a list and shows what it would change."""
    form = ChildrenImportForm(request.POST, request.FILES) if request.method == "POST" else ChildrenImportForm()
    if form.is_valid():
        try:
            batch = children_import.preview(file=form.cleaned_data["file"], by=request.user)
        except UnreadableFile as refusal:
            form.add_error("file", refusal.message)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("caseload:import_preview", pk=batch.pk)
    return render(request, "caseload/import.html", {"form": form, "required": REQUIRED, "optional": OPTIONAL})


@access(Permission.IMPORT)
@require_http_methods(["GET", "POST"])
def preview(request: PortalRequest, pk: UUID) -> HttpResponse:
    """What a list would do, group by group, with the answers it needs; then take it in or discard it."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk, kind=children_import.KIND)
    if request.method == "POST":
        return _decide(request, batch)
    group = group_shown(batch, Group, request.GET.get("group", ""))
    page = Paginator(batch.rows.filter(group=group), PAGE_SIZE).get_page(request.GET.get("page"))
    visible = _children_of(request, list(page))
    lines = [_line(row, visible) for row in page]
    context = {
        "batch": batch,
        "group": group,
        "group_label": Group(group).label if group else "",
        "page_obj": page,
        "lines": lines,
        "asks": any(line["proposals"] or line["answers"] for line in lines),
        "groups": group_tabs(batch, Group, group),
        "left_out": counted(batch, Counted.choices),
        "done": counted(batch, [(Group.NEW, "New"), (Group.CHANGED, "Changed"), *Done.choices, (Group.WRONG, "Wrong lines: left out")]),
        "to_take_in": sum(batch.counts.get(name, 0) for name in (Group.NEW, Group.CHANGED, Group.CLOSE)),
        **(children_import.open_questions(batch) if batch.is_open else {}),
    }
    return render(request, "caseload/import_preview.html", context)


def _decide(request: PortalRequest, batch: ImportBatch) -> HttpResponse:
    """One of the buttons was pressed; whatever was answered on the page goes with it."""
    now = timezone.now()
    try:
        if "discard" in request.POST:
            children_import.discard(batch_id=batch.pk, by=request.user, now=now)
            messages.success(request, "The preview was discarded and its lines are deleted. No child was changed.")
            return redirect("caseload:import")
        if "commit" in request.POST:
            counts = children_import.commit(batch_id=batch.pk, by=request.user, now=now, decisions=_decisions(request))
            messages.success(request, "Taken in: {new} new, {changed} changed.".format(**counts))
            return redirect("caseload:import_preview", pk=batch.pk)
        if "save" in request.POST:
            children_import.decide(batch_id=batch.pk, by=request.user, decisions=_decisions(request))
            messages.success(request, "Your answers are saved. Nothing has been taken in yet.")
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect(request.get_full_path())


def _decisions(request: PortalRequest) -> dict[int, list[str]]:
    """What was answered, by the staged rows that the page showed."""
    rows = [text for text in request.POST.getlist("row") if text.isascii() and text.isdigit() and len(text) < 19]
    return {int(text): request.POST.getlist(f"row-{text}") for text in rows}


def _children_of(request: PortalRequest, rows: list[ImportRow]) -> dict[str, Child]:
    """The children these rows are about whom the person may see, by id; one statement."""
    keys = {key for row in rows for key in children_import.concerned(row)}
    return {str(key): child for key, child in Child.objects.visible_to(request.user).in_bulk(keys).items()}


def _line(row: ImportRow, visible: Mapping[str, Child]) -> dict[str, Any]:
    """A staged row in words."""
    line = {
        "pk": row.pk,
        "line": row.line,
        "known_by": row.key,
        "column": row.column,
        "message": row.message,
        "answers": [],
        "proposals": [],
    }
    if row.group == Group.WRONG:
        return line
    if any(key not in visible for key in children_import.concerned(row)):
        return {**line, "message": ASK}
    wanted = chosen(row) or {"changes": {}, "notes": [], "proposals": {}}
    return {
        **line,
        "name": row.data["name"],
        "born": row.data["born"],
        "reference": visible[row.key].reference if row.key in visible else "",
        "changes": _changes(wanted["changes"]),
        "notes": wanted["notes"],
        "proposals": [(word, offer["text"], word in row.data["ticked"]) for word, offer in wanted["proposals"].items()],
        "alike": row.data.get("alike", ""),
        "answer": row.data.get("answer", ""),
        "answers": [_answer(key, answer, visible) for key, answer in row.data.get("answers", {}).items() if key != ANOTHER],
    }


def _answer(key: str, answer: Mapping[str, Any], visible: Mapping[str, Child]) -> dict[str, Any]:
    return {
        "key": key,
        "child": visible[key],
        "reason": answer["reason"],
        "refused": answer.get("refused", ""),
        "changes": _changes(answer["changes"]),
    }


def _changes(changes: Mapping[str, list[str]]) -> list[dict[str, str]]:
    return [{"label": LABELS[name], "old": old, "new": new} for name, (old, new) in changes.items()]
