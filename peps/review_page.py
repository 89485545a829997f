"""What the page of a reviewer shows of a sent plan: every answer in words, what a good one has, who wrote it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from peps import answers, snapshot
from peps.asked import fill
from peps.models import PartWriter, Pep
from peps.printing import signature
from peps.states import PartKind
from peps.wording import lines, target_lines


def parts_to_read(pep: Pep, on: date) -> list[dict[str, Any]]:
    """Every part with its answers in words, what a good one has, and who wrote; for a reviewer, who reads in full."""
    names: dict[str, list[str]] = {}
    for kind, name in PartWriter.objects.filter(part__pep=pep).values_list("part__kind", "user__name").order_by("first_at"):
        names.setdefault(kind, []).append(name)
    targets = [target_lines(target, pep.child.called) for target in pep.targets.all()]
    return [
        {
            "title": part["title"],
            "done": part["done"],
            "completed": signature(part["completed"]),
            "writers": ", ".join(names.get(part["kind"], [])),
            "questions": list(questions_to_read(part, pep.child.called)),
            "targets": targets if part["kind"] == PartKind.SETTING else [],
        }
        for part in snapshot.build(pep, on=on)["parts"]
    ]


def questions_to_read(part: Mapping[str, Any], called: str) -> Iterator[dict[str, Any]]:
    """The questions of a part with their answers; targets and the declaration have places of their own."""
    for question, answer in snapshot.answered(part):
        if question.kind != "targets" and question.code != answers.DECLARATION:
            text, criterion = fill(question.text, called), fill(question.criterion, called)
            yield {"text": text, "criterion": criterion, "lines": lines(question, answer, "F", called)}
