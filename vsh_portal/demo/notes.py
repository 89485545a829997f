"""The demo's case notes: for each audience, one pinned, one corrected."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import Setting, User
from caseload.models import AdviserAllocation, CaseNote, Child
from caseload.scopes import current
from caseload.services import notes
from caseload.states import NoteAudience, NoteKind

CALL = "Rang {setting}. {name} has settled with the new seating plan; the mornings are still hard. Somebody will wait at the gate."
VISIT = "Met {name} at {setting}. {name} showed the map drawn for the geography project and asked for more time to read it aloud."
MEETING = "Strategy talk with social care about the journey to school. The lead practitioner asks for a taxi until the end of term."
PIN = "{name} does not like to be called out of a lesson. Arrange visits for the lunch break."
TYPED_WRONG = "Sent {setting} the reading screener. Answer wanted by Friday."
PUT_RIGHT = "Sent {setting} the reading screener. Answer wanted by the end of the month."


def make(*, on: date) -> None:
    """Notes on the children who have an advisory teacher and a setting, written by that teacher."""
    allocated = AdviserAllocation.objects.filter(current(on)).select_related("child", "adviser").order_by("child__last_name")
    for number, row in enumerate(allocated):
        enrolment = row.child.enrolments.filter(current(on)).select_related("setting__organisation").first()
        if enrolment is None:
            continue
        pen = Pen(row.child, row.adviser, enrolment.setting, on)
        pen.write(CALL, NoteKind.CALL, 30, NoteAudience.SETTING)
        if number % 3 == 0:
            _write_more(pen)


def _write_more(pen: "Pen") -> None:
    pen.write(MEETING, NoteKind.MEETING, 12, NoteAudience.SOCIAL_CARE)
    pen.write(VISIT, NoteKind.VISIT, 20, NoteAudience.VIRTUAL_SCHOOL)
    pinned = pen.write(PIN, NoteKind.KNOW, 40, NoteAudience.SETTING)
    notes.pin(note_id=pinned.pk, pinned=True, by=pen.by)
    pen.write(PUT_RIGHT, NoteKind.MESSAGE, 5, NoteAudience.VIRTUAL_SCHOOL, instead=pen.write(TYPED_WRONG, NoteKind.MESSAGE, 5))


@dataclass(frozen=True)
class Pen:
    """Writes notes on one child by one person."""

    child: Child
    by: User
    setting: Setting
    on: date

    def write(
        self, text: str, kind: str, days: int, audience: str = NoteAudience.VIRTUAL_SCHOOL, *, instead: CaseNote | None = None
    ) -> CaseNote:
        """A note about what happened some days ago, or one that corrects another."""
        values: dict[str, Any] = {
            "kind": kind,
            "happened_on": self.on - timedelta(days=days),
            "text": text.format(name=self.child.called, setting=self.setting.name),
            "audience": audience,
            "setting": self.setting if audience == NoteAudience.SETTING else None,
            "by": self.by,
        }
        return notes.correct(note_id=instead.pk, **values) if instead else notes.add(child_id=self.child.pk, **values)
