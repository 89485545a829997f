"""What an entry of the timeline is."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import TextChoices

from caseload.models import CaseNote


class Kind(TextChoices):
    """What the timeline can be filtered by."""

    NOTE = "note", "Case notes"
    PLAN = "plan", "PEPs"
    STATUS = "status", "Plan status"
    SETTING = "setting", "Settings"
    WORKER = "worker", "Workers"
    PLACE = "place", "Places"
    MESSAGE = "message", "Mails about PEPs"


@dataclass(frozen=True)
class Entry:
    """Something that happened on a day; `moment` orders the day, and is shown where it is `exact`."""

    on: date
    moment: datetime
    kind: Kind
    title: str
    text: str = ""
    by: str = ""
    href: str = ""
    readers: str = ""
    highlight: bool = True
    pinned: bool = False
    exact: bool = False
    corrected: bool = False
    note: CaseNote | None = None
    earlier: tuple[CaseNote, ...] = ()

    @property
    def searched(self) -> str:
        """The words a search looks in, with the wordings before a correction."""
        return " ".join([self.title, self.text, self.by, *(note.text for note in self.earlier)])
