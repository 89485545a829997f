"""An imported file between preview and commit: what was read from it and what it would change."""

import uuid
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class ImportBatchQuerySet(models.QuerySet):
    """Batches by who may see them."""

    def visible_to(self, user: Any) -> "ImportBatchQuerySet":
        """The person's own: staged rows may hold children's data, and whoever takes a file in has seen its preview."""
        return self.filter(previewed_by=user.pk) if user.is_authenticated else self.none()


class ImportBatch(models.Model):
    """One uploaded file as it was previewed; the file itself is not kept.

    `basis` is a digest of what the preview was compared with; a commit is refused once that has changed.
    """

    class State(models.TextChoices):
        PREVIEWED = "previewed", "Waiting for your decision"
        COMMITTED = "committed", "Taken in"
        DISCARDED = "discarded", "Discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40, help_text="What the file holds, such as schools.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED)
    file_name = models.CharField(max_length=100, blank=True)
    parameters = models.JSONField(default=dict, blank=True, help_text="What was chosen beside the file.")
    counts = models.JSONField(default=dict, blank=True, help_text="Rows by group, and rows left out by reason.")
    basis = models.CharField(max_length=64)
    previewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    previewed_at = models.DateTimeField()
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField("taken in or discarded at", null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-previewed_at"]
        verbose_name_plural = "import batches"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["previewed", "committed", "discarded"]), name="import_batch_state_known"),
            models.CheckConstraint(
                condition=Q(state="previewed", finished_at=None, finished_by=None)
                | (~Q(state="previewed") & Q(finished_at__isnull=False, finished_by__isnull=False)),
                name="import_batch_finished_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Import {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its commit or discard."""
        return self.state == self.State.PREVIEWED


class ImportRowQuerySet(models.QuerySet):
    """Rows of imported files by who may see them."""

    def visible_to(self, user: Any) -> "ImportRowQuerySet":
        """Those of the batches the person may see."""
        return self.filter(batch__in=ImportBatch.objects.visible_to(user))


class ImportRow(models.Model):
    """One line of the file that makes a difference or is wrong; lines that change nothing are only counted in the batch."""

    WRONG = "wrong"

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    group = models.CharField(max_length=20, help_text="The importing app's own word, such as new or changed; wrong is shared.")
    line = models.PositiveIntegerField("line in the file")
    key = models.CharField(max_length=64, blank=True, help_text="What the row is known by, such as its URN.")
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder, help_text="The values to be written, by field.")
    changes = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder, help_text="Field to [old, new].")
    column = models.CharField(max_length=60, blank=True, help_text="The column that is wrong.")
    message = models.CharField(max_length=500, blank=True, help_text="What is wrong and what to do.")

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["line", "pk"]
        indexes = [models.Index(fields=["batch", "group", "line"], name="import_row_by_group")]

    def __str__(self) -> str:
        return f"Line {self.line}"
