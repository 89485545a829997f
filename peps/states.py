"""States of a plan, of its parts and of its prints, and the moves between them."""

from django.db.models import TextChoices

from core.transitions import move


class PepState(TextChoices):
    """What is stored; "late" is worked out from the due date, never stored."""

    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    SIGNED_OFF = "signed_off", "Signed off"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"
    NOT_REQUIRED = "not_required", "Not required"


# The five words a setting sees (practice.md, Fewer states).
SETTING_WORDS = {
    PepState.NOT_STARTED: "To do",
    PepState.IN_PROGRESS: "To do",
    PepState.SUBMITTED: "Sent",
    PepState.RETURNED: "Changes asked",
    PepState.SIGNED_OFF: "Agreed",
    PepState.CLOSED: "Closed",
    PepState.CANCELLED: "Closed",
    PepState.NOT_REQUIRED: "Closed",
}
WRITABLE = (PepState.NOT_STARTED, PepState.IN_PROGRESS, PepState.RETURNED)
LIVE = (*WRITABLE, PepState.SUBMITTED)
AGREED = (PepState.SIGNED_OFF, PepState.CLOSED)

PEP_MOVES = {
    "start": move(PepState.NOT_STARTED, to=PepState.IN_PROGRESS),
    "submit": move(PepState.IN_PROGRESS, PepState.RETURNED, to=PepState.SUBMITTED),
    "return": move(PepState.SUBMITTED, to=PepState.RETURNED),
    "sign_off": move(PepState.SUBMITTED, to=PepState.SIGNED_OFF),
    "close": move(PepState.SIGNED_OFF, to=PepState.CLOSED),
    "cancel": move(*LIVE, to=PepState.CANCELLED),
    "resume": move(PepState.CANCELLED, to=PepState.IN_PROGRESS),
    "excuse": move(PepState.NOT_STARTED, PepState.IN_PROGRESS, to=PepState.NOT_REQUIRED),
}


class PepKind(TextChoices):
    """Three kinds only (forms.md I.0)."""

    FIRST = "first", "First plan"
    TERMLY = "termly", "Termly plan"
    CLOSING = "closing", "Closing plan"


class PartKind(TextChoices):
    """Who owns a part."""

    CHILD = "child", "Child's own part"
    SETTING = "setting", "Setting's part"
    LEAD = "lead", "Social care's part"
    ADVISER = "adviser", "Virtual School's part"


class PartState(TextChoices):
    """How far a part is; "looked at, not complete" is a draft."""

    EMPTY = "empty", "Not started"
    DRAFT = "draft", "Started, not complete"
    COMPLETE = "complete", "Done"


class Audience(TextChoices):
    """Whom a print is for; the letter stands in forms.md's column "Shown in"."""

    FULL = "F", "Full"
    SETTING = "S", "Setting"


class PrintState(TextChoices):
    """A print waits for the worker, is being made, is ready, or failed."""

    QUEUED = "queued", "Waiting"
    CLAIMED = "claimed", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class PrintPurpose(TextChoices):
    """The original is stored once; a copy carries who printed it for whom; a draft carries DRAFT."""

    ORIGINAL = "original", "Signed original"
    COPY = "copy", "Copy of the signed original"
    DRAFT = "draft", "Draft"
