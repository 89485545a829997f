"""The outbox, the reminder rules and the signs of life of the background work (architecture.md 26-28)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from messaging.states import WAITING, MessageState


class Message(models.Model):
    """One mail to one person about one thing, written in the transaction of the act that causes it.

    The thing is text (type, id, reference), so that neither a circle of apps nor a blocked deletion arises. `due_at` is when the
    mail ought to go, `try_at` when the next attempt may be made: after a failure only the second moves.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.TextField(unique=True)
    kind = models.TextField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    about_type = models.TextField()
    about_id = models.TextField()
    about_label = models.TextField(blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    try_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.TextField()
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="messaging_message_state_known"),
            models.CheckConstraint(
                condition=Q(state=MessageState.SENT, sent_at__isnull=False) | (~Q(state=MessageState.SENT) & Q(sent_at__isnull=True)),
                name="messaging_message_sent_at_iff_sent",
            ),
            models.CheckConstraint(
                condition=Q(state=MessageState.CLAIMED, claimed_at__isnull=False)
                | (~Q(state=MessageState.CLAIMED) & Q(claimed_at__isnull=True)),
                name="messaging_message_claimed_at_iff_claimed",
            ),
        ]
        indexes = [
            models.Index(fields=["try_at", "id"], condition=Q(state__in=WAITING), name="messaging_message_waiting"),
            models.Index(fields=["about_type", "about_id", "-created_at"], name="messaging_message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about_label or self.about_type} ({self.state})"


class ReminderRule(models.Model):
    """When a reminder goes and to whom, as data. Days are counted in school days for settings and working days for council staff
    by the app that owns the date (practice.md 23)."""

    class Anchor(models.TextChoices):
        OPENED = "opened", "the day it opens"
        DUE = "due", "the day it is due"

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=80, help_text="The registered kind of message this rule sends.")
    anchor = models.CharField(max_length=10, choices=Anchor.choices)
    days_before = models.SmallIntegerField(help_text="Days before the anchor; a negative number is days after it.")
    audience = models.JSONField(default=list, help_text="Role codes of the people who are written to.")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["anchor", "-days_before", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(anchor__in=["opened", "due"]), name="messaging_rule_anchor_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """When a background job last ran to its end."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()
    detail = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"
