"""Two people in one part: which answers can be kept side by side, and which need a person to choose. Pure, over plain values.

Everything here is by question code; under the code of the targets question lie its answer and the targets together.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from peps.answers import META, target_value
from peps.asked import Question
from peps.template_data.targets import TARGET_FIELDS

TARGETS = "targets"
Content = dict[str, dict[str, Any]]


def content(questions: Sequence[Question], data: Mapping[str, Any], targets: Sequence[Any]) -> Content:
    """What stands in the part, by code; a question nobody answered is {}."""
    found = {question.code: dict(data.get(question.code, {})) for question in questions}
    for question in questions:
        if question.kind == TARGETS:
            found[question.code][TARGETS] = [plain_target(target) for target in targets]
    return found


def plain_target(target: Any) -> dict[str, str]:
    """A target (row or dict) as text, empty values left out; two targets are the same if these are equal."""
    values = {name: target_value(target, name) for name in TARGET_FIELDS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items() if value}


def words(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer without what the portal adds to it."""
    return {name: value for name, value in answer.items() if name not in META}


def digest(answer: Mapping[str, Any]) -> str:
    """A short mark of an answer: a page carries those it was opened with, so that a save knows what the person changed."""
    return hashlib.sha256(json.dumps(words(answer), sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def merge(stored: Content, mine: Content, base: Mapping[str, str] | None, *, stale: bool) -> tuple[Content, list[str]]:
    """What to store, and the codes on which both sides wrote differently (then nothing may be stored).

    A save that is not stale wins as it is. A stale one keeps the other side's answer where the person changed nothing since the page
    was opened (`base` has its marks), takes theirs where only they wrote, and asks where both did. Without marks every difference asks.
    """
    if not stale:
        return stored | mine, []
    result, conflicts = dict(stored), []
    for code, answer in mine.items():
        there = stored.get(code, {})
        mark = (base or {}).get(code)
        if words(answer) == words(there) or digest(answer) == mark:
            continue
        if digest(there) == mark:
            result[code] = answer
        else:
            conflicts.append(code)
    return result, conflicts
