"""Case notes: writing one, correcting one, pinning one to the top of the timeline."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access
from accounts.http import PortalRequest
from accounts.roles import Permission
from accounts.scopes import today
from audit.services import viewed
from caseload.forms.notes import NoteForm
from caseload.headers import child_header, seen_children
from caseload.models import CaseNote, Child
from caseload.selectors import note_readers
from caseload.services import notes
from caseload.states import NoteAudience
from core.errors import Refused

WRITE = "Write a note"
CORRECT = "Correct a note"


@require_http_methods(["GET", "POST"])
@access(Permission.ADD_NOTE)
def add(request: PortalRequest, pk: UUID) -> HttpResponse:
    """A note on this child."""
    child = _child(request, pk)
    form = NoteForm(request.POST or None, readers=note_readers(child, today()), initial={"happened_on": today()})

    def save() -> str:
        notes.add(child_id=child.pk, by=request.user, **form.values())
        return "The note is saved."

    return _answer(request, child, form, save, title=WRITE, page="write a note", note=None)


@require_http_methods(["GET", "POST"])
@access(Permission.ADD_NOTE)
def correct(request: PortalRequest, pk: UUID) -> HttpResponse:
    """The next wording of a note; the one before stays."""
    note = _note(request, pk)
    child = _child(request, note.child_id)
    now = {name: getattr(note, name) for name in ("kind", "happened_on", "text")}
    now["readers"] = f"setting:{note.setting_id}" if note.audience == NoteAudience.SETTING else note.audience
    form = NoteForm(request.POST or None, readers=note_readers(child, today(), note), initial=now)

    def save() -> str:
        notes.correct(note_id=note.pk, by=request.user, **form.values())
        return "The correction is saved. The wording before it stays beneath."

    return _answer(request, child, form, save, title=CORRECT, page="correct a note", note=note)


@require_POST
@access(Permission.ADD_NOTE)
def pin(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Up to the top of the timeline, or back into its row."""
    note, pinned = _note(request, pk), request.POST.get("pinned") == "yes"
    notes.pin(note_id=note.pk, pinned=pinned, by=request.user)
    messages.success(request, "The note is pinned to the top." if pinned else "The note is no longer pinned.")
    return redirect("desk:timeline", pk=note.child_id)


def _child(request: PortalRequest, pk: UUID) -> Child:
    return get_object_or_404(seen_children(request.user, today()), pk=pk)


def _note(request: PortalRequest, pk: UUID) -> CaseNote:
    readable = CaseNote.objects.visible_to(request.user)
    return get_object_or_404(readable.select_related("author", "setting__organisation"), pk=pk)


def _answer(request: PortalRequest, child: Child, form: NoteForm, save: Callable[[], str], *, page: str, **more: Any) -> HttpResponse:
    """Save and go back to the timeline, or show the form, with the refusal in it if there was one."""
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, save())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("desk:timeline", pk=child.pk)
    with transaction.atomic():
        viewed(user=request.user, child=child, page=page)
    context = {"child": child, "form": form, **more, **child_header(request.user, child, today())}
    return render(request, "caseload/note.html", context)
