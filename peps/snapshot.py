"""A plan word for word as plain JSON: what is frozen at sign-off, and what a draft is printed from."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from accounts.models import User
from caseload.facts import facts_of, status_words, year_words
from caseload.models import LeadAllocation
from peps import reading
from peps.asked import Asked
from peps.models import Part, Pep, Question, Target
from peps.states import AGREED, PartKind, PartState

FORMAT = 1
ORDER = (PartKind.CHILD, PartKind.SETTING, PartKind.LEAD, PartKind.ADVISER)
TARGET_FIELDS = ("what", "now", "then", "who", "action", "kind", "in_childs_words")


def build(pep: Pep, *, on: date) -> dict[str, Any]:
    """The plan and the facts around it as they stand on a day, with every question as it was asked.

    An agreed plan leaves out what social care had not finished by then (practice.md 13).
    """
    child, facts, parts, questions = pep.child, facts_of(pep.child, on), reading.parts(pep), reading.questions(pep)
    return {
        "format": FORMAT,
        "reference": pep.reference,
        "kind": pep.get_kind_display(),
        "cycle": pep.cycle.label,
        "opened_on": pep.opened_on.isoformat(),
        "due_on": pep.due_on.isoformat(),
        "child": {
            "name": child.name,
            "called": child.called,
            "date_of_birth": child.date_of_birth.isoformat(),
            "year": year_words(child.school_year(pep.opened_on)),
            "upn": child.upn or "",
        },
        "status": status_words(facts.status.status if facts.status else None),
        "setting": pep.setting.name if pep.setting else "",
        "adviser": facts.adviser.adviser.name if facts.adviser else "",
        "lead": _lead(facts.lead),
        "parts": [_part(pep, parts[kind], [each for each in questions if each.part == kind]) for kind in ORDER],
        "targets": [_target(target) for target in pep.targets.all()],
        "returns": pep.returns,
        "submitted": _signature(pep.submitted_by, pep.submitted_at),
        "signed_off": _signature(pep.signed_off_by, pep.signed_off_at),
        "template": {"code": pep.template.code, "version": pep.template.version},
    }


def canonical(snapshot: dict[str, Any]) -> bytes:
    """The one way to write a snapshot as bytes, whatever order a database gives its keys back in."""
    return json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(snapshot: dict[str, Any]) -> str:
    """The hash that is stored beside it."""
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def answered(part: Mapping[str, Any]) -> Iterator[tuple[Asked, dict[str, Any]]]:
    """The questions of a part of a snapshot, each with its answer, in the order of the plan."""
    return ((Asked.from_json(each["question"]), each["answer"]) for each in part["answers"])


def _part(pep: Pep, part: Part, questions: Sequence[Question]) -> dict[str, Any]:
    done = part.state == PartState.COMPLETE
    missing = part.kind == PartKind.LEAD and not done and pep.state in AGREED
    return {
        "kind": part.kind,
        "title": str(PartKind(part.kind).label),
        "done": done,
        "completed": _signature(part.completed_by, part.completed_at),
        "had_not_come": missing,
        "answers": [] if missing else [_answer(question, part) for question in questions],
    }


def _answer(question: Question, part: Part) -> dict[str, Any]:
    return {"question": Asked.of(question).as_json(), "answer": part.data.get(question.code) or {}}


def _target(target: Target) -> dict[str, Any]:
    words = {name: getattr(target, name) for name in TARGET_FIELDS}
    return {"position": target.position, **words, "by_date": target.by_date.isoformat() if target.by_date else ""}


def _lead(allocation: LeadAllocation | None) -> dict[str, str]:
    if allocation is None:
        return {"name": "", "team": ""}
    return {"name": allocation.practitioner.name if allocation.practitioner else "", "team": allocation.team.name}


def _signature(person: User | None, at: Any) -> dict[str, str] | None:
    return {"name": person.name, "at": at.isoformat()} if person and at else None
