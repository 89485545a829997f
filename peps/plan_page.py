"""What the page of one plan shows: its parts as a task list, whose turn it is, the time left, and what may be done with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.urls import reverse

from accounts.policies import roles_may
from accounts.roles import Permission, Role
from accounts.scopes import hats_of
from core.calendars import Calendar, NoTermDates, school_days_between
from core.templatetags.vs import short_date
from peps.answers import DECLARATION, section_state
from peps.asked import Question, fill
from peps.models import Part, Pep
from peps.part_page import anchor
from peps.selectors import days_late, late_words
from peps.states import LIVE, WRITABLE, PartKind, PartState, PepState

LABELS = {PartState.EMPTY: "Not started", PartState.DRAFT: "Started, not complete", PartState.COMPLETE: "Done"}
COLOURS = {PartState.EMPTY: "grey", PartState.DRAFT: "blue", PartState.COMPLETE: "green"}
OWNERS = {
    PartKind.SETTING: (Role.DESIGNATED_TEACHER, "The setting's designated teacher"),
    PartKind.LEAD: (Role.LEAD_PRACTITIONER, "The child's lead practitioner"),
    PartKind.ADVISER: (Role.ADVISORY_TEACHER, "The child's advisory teacher"),
}
ANYBODY_WITH_THE_CHILD = "Somebody {name} chooses: in the setting, the lead practitioner or the adviser"


@dataclass(frozen=True)
class Action:
    """A button of the plan page: where it leads, who sees it (by the permission of the hat) and in which states of the plan."""

    label: str
    url_name: str
    permission: Permission
    states: Sequence[str]


ACTIONS = (
    Action("Check and send", "peps:check", Permission.EDIT_SETTING_PART, [PepState.IN_PROGRESS, PepState.RETURNED]),
    Action("Review", "peps:review", Permission.REVIEW_PEP, [PepState.SUBMITTED]),
    Action("Print", "peps:print", Permission.PRINT_PEP, [state for state in PepState if state != PepState.NOT_STARTED]),
    Action("Cancel this plan", "peps:end", Permission.CANCEL_PEP, LIVE),
)


@dataclass(frozen=True)
class PartOnPage:
    """A part of the plan: whose it is, how far it is, and its tasks where there are several."""

    kind: str
    title: str
    owner: str
    tasks: list[dict[str, Any]] = field(default_factory=list)


def actions(user: Any, pep: Pep) -> list[dict[str, str]]:
    """The buttons this person sees; each page behind them asks for the right again."""
    roles = [hat.role for hat in hats_of(user)]
    return [
        {"label": each.label, "href": reverse(each.url_name, args=[pep.pk])}
        for each in ACTIONS
        if pep.state in each.states and roles_may(roles, each.permission)
    ]


def time_left(calendar: Calendar, pep: Pep, on: date) -> str:
    """ "5 school days left", "due today", "late, 6 days"; nothing once it is sent, and nothing where term dates are not known."""
    if pep.state not in WRITABLE:
        return ""
    late = days_late(pep.state, pep.due_on, on)
    if late or pep.due_on == on:
        return late_words(late) or "due today"
    try:
        left = school_days_between(calendar, on, pep.due_on)
    except NoTermDates:
        return ""
    return f"{left} school {'day' if left == 1 else 'days'} left"


def parts_on_page(
    pep: Pep,
    parts: Mapping[str, Part],
    questions: Sequence[Question],
    people: Mapping[str, Sequence[Any]],
    *,
    writable: frozenset[str],
    readable: frozenset[str],
) -> list[PartOnPage]:
    """The four parts in the order they are best written in: the child's voice first (forms.md I.0)."""
    targets = list(pep.targets.all())
    found = []
    for kind in PartKind:
        part = parts[kind]
        asked = [question for question in questions if question.part == kind and question.code != DECLARATION]
        sections = kind in writable and part.state != PartState.COMPLETE
        tasks = _section_tasks(pep, part, asked, targets) if sections else [_whole_task(pep, part, kind in writable, kind in readable)]
        found.append(PartOnPage(kind, kind.label, _owner(kind, people, pep.child.called), list(tasks)))
    return found


def _owner(kind: PartKind, people: Mapping[str, Sequence[Any]], called: str) -> str:
    if kind not in OWNERS:
        return fill(ANYBODY_WITH_THE_CHILD, called)
    role, words = OWNERS[kind]
    names = ", ".join(person.name for person in people.get(role, ()))
    return f"{words}: {names}" if names else f"{words}: nobody is named yet"


def _section_tasks(pep: Pep, part: Part, asked: Sequence[Question], targets: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for title, group in groupby(asked, key=lambda question: question.section):
        state = PartState(section_state(list(group), part.data, targets if part.kind == PartKind.SETTING else ()))
        yield {
            "title": fill(title, pep.child.called),
            "href": f"{_address(pep, part)}#{anchor(title)}",
            "hint": "",
            "state": LABELS[state],
            "colour": COLOURS[state],
        }


def _whole_task(pep: Pep, part: Part, may_write: bool, may_read: bool) -> dict[str, Any]:
    state = PartState(part.state)
    if part.completed_by is not None:
        hint = f"Done by {part.completed_by.name} on {short_date(part.completed_at)}"
    else:
        hint = f"Expected by {short_date(pep.due_on)}" if pep.state in LIVE else "Was not sent"
    opens = may_write or (may_read and state != PartState.EMPTY)
    return {
        "title": "Read this part" if opens and not may_write else "Open this part" if opens else "Not sent yet",
        "href": _address(pep, part) if opens else "",
        "hint": hint,
        "state": LABELS[state] if may_read or state != PartState.DRAFT else "Not sent yet",
        "colour": COLOURS[state],
    }


def _address(pep: Pep, part: Part) -> str:
    return reverse("peps:part", args=[pep.pk, part.kind])
