"""Reading the outbox: the timeline of a thing, and whether the background work is alive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from messaging.models import Heartbeat, Message
from messaging.states import WAITING, MessageState


@dataclass(frozen=True)
class Health:
    """`late_by` is the age of the oldest mail that is due and has not gone; None where none waits."""

    late_by: timedelta | None
    failed: int
    beats: Mapping[str, datetime]


def messages_about(about_type: str, about_id: Any) -> QuerySet[Message]:
    """Every mail about one thing (`about_type` is the model's label, "peps.Pep"), newest first."""
    return Message.objects.filter(about_type=about_type, about_id=str(about_id)).select_related("recipient").order_by("-created_at", "pk")


def log() -> QuerySet[Message]:
    """Every mail, newest first, with its recipient: for the office's log."""
    return Message.objects.select_related("recipient").order_by("-created_at", "pk")


def health(now: datetime) -> Health:
    """Whether mails go out and jobs run, as seen at `now`."""
    oldest = Message.objects.filter(state__in=WAITING, due_at__lte=now).order_by("due_at").values_list("due_at", flat=True).first()
    return Health(
        late_by=None if oldest is None else now - oldest,
        failed=Message.objects.filter(state=MessageState.FAILED).count(),
        beats=dict(Heartbeat.objects.values_list("name", "at")),
    )
