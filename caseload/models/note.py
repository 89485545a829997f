"""Case notes: what happened, for a named audience. Corrected by a further row, never deleted."""

import uuid
from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Setting
from caseload import scopes
from caseload.models.child import Child
from caseload.states import NoteAudience, NoteKind


class NoteKept(Exception):
    """Somebody tried to delete a case note."""


class CaseNoteQuerySet(models.QuerySet):
    """Case notes by who may read them."""

    def visible_to(self, user: Any) -> Self:
        """Notes of the children the person may see, whose audience they belong to."""
        return scopes.notes(self, user, Child.objects.visible_to(user))

    def delete(self) -> NoReturn:
        raise NoteKept("Case notes are corrected, never deleted.")


class CaseNote(models.Model):
    """One wording of a note. A correction is a row of its own that points to the first wording and has the next number.

    Only `pinned` ever changes, and it is kept on the first wording. A note for the setting names the one it was written for:
    the child's next setting does not read it (safety.md 2.3, row 1).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField("what it is about", max_length=10, choices=NoteKind.choices)
    happened_on = models.DateField()
    text = models.TextField()
    audience = models.CharField(max_length=20, choices=NoteAudience.choices)
    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    pinned = models.BooleanField(default=False)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    number = models.PositiveSmallIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    objects = CaseNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-written_at", "-number"]
        indexes = [models.Index(fields=["child", "-happened_on"], name="note_by_child")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NoteKind.values), name="note_kind_known"),
            models.CheckConstraint(condition=Q(audience__in=NoteAudience.values), name="note_audience_known"),
            models.CheckConstraint(condition=~Q(text=""), name="note_has_text"),
            models.CheckConstraint(
                condition=Q(audience=NoteAudience.SETTING, setting__isnull=False)
                | (~Q(audience=NoteAudience.SETTING) & Q(setting__isnull=True)),
                name="note_for_the_setting_names_it",
            ),
            models.CheckConstraint(
                condition=Q(number=1, corrects__isnull=True) | Q(number__gt=1, corrects__isnull=False, pinned=False),
                name="note_correction_points_to_the_first",
            ),
            models.UniqueConstraint(fields=["corrects", "number"], name="note_corrected_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"Note {self.pk}"

    @property
    def first_id(self) -> uuid.UUID:
        """The first wording of this note: itself, or the one it corrects."""
        return self.corrects_id or self.pk

    @property
    def readers(self) -> str:
        """Who reads it, in words, with the setting's name."""
        if self.setting:
            return f"Virtual School, social care and {self.setting.name}"
        return NoteAudience(self.audience).label

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuses."""
        raise NoteKept("Case notes are corrected, never deleted.")
