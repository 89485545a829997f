"""A document that somebody attached, and the types of document."""

import secrets
import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from documents import scopes
from documents.retention import Retention
from documents.states import AUDIENCE_WORDS, AttachmentState, Audience

REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_reference() -> str:
    """An opaque reference for titles, file names and the audit trail."""
    return "DOC-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))


class DocumentType(models.Model):
    """A type of document with its usual audience and its retention class; data of the council."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    audience = models.CharField(max_length=20, choices=Audience.choices)
    retention = models.CharField(max_length=20, choices=Retention.choices)
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="document_type_audience_known"),
            models.CheckConstraint(condition=Q(retention__in=Retention.values), name="document_type_retention_known"),
        ]

    def __str__(self) -> str:
        return self.name


class AttachmentQuerySet(models.QuerySet):
    """Documents by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Those whose owner the person may see, that are meant for them, and that are clean or theirs to look after."""
        return scopes.attachments(self, user)


class Attachment(models.Model):
    """One file that belongs to one owner.

    The owner stands as (kind, id) through documents.owners, the child as an id: children are of an app above this one. A merge of
    children moves both along.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=new_reference, editable=False)
    owner_type = models.CharField(max_length=40)
    owner_id = models.UUIDField()
    child_id = models.UUIDField(null=True, blank=True)
    type = models.ForeignKey(DocumentType, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("name of the file as it came", max_length=120)
    document_date = models.DateField()
    audience = models.CharField(max_length=20, choices=Audience.choices)
    retention = models.CharField(max_length=20, choices=Retention.choices)
    dispose_on = models.DateField("may be disposed of from")
    state = models.CharField(max_length=10, choices=AttachmentState.choices, default=AttachmentState.RECEIVED)
    rejected_reason = models.CharField(max_length=200, blank=True)
    format = models.CharField(max_length=4)
    stored_name = models.CharField(max_length=64, unique=True, editable=False)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    scan_attempts = models.PositiveSmallIntegerField(default=0)
    scan_after = models.DateTimeField("not scanned before", default=timezone.now)
    scanned_at = models.DateTimeField(null=True, blank=True)
    scanned_by = models.CharField("scanner that decided", max_length=20, blank=True, help_text="“nothing” in a demonstration.")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-document_date", "-uploaded_at", "pk"]
        indexes = [
            models.Index(fields=["owner_type", "owner_id"], name="attachment_by_owner"),
            models.Index(fields=["child_id", "-document_date", "-uploaded_at", "id"], name="attachment_by_child"),
            models.Index(
                fields=["scan_after", "id"],
                condition=Q(state__in=[AttachmentState.RECEIVED, AttachmentState.SCANNING]),
                name="attachment_to_scan",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AttachmentState.values), name="attachment_state_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="attachment_audience_known"),
            models.CheckConstraint(condition=Q(retention__in=Retention.values), name="attachment_retention_known"),
            models.CheckConstraint(condition=Q(format__in=["pdf", "docx", "xlsx", "jpg", "png"]), name="attachment_format_known"),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
            models.CheckConstraint(
                condition=(Q(state__in=[AttachmentState.CLEAN, AttachmentState.REJECTED], scanned_at__isnull=False) & ~Q(scanned_by=""))
                | Q(state__in=[AttachmentState.RECEIVED, AttachmentState.SCANNING], scanned_at=None, scanned_by=""),
                name="attachment_decided_together",
            ),
            models.CheckConstraint(
                condition=(Q(state=AttachmentState.REJECTED) & ~Q(rejected_reason=""))
                | (~Q(state=AttachmentState.REJECTED) & Q(rejected_reason="")),
                name="attachment_rejected_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def file_name(self) -> str:
        """What a download is called: the reference, never a name."""
        return f"{self.reference}.{self.format}"

    @property
    def audience_words(self) -> str:
        """Who reads it, short enough for a list."""
        return AUDIENCE_WORDS[Audience(self.audience)]

    @property
    def is_ready(self) -> bool:
        """Whether it is given out."""
        return self.state == AttachmentState.CLEAN

    @property
    def is_picture(self) -> bool:
        """Whether the page itself can show it."""
        return self.format in {"jpg", "png"}
