"""What can be with a message."""

from django.db.models import TextChoices


class MessageState(TextChoices):
    QUEUED = "queued", "Waiting"
    CLAIMED = "claimed", "Being sent"
    SENT = "sent", "Sent"
    SUPPRESSED = "suppressed", "Not sent"
    FAILED = "failed", "Failed"


WAITING = (MessageState.QUEUED, MessageState.CLAIMED)
