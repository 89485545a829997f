"""Case notes: written, corrected, pinned. The only door to those rows; the trail holds who, when and for whom, never the text."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Setting, User
from accounts.policies import require
from accounts.roles import Permission
from accounts.scopes import today
from audit.services import record
from caseload.dates import in_words
from caseload.locks import locked_child
from caseload.models import CaseNote, Child, Enrolment
from caseload.scopes import current
from caseload.services.history import refuse_impossible_start
from caseload.states import NoteAudience, NoteKind
from core.errors import Refused

TWICE = timedelta(minutes=5)


@transaction.atomic
def add(
    *, child_id: uuid.UUID | str, kind: str, happened_on: date, text: str, audience: str, by: User, setting: Setting | None = None
) -> CaseNote:
    """Writes a note on the child (feature 2.9). One for the setting names the setting the writer was shown.

    Pressing the button twice writes one note: the same words of the same person within five minutes are given back.
    Raises NotAllowed; Refused for a day ahead or before birth, an empty text, and a setting where the child is not on roll now.
    """
    child = locked_child(child_id, by, Permission.ADD_NOTE)
    values = _values(child, kind=kind, happened_on=happened_on, text=text, audience=audience, setting=setting)
    just_now = timezone.now() - TWICE
    twin = CaseNote.objects.filter(child=child, author=by, corrects=None, written_at__gte=just_now, **values).first()
    if twin:
        return twin
    note = CaseNote.objects.create(child=child, author=by, **values)
    record(actor=by, verb="note.added", target=note, child=child, changes=_traced(note))
    return note


@transaction.atomic
def correct(
    *, note_id: uuid.UUID | str, kind: str, happened_on: date, text: str, audience: str, by: User, setting: Setting | None = None
) -> CaseNote:
    """Writes the next wording of a note; the one before stays and is shown beneath. Fewer readers now means fewer readers of both.

    Raises as `add` does, and Refused where nothing is different and where somebody else has corrected this wording already.
    """
    note, child = _locked(note_id, by)
    rows = list(CaseNote.objects.filter(Q(pk=note.first_id) | Q(corrects=note.first_id)).order_by("number"))
    if rows[-1].pk != note.pk:
        raise Refused("This note has been corrected meanwhile. Go back to the timeline and read the correction first.")
    values = _values(child, kind=kind, happened_on=happened_on, text=text, audience=audience, setting=setting, written_for=note.setting_id)
    if all(getattr(note, name) == value for name, value in values.items()):
        raise Refused("Nothing is different yet. Change what is wrong, or go back.")
    correction = CaseNote.objects.create(child=child, author=by, corrects=rows[0], number=note.number + 1, **values)
    record(actor=by, verb="note.corrected", target=correction, child=child, changes={"from": _traced(note), "to": _traced(correction)})
    return correction


@transaction.atomic
def pin(*, note_id: uuid.UUID | str, pinned: bool, by: User) -> bool:
    """Puts a note on top of the timeline for all its readers, or takes it down; False where it is so already. Raises NotAllowed."""
    note, child = _locked(note_id, by)
    first = CaseNote.objects.get(pk=note.first_id)
    if first.pinned == pinned:
        return False
    first.pinned = pinned
    first.save(update_fields=["pinned"])
    record(actor=by, verb="note.pinned" if pinned else "note.unpinned", target=first, child=child)
    return True


def _locked(note_id: uuid.UUID | str, by: User) -> tuple[CaseNote, Child]:
    """The note and its child; the child's lock orders all that is written in its notes."""
    note = CaseNote.objects.get(pk=note_id)
    child = locked_child(note.child_id, by, Permission.ADD_NOTE)
    require(by, Permission.ADD_NOTE, note)
    return note, child


def _values(
    child: Child,
    *,
    kind: str,
    happened_on: date,
    text: str,
    audience: str,
    setting: Setting | None,
    written_for: uuid.UUID | None = None,
) -> dict[str, Any]:
    on = today()
    refuse_impossible_start(child, happened_on)
    if happened_on > on:
        raise Refused(f"A note is about what has happened. Enter {in_words(on)} or an earlier day.")
    if not text.strip():
        raise Refused("Enter the note.")
    if kind not in NoteKind.values or audience not in NoteAudience.values:
        raise Refused("Select what the note is about and who will see it.")
    _refuse_audience(child, audience, setting, written_for, on)
    return {"kind": kind, "happened_on": happened_on, "text": text.strip(), "audience": audience, "setting": setting}


def _refuse_audience(child: Child, audience: str, setting: Setting | None, written_for: uuid.UUID | None, on: date) -> None:
    """Raises Refused unless the setting is the one of now, or the one the note was written for: the promise above the box is kept."""
    if (audience == NoteAudience.SETTING) != (setting is not None):
        raise Refused("Select who will see the note.")
    if setting is None or setting.pk == written_for:
        return
    if not Enrolment.objects.filter(current(on), child=child, setting=setting).exists():
        raise Refused(f"The child is not on roll at {setting.name} now. Select again who will see the note.")


def _traced(note: CaseNote) -> dict[str, Any]:
    return {
        "kind": note.kind,
        "happened_on": note.happened_on,
        "audience": note.audience,
        "setting": note.setting_id,
        "number": note.number,
    }
