"""What an answer is, who may read it and what is still missing: pure functions over a question and plain values. No database.

An answer is {field name: value}; every answer of a part lies under its question's code. Beside the fields it may hold `kept` (last
term's answer, taken over word for word) and, in a block of facts, `facts` (what the record said when it was confirmed).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from peps.asked import Question, Spec
from peps.template_data.targets import ABOUT_SCHOOL, TARGETS

Answer = Mapping[str, Any]
EXIT = "not_known"
DECLARATION = "S25"  # "I have checked this part": asked on the check page when the plan is sent, not while writing
META = ("facts", "kept")
FAMILY = "PY"


def tidy(value: Any) -> Any:
    """The value without what is empty (text, list, row, unticked box), so that equal answers are equal values."""
    if isinstance(value, Mapping):
        return {key: inner for key, each in value.items() if not is_empty(inner := tidy(each))}
    if isinstance(value, list):
        return [inner for each in value if not is_empty(inner := tidy(each))]
    return value.strip() if isinstance(value, str) else value


def is_empty(value: Any) -> bool:
    """Whether nothing was answered: no text, no choice, no row; 0 is an answer."""
    return value is None or value is False or (isinstance(value, str | list | Mapping) and not value)


def applies(spec: Spec, answer: Answer, data: Mapping[str, Answer] | None = None) -> bool:
    """Whether a field is asked at all. A condition on another question is looked up in `data`; without it, it counts as met."""
    for key, wanted in (("if", True), ("unless", False)):
        if key not in spec:
            continue
        name, values = spec[key]
        code, _, field = name.rpartition(".")
        if code and data is None:
            continue
        source = (data or {}).get(code, {}) if code else answer
        if (source.get(field) in values) is not wanted:
            return False
    return True


# Who reads what


def visible(question: Question, answer: Answer | None, letter: str) -> dict[str, Any] | None:
    """The answer as the audience `letter` may read it, None if it may not read it: the one rule for pages and for prints (forms.md I.0).

    F full, S setting, P family, Y young person. What is marked sensitive never reaches P and Y, whatever the question's letters say.
    """
    if not answer or letter not in question.audiences or (letter in FAMILY and answer.get("sensitive")):
        return None
    seen: dict[str, Any] = {}
    for spec in question.fields:
        value: Any = answer.get(spec["name"])
        if not is_empty(value) and _reads(spec, question, letter) and applies(spec, answer):
            seen[spec["name"]] = [_row(spec, question, row, letter) for row in value] if spec["type"] == "rows" else value
    facts = [fact for fact in answer.get("facts", []) if letter in fact["audiences"]]
    return (seen | ({"facts": facts} if facts else {}) | ({"kept": True} if answer.get("kept") else {})) if seen or facts else None


def _reads(spec: Spec, question: Question, letter: str) -> bool:
    return letter in question.audiences and letter in spec.get("audiences", question.audiences)


def _row(spec: Spec, question: Question, row: Answer, letter: str) -> dict[str, Any]:
    return {sub["name"]: row[sub["name"]] for sub in spec["fields"] if sub["name"] in row and _reads(sub, question, letter)}


# What is missing


def missing(questions: Iterable[Question], part: Any, targets: Sequence[Any]) -> list[tuple[str, str]]:
    """What one part still needs before it is done: (question code, a sentence that says what to do, which may carry {name}).

    `part` has `kind` and `data`; `targets` are rows or dicts and are read for the setting's part only. The declaration is not among
    them: it is asked for when the plan is sent.
    """
    return [
        (question.code, sentence)
        for question in questions
        if question.part == part.kind and question.required and question.code != DECLARATION
        for sentence in gaps(question, part.data, targets)
    ]


def gaps(question: Question, data: Mapping[str, Answer], targets: Sequence[Any] = ()) -> list[str]:
    """What one question lacks to count as answered; the honest exit answers it whole."""
    answer = data.get(question.code) or {}
    if answer.get(EXIT):
        return []
    if question.kind == "targets":
        return list(_target_gaps(targets))
    if question.kind == "confirm":
        done = answer.get("confirmed") or answer.get("wrong")
        return [] if done else [f"Confirm “{question.text}” under “{question.section}”, or write what is wrong."]
    lacking = [label for spec in question.fields if applies(spec, answer, data) for label in _lacking(spec, answer.get(spec["name"]))]
    if not lacking:
        return []
    if is_empty(answer) or len(question.fields) == 1:
        return [f"Answer “{question.text}”"] if question.text.endswith("?") else [f"Answer “{question.text.rstrip('.')}”."]
    return [f"Finish “{question.text.rstrip('.')}”: {', '.join(lacking)}."]


def is_answered(question: Question, data: Mapping[str, Answer], targets: Sequence[Any] = ()) -> bool:
    """Whether the question is complete; an optional one, whether anything was written."""
    if question.required:
        return not gaps(question, data, targets)
    return not is_empty(data.get(question.code))


def section_state(questions: Sequence[Question], data: Mapping[str, Answer], targets: Sequence[Any] = ()) -> str:
    """How far a group of questions is: "empty", "draft" (looked at, not complete) or "complete"; optional ones hold nothing up."""
    if all(not question.required or is_answered(question, data, targets) for question in questions):
        return "complete"
    begun = any(data.get(question.code) or (question.kind == "targets" and targets) for question in questions)
    return "draft" if begun else "empty"


def _lacking(spec: Spec, value: Any) -> Iterator[str]:
    """What a required field still needs, in words; rows that were begun must be finished."""
    if spec["type"] == "rows":
        rows = value or []
        if spec.get("required") and len(rows) < spec["least"]:
            yield f"at least {spec['least']} {_in_sentence(spec['label'])}"
        for number, row in enumerate(rows, start=1):
            yield from _lacking_in_row(f"{_in_sentence(spec['label'])} {number}", spec["fields"], row)
    elif spec["type"] == "grid":
        for key, label in spec["rows"]:
            row = (value or {}).get(key) or {}
            if row or (spec.get("required") and key not in spec.get("optional", ())):
                yield from _lacking_in_row(label, [sub for sub in spec["fields"] if key in sub.get("only", [key])], row)
    elif spec.get("required") and is_empty(value):
        yield _in_sentence(spec["label"])


def _lacking_in_row(title: str, specs: Sequence[Spec], row: Answer) -> Iterator[str]:
    if lacking := [label for spec in specs for label in _lacking(spec, row.get(spec["name"]))]:
        yield f"{title} ({', '.join(lacking)})"


def _target_gaps(targets: Sequence[Any]) -> Iterator[str]:
    if not targets:
        yield "Write at least one target."
        return
    for number, target in enumerate(targets, start=1):
        lacking = [label for spec in TARGETS["fields"] for label in _lacking(spec, target_value(target, spec["name"]))]
        if lacking:
            yield f"Finish target {number}: {', '.join(lacking)}."
    if not any(target_value(target, "kind") in ABOUT_SCHOOL for target in targets):
        yield "Make at least one target about learning or attendance."


def _in_sentence(label: str) -> str:
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def target_value(target: Any, name: str) -> Any:
    """One value of a target, which is a row or a dict."""
    return target.get(name) if isinstance(target, Mapping) else getattr(target, name)


# What the check before sending shows beside the gaps (S25)


def kept_codes(data: Mapping[str, Answer]) -> list[str]:
    """The questions whose answer was taken over from last term word for word."""
    return [code for code, answer in data.items() if answer.get("kept")]


def exits(questions: Iterable[Question], data: Mapping[str, Answer]) -> list[tuple[str, str]]:
    """The mandatory questions answered by "Not known yet, because ...", with the reason."""
    return [(each.code, data[each.code][EXIT]) for each in questions if data.get(each.code, {}).get(EXIT)]


def unnumbered(targets: Iterable[Any]) -> list[int]:
    """The numbers of the targets that have no figure in now or then."""
    return [
        number
        for number, target in enumerate(targets, start=1)
        if not any(letter.isdigit() for name in ("now", "then") for letter in target_value(target, name) or "")
    ]


def wish_unanswered(data: Mapping[str, Answer]) -> bool:
    """Whether the child said a wish (C6) that no adult has answered; adults answer it by sign-off (forms.md I.2)."""
    wish = data.get("C6", {})
    return bool(wish.get("wish")) and not wish.get("reply")
