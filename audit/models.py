"""The audit trail: what was done and who read whom, append-only, in two hash chains (architecture.md 12-14)."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models


class AppendOnly(Exception):
    """Somebody tried to change or remove what is kept for ever."""


class AppendOnlyQuerySet(models.QuerySet):
    """Refuses what would change an entry; the database triggers (audit/triggers.py) refuse what goes round it."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly("Audit entries are never changed.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("Audit entries are never changed.")

    def delete(self) -> NoReturn:
        raise AppendOnly("Audit entries are never deleted.")


class Event(models.Model):
    """One act of a person or a named job. Target and child are text, so that a deletion by the retention rules is never
    blocked; the label is a reference, never a name; states and field names stand in it, no free text of the child."""

    CHAIN = "event"
    HASHED = (
        "seq", "at", "actor_id", "actor_label", "role", "organisation", "verb", "target_type", "target_id", "target_label",
        "child_id", "before", "after", "reason", "changes", "prev_hash",
    )  # fmt: skip

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_label = models.TextField(blank=True)
    role = models.TextField(blank=True)
    organisation = models.TextField(blank=True)
    verb = models.TextField()
    target_type = models.TextField()
    target_id = models.TextField()
    target_label = models.TextField(blank=True)
    child_id = models.TextField(blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict, blank=True)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor__isnull=False, actor_label="") | (models.Q(actor__isnull=True) & ~models.Q(actor_label="")),
                name="audit_event_person_or_named_job",
            ),
        ]
        indexes = [
            models.Index(fields=["child_id", "-seq"], name="audit_event_child"),
            models.Index(fields=["target_type", "target_id", "-seq"], name="audit_event_target"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb} {self.target_label or self.target_type}"


class Viewing(models.Model):
    """One page of one child opened by one person: reading is also an event."""

    CHAIN = "viewing"
    HASHED = ("seq", "at", "user_id", "role", "organisation", "child_id", "page", "prev_hash")

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.TextField(blank=True)
    organisation = models.TextField(blank=True)
    child_id = models.TextField()
    page = models.TextField()
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["child_id", "-seq"], name="audit_viewing_child")]

    def __str__(self) -> str:
        return f"{self.seq} {self.page}"


class ChainHead(models.Model):
    """Where a chain ends. Its row is the lock under which the chain grows, and shows when the tail was cut off."""

    name = models.CharField(max_length=20, primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.seq}"


CHAINS: dict[str, type[Event] | type[Viewing]] = {Event.CHAIN: Event, Viewing.CHAIN: Viewing}
