"""Reading one plan: the plan itself, its parts, its questions, and the last agreed plan before it."""

from typing import Any

from django.db.models import QuerySet

from peps.answers import visible
from peps.merging import Content, content
from peps.models import Part, Pep, Question
from peps.states import AGREED, PartKind

NAMED = ("child", "cycle", "template", "setting__organisation")  # what a page about one plan names


def plans(user: Any) -> QuerySet[Pep]:
    """The plans this person may see, with what a page about one of them names."""
    return Pep.objects.visible_to(user).select_related(*NAMED)


def questions(pep: Pep, kind: str | None = None) -> list[Question]:
    """The questions the plan began with, in order; those of one part if `kind` is given."""
    asked = Question.objects.filter(template=pep.template_id).order_by("order")
    return list(asked.filter(part=kind) if kind else asked)


def parts(pep: Pep) -> dict[str, Part]:
    """The parts by kind, each with who saved and who finished it; an empty one stands in where nobody wrote yet."""
    stored = {part.kind: part for part in pep.parts.select_related("saved_by", "completed_by")}
    return {kind: stored.get(kind) or Part(pep=pep, kind=kind) for kind in PartKind}


def last_agreed(pep: Pep, user: Any) -> Pep | None:
    """The last agreed plan of the child that this person may see, with parts and targets; None for a first plan."""
    earlier = Pep.objects.visible_to(user).filter(child=pep.child_id, state__in=AGREED).exclude(pk=pep.pk)
    return earlier.order_by("-signed_off_at").prefetch_related("parts", "targets").first()


def last_content(earlier: Pep | None, asked: list[Question], letter: str) -> Content:
    """What the last agreed plan answers to these questions, as the audience `letter` reads it."""
    if earlier is None:
        return {}
    data = {code: answer for part in earlier.parts.all() for code, answer in part.data.items()}
    seen = {question.code: visible(question, data.get(question.code), letter) or {} for question in asked}
    return content([question for question in asked if letter in question.audiences], seen, list(earlier.targets.all()))


def part_content(pep: Pep, part: Part, asked: list[Question]) -> Content:
    """What stands in a part, by question code, the targets under theirs."""
    return content(asked, part.data, list(pep.targets.order_by("position")) if part.kind == PartKind.SETTING else [])
