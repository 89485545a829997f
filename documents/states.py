"""States of a document and the moves between them, and who a document is meant for."""

from django.db.models import TextChoices

from accounts.roles import OrganisationKind
from core.transitions import move


class AttachmentState(TextChoices):
    """Only a clean document is given out."""

    RECEIVED = "received", "Waiting for the virus check"
    SCANNING = "scanning", "Being checked for viruses"
    CLEAN = "clean", "Ready"
    REJECTED = "rejected", "Rejected"


WAITING = (AttachmentState.RECEIVED, AttachmentState.SCANNING)
ATTACHMENT_MOVES = {
    "scan": move(AttachmentState.RECEIVED, to=AttachmentState.SCANNING),
    "wait": move(AttachmentState.SCANNING, to=AttachmentState.RECEIVED),
    "pass": move(AttachmentState.SCANNING, to=AttachmentState.CLEAN),
    "reject": move(AttachmentState.SCANNING, to=AttachmentState.REJECTED),
}


class Audience(TextChoices):
    """Who may read a document, among the people who may see what it belongs to."""

    SHARED = "shared", "Everybody who works with the child, the setting included"
    COUNCIL = "council", "Council staff who work with the child"
    VIRTUAL_SCHOOL = "virtual_school", "The Virtual School only"


AUDIENCE_WORDS = {
    Audience.SHARED: "Setting and council staff",
    Audience.COUNCIL: "Council staff",
    Audience.VIRTUAL_SCHOOL: "Virtual School only",
}
# What members of each kind of organisation read, and so may choose: nobody puts away what they cannot open themselves.
AUDIENCES_OF: dict[str, tuple[Audience, ...]] = {
    OrganisationKind.VIRTUAL_SCHOOL: (Audience.SHARED, Audience.COUNCIL, Audience.VIRTUAL_SCHOOL),
    OrganisationKind.SOCIAL_CARE_TEAM: (Audience.SHARED, Audience.COUNCIL),
    OrganisationKind.SETTING: (Audience.SHARED,),
}
