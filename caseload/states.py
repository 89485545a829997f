"""States of a placement and the moves between them; what a child's plan status and a case note can be."""

from django.db.models import TextChoices

from core.transitions import move


class PlanStatus(TextChoices):
    """Why a child has a social worker (domain.md 1.4); no open episode means none now."""

    CHILD_IN_NEED = "cin", "Child in need"
    CHILD_PROTECTION = "cp", "Child protection plan"
    LOOKED_AFTER = "looked_after", "Looked after"


class PlacementState(TextChoices):
    """A place is offered, started, ended."""

    OFFERED = "offered", "Offered"
    STARTED = "started", "Started"
    ENDED = "ended", "Ended"


class Route(TextChoices):
    """The door a child came through."""

    SOCIAL_CARE = "social_care", "Social care"
    PANEL = "panel", "Behaviour and attendance panel"


class EndReason(TextChoices):
    """Why a place ended."""

    IMPROVED = "improved", "Doing well, support no longer needed"
    STATUS_ENDED = "status_ended", "No longer has a social worker and no longer needs the place"
    LOOKED_AFTER = "looked_after", "Became looked after"
    MOVED_AWAY = "moved_away", "Another authority has accepted in writing"
    LEFT_EDUCATION = "left_education", "Left education"
    FAMILY_DECLINED = "declined", "The family does not want the support"
    OFFER_LAPSED = "offer_lapsed", "The offer was not taken up"
    OTHER = "other", "Another reason"


class NoteKind(TextChoices):
    """What a case note is about (feature 2.9)."""

    CALL = "call", "Telephone call"
    MEETING = "meeting", "Meeting"
    VISIT = "visit", "Visit"
    MESSAGE = "message", "E-mail or letter"
    ADVICE = "advice", "Advice given"
    KNOW = "know", "Something to know"


class NoteAudience(TextChoices):
    """Who reads a case note; each reads what the one before reads, and the person with the next hat too (safety.md 2.2)."""

    VIRTUAL_SCHOOL = "virtual_school", "Virtual School only"
    SOCIAL_CARE = "social_care", "Virtual School and social care"
    SETTING = "setting", "Virtual School, social care and the setting"


PLACEMENT_MOVES = {
    "start": move(PlacementState.OFFERED, to=PlacementState.STARTED),
    "withdraw": move(PlacementState.OFFERED, to=PlacementState.ENDED),
    "end": move(PlacementState.STARTED, to=PlacementState.ENDED),
}
