"""The frozen plan, and its prints: the original is stored once, copies and drafts are made on request."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from peps.models.pep import OfPepQuerySet, Pep
from peps.scopes import reads_full
from peps.states import Audience, PrintPurpose, PrintState


class Version(models.Model):
    """What was signed off, word for word. Never changed; a reopened plan gets the next number."""

    pep = models.ForeignKey(Pep, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = OfPepQuerySet.as_manager()

    class Meta:
        ordering = ["pep", "-number"]
        constraints = [models.UniqueConstraint(fields=["pep", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.pep_id}"


class PrintQuerySet(models.QuerySet):
    """Prints by who may open them."""

    def visible_to(self, user: Any) -> "PrintQuerySet":
        """The own prints of plans still visible; the full audience only for those who read it in full."""
        own = self.filter(requested_by=user.pk, pep__in=Pep.objects.visible_to(user))
        return own if reads_full(user) else own.filter(audience=Audience.SETTING)


class Print(models.Model):
    """A PDF the worker makes: the bytes lie in private storage under a random name, with their hash, before it says ready."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pep = models.ForeignKey(Pep, on_delete=models.PROTECT, related_name="prints")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, blank=True, related_name="prints")
    purpose = models.CharField(max_length=10, choices=PrintPurpose.choices)
    audience = models.CharField(max_length=1, choices=Audience.choices)
    recipient = models.CharField(max_length=120, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=PrintState.choices, default=PrintState.QUEUED)
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stored_name = models.CharField(max_length=80, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    objects = PrintQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        indexes = [
            models.Index(fields=["requested_at"], condition=Q(state__in=[PrintState.QUEUED, PrintState.CLAIMED]), name="print_waiting")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PrintState.values), name="print_state_known"),
            models.UniqueConstraint(
                fields=["version", "audience"], condition=Q(purpose=PrintPurpose.ORIGINAL), name="original_once_an_audience"
            ),
            models.CheckConstraint(
                condition=(Q(purpose=PrintPurpose.DRAFT, version=None) | (~Q(purpose=PrintPurpose.DRAFT) & Q(version__isnull=False))),
                name="only_a_draft_has_no_version",
            ),
            models.CheckConstraint(
                condition=(Q(state=PrintState.READY) & ~Q(sha256="") & ~Q(stored_name="")) | (~Q(state=PrintState.READY) & Q(sha256="")),
                name="print_ready_has_hash",
            ),
            models.CheckConstraint(
                condition=Q(purpose=PrintPurpose.ORIGINAL) | Q(requested_by__isnull=False), name="print_has_asker_unless_original"
            ),
        ]

    def __str__(self) -> str:
        return f"Print {self.pk}"
