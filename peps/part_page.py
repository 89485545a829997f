"""What the pages of a part show, question by question, for writing and for reading. Plain dataclasses; no database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.forms.boundfield import BoundField
from django.utils.text import slugify

from peps.answers import DECLARATION, EXIT, Answer, is_empty
from peps.asked import Question, Spec, fill
from peps.form_fields import WRITE_FACTS
from peps.forms import KEEP_TARGET, STILL_TRUE, USE_THEIRS, PartForm, specs_of
from peps.merging import TARGETS, Content
from peps.states import PartKind
from peps.wording import Line, before, lines, target_lines

NOT_SHOWN_AGAIN = {"S23", "S24"}  # about sending this one plan
LAST_TERM = {PartKind.CHILD: "Last time you said"}


@dataclass(frozen=True)
class Block:
    """A row of inputs: an area of learning, a person, a target; a spare one is folded away until it is wanted."""

    title: str
    inputs: list[BoundField]
    is_spare: bool = False
    note: str = ""


@dataclass(frozen=True)
class Input:
    """One input of a question, or rows of them; `when` names the input and the values it depends on."""

    bound: BoundField | None = None
    blocks: list[Block] = field(default_factory=list)
    is_grid: bool = False
    more: bool = False
    when: str = ""
    values: str = ""
    unless: bool = False


@dataclass(frozen=True)
class QuestionOnPage:
    """A question with everything beside it."""

    code: str
    text: str
    help: str
    optional: bool
    inputs: list[Input] = field(default_factory=list)
    way_out: BoundField | None = None
    ticks: list[BoundField] = field(default_factory=list)
    facts: list[Line] = field(default_factory=list)
    facts_changed: bool = False
    last_label: str = ""
    last: list[Line] = field(default_factory=list)
    last_is_open: bool = False
    theirs: list[Line] = field(default_factory=list)
    use_theirs: BoundField | None = None
    lines: list[Line] = field(default_factory=list)
    kept: bool = False


@dataclass(frozen=True)
class SectionOnPage:
    """The questions under one heading, with what a good answer has."""

    title: str
    anchor: str
    criteria: list[str]
    questions: list[QuestionOnPage]


def anchor(section: str) -> str:
    """The id of a section on the page, without a name in it."""
    return slugify(section.replace("{name}", ""))


def to_write(form: PartForm, letter: str, facts: Mapping[str, list[dict[str, Any]]]) -> list[SectionOnPage]:
    """The sections of a form; `facts` are those of the confirm blocks as they stand in the record."""
    return _sections(form.questions, form.called, lambda question: _writing(form, question, letter, facts.get(question.code, [])))


def to_read(questions: Sequence[Question], content: Content, letter: str, called: str) -> list[SectionOnPage]:
    """The answers as the audience `letter` reads them; questions that are not for it are left out."""
    readable = [question for question in questions if letter in question.audiences and question.code != DECLARATION]

    def reading(question: Question) -> QuestionOnPage:
        answer = content.get(question.code, {})
        said = all_lines(question, answer, letter, called)
        return QuestionOnPage(**_heading(question, called), lines=said, kept=bool(said and answer.get("kept")))

    return _sections(readable, called, reading)


def all_lines(question: Question, answer: Answer, letter: str, called: str) -> list[Line]:
    """An answer in words, targets and all."""
    found = lines(question, answer, letter, called)
    if letter not in question.audiences:
        return found
    for number, target in enumerate(answer.get(TARGETS, []), start=1):
        found.append(Line(f"Target {number}", "\n".join(f"{before(line.label)} {line.text}" for line in target_lines(target, called))))
    return found


def _sections(questions: Iterable[Question], called: str, draw: Any) -> list[SectionOnPage]:
    found = []
    for title, group in groupby(questions, key=lambda question: question.section):
        asked = list(group)
        criteria = list(dict.fromkeys(fill(question.criterion, called) for question in asked if question.criterion))
        found.append(SectionOnPage(fill(title, called), anchor(title), criteria, [draw(question) for question in asked]))
    return found


def _heading(question: Question, called: str) -> dict[str, Any]:
    return {
        "code": question.code,
        "text": fill(question.text, called),
        "help": fill(question.help, called),
        "optional": not question.required,
    }


def _writing(form: PartForm, question: Question, letter: str, facts: list[dict[str, Any]]) -> QuestionOnPage:
    code, stored, last = question.code, form.stored.get(question.code, {}), form.last.get(question.code, {})
    return QuestionOnPage(
        **_heading(question, form.called),
        inputs=[_input(form, code, spec) for spec in specs_of(question) if spec["name"] != EXIT],
        way_out=form[f"{code}-{EXIT}"] if f"{code}-{EXIT}" in form.fields else None,
        ticks=[form[name] for name in form.fields if name == f"{code}-{STILL_TRUE}" or name.startswith(f"{code}-{KEEP_TARGET}-")],
        facts=lines(question, {"facts": facts}, letter) if facts else [],
        facts_changed=has_changed(stored, facts),
        last_label=LAST_TERM.get(question.part, "Last term"),
        last=[] if code in NOT_SHOWN_AGAIN or facts else all_lines(question, last, letter, form.called),
        last_is_open=f"{code}-{STILL_TRUE}" in form.fields,
        theirs=all_lines(question, form.theirs[code], letter, form.called) if code in form.theirs else [],
        use_theirs=form[f"{code}-{USE_THEIRS}"] if code in form.theirs else None,
    )


def has_changed(answer: Answer, facts: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the record says something else than what was confirmed; sources and dates do not count."""
    confirmed, now = ([(fact["label"], fact["value"]) for fact in block] for block in (answer.get("facts", facts), facts))
    return confirmed != now


def _input(form: PartForm, code: str, spec: Spec) -> Input:
    if spec["type"] in {"rows", "grid"}:
        blocks = list(_blocks(form, code, spec))
        return Input(blocks=blocks, is_grid=spec["type"] == "grid", more=spec["type"] == "rows" and len(blocks) < spec["most"])
    name, values = spec.get("if") or spec.get("unless") or ("", [])
    asked_of = name.replace(".", "-") if "." in name else f"{code}-{name}"
    return Input(form[f"{code}-{spec['name']}"], when=asked_of if name else "", values=" ".join(values), unless="unless" in spec)


def _blocks(form: PartForm, code: str, spec: Spec) -> Iterator[Block]:
    titles = dict(spec.get("rows", []))
    optional = spec.get("optional", [])
    for number, key, subs, _row in form.rows(code, spec, form.stored.get(code, {}).get(spec["name"])):
        title = titles[key] + (" (optional)" if key in optional else "") if key else f"{spec['label']} {number + 1}"
        inputs = [form[f"{code}-{spec['name']}-{key or number}-{sub['name']}"] for sub in subs]
        written = number == 0 or any(bound.errors or not is_empty(bound.value()) for bound in inputs)
        long_text = any(sub["type"] == "long" for sub in subs)
        yield Block(title, inputs, is_spare=not key and not written, note=WRITE_FACTS if long_text else "")
