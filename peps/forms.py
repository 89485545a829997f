"""The form of one part: made from the template's questions, it gives back answers by code. It checks shape and words, nothing more."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms

from core.forms import PortalFormMixin
from peps.answers import DECLARATION, tidy
from peps.asked import Question, Spec
from peps.form_fields import FACTS, WRITE_FACTS, build, to_initial, to_stored
from peps.merging import TARGETS, Content, digest, words
from peps.states import PartKind
from peps.template_data import targets as target_data

STILL_TRUE, KEEP_TARGET, USE_THEIRS = "still_true", "keep_target", "use_theirs"
SPARE_ROWS = 2


class PartForm(PortalFormMixin, forms.Form):
    """The questions of a part, with the marks by which a later save knows what the person changed.

    `stored` is the content the inputs start with and `base` the one in the database, where that differs; `last` what the reader may
    see of the last agreed plan; `theirs` what somebody else saved meanwhile, for the codes to choose between.
    """

    mark_optional = False  # nothing is asked for when saving; the page says which questions may stay empty
    version = forms.IntegerField(widget=forms.HiddenInput, error_messages={"invalid": "Reload the page and type the change again."})
    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        questions: Sequence[Question],
        stored: Content,
        called: str,
        version: int,
        base: Content | None = None,
        last: Content | None = None,
        theirs: Content | None = None,
    ) -> None:
        self.questions = [question for question in questions if question.code != DECLARATION]
        self.stored, self.called, self.last, self.theirs = stored, called, last or {}, theirs or {}
        marks = {question.code: digest((base if base is not None else stored).get(question.code, {})) for question in self.questions}
        super().__init__(data, initial={"version": version, "base": json.dumps(marks)})
        self.sent = set(data or ())
        self.inputs = [(question, specs_of(question)) for question in self.questions]
        self._add_fields()

    def _add_fields(self) -> None:
        for question, specs in self.inputs:
            answer = self.stored.get(question.code, {})
            for spec in specs:
                hint = beside_text(question, spec)
                for name, leaf, initial in self.leaves(question.code, spec, answer.get(spec["name"])):
                    self.fields[name] = build(leaf, self.called, specs, hint)
                    self.fields[name].initial = to_initial(leaf, initial)
            for name, label in self._ticks(question):
                self.fields[name] = forms.BooleanField(required=False, label=label)

    def _ticks(self, question: Question) -> Iterator[tuple[str, str]]:
        """The boxes beside a question: last term's answer is still true, a target is kept, the other text is taken."""
        code, last = question.code, self.last.get(question.code, {})
        if self.offers_last(question) and question.kind != TARGETS:
            yield f"{code}-{STILL_TRUE}", "Still true: keep it word for word"
        if self.offers_last(question):
            for number, _target in enumerate(last.get(TARGETS, []), start=1):
                yield f"{code}-{KEEP_TARGET}-{number}", f"Keep target {number}, with a new date"
        if code in self.theirs or f"{code}-{USE_THEIRS}" in self.sent:
            yield f"{code}-{USE_THEIRS}", "Use this text, not mine"

    def offers_last(self, question: Question) -> bool:
        """Whether last term's answer can be kept: only where the question says so, and nothing stands there yet."""
        return question.starts == "keep" and bool(self.last.get(question.code)) and not tidy(self.stored.get(question.code, {}))

    def leaves(self, code: str, spec: Spec, value: Any) -> Iterator[tuple[str, Spec, Any]]:
        """(input name, spec, stored value) of a field: one, or one for each input of its rows."""
        for number, key, subs, row in self.rows(code, spec, value):
            for sub in subs:
                yield f"{code}-{spec['name']}-{key or number}-{sub['name']}", sub, row.get(sub["name"])
        if spec["type"] not in {"rows", "grid"}:
            yield f"{code}-{spec['name']}", spec, value

    def rows(self, code: str, spec: Spec, value: Any) -> Iterator[tuple[int, str, list[Spec], Mapping[str, Any]]]:
        """(number, key, inputs, stored values) of each row on the page: those of a grid, or the filled ones and empty ones to spare."""
        if spec["type"] == "grid":
            for number, (key, _label) in enumerate(spec["rows"]):
                yield number, key, [sub for sub in spec["fields"] if key in sub.get("only", [key])], (value or {}).get(key, {})
        elif spec["type"] == "rows":
            filled = value or []
            for number in range(self._row_count(code, spec, len(filled))):
                yield number, "", spec["fields"], filled[number] if number < len(filled) else {}

    def _row_count(self, code: str, spec: Spec, filled: int) -> int:
        if self.is_bound:
            starts = tuple(f"{code}-{spec['name']}-{number}-" for number in range(spec["most"]))
            return 1 + max((number for number, start in enumerate(starts) if any(name.startswith(start) for name in self.sent)), default=-1)
        return min(spec["most"], filled + SPARE_ROWS)

    def marks(self) -> dict[str, str]:
        """The marks of the answers the page was opened with; none if they did not come back whole."""
        try:
            found = json.loads(self.cleaned_data["base"] or "{}")
        except (ValueError, RecursionError):
            return {}
        return {str(code): str(mark) for code, mark in found.items()} if isinstance(found, dict) else {}

    def content(self) -> Content:
        """What was typed and ticked, by code, targets with their question. A code whose other text was taken is left out."""
        return {
            question.code: self._answer(question, specs)
            for question, specs in self.inputs
            if not self.cleaned_data.get(f"{question.code}-{USE_THEIRS}")
        }

    def answers(self) -> Content:
        """The answers for the service, without the targets."""
        return {code: {name: value for name, value in answer.items() if name != TARGETS} for code, answer in self.content().items()}

    def targets(self) -> list[dict[str, Any]] | None:
        """The targets for the service; None where the form does not ask for them."""
        content = self.content()
        found = next((content[each.code] for each in self.questions if each.kind == TARGETS and each.code in content), None)
        return None if found is None else found.get(TARGETS, [])

    def _answer(self, question: Question, specs: Sequence[Spec]) -> dict[str, Any]:
        answer = tidy({spec["name"]: self._value(question.code, spec) for spec in specs})
        last = self.last.get(question.code, {})
        if question.kind == TARGETS:
            return self._with_kept_targets(question.code, answer, last.get(TARGETS, []))
        if not answer and self.cleaned_data.get(f"{question.code}-{STILL_TRUE}"):
            answer = words(last)
        return answer | ({"kept": True} if question.starts == "keep" and answer and answer == words(last) else {})

    def _with_kept_targets(self, code: str, answer: dict[str, Any], last: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        ticked = [target for number, target in enumerate(last, start=1) if self.cleaned_data.get(f"{code}-{KEEP_TARGET}-{number}")]
        kept = [{name: value for name, value in target.items() if name != "by_date"} for target in ticked]
        rows = (answer.get(TARGETS, []) + kept)[: target_data.TARGETS["most"]]
        return answer | ({TARGETS: rows} if rows else {})

    def _value(self, code: str, spec: Spec) -> Any:
        found = {name: to_stored(leaf, self.cleaned_data.get(name)) for name, leaf, _initial in self.leaves(code, spec, None)}
        if spec["type"] not in {"rows", "grid"}:
            return found[f"{code}-{spec['name']}"]
        rows = {
            key or str(number): {sub["name"]: found[f"{code}-{spec['name']}-{key or number}-{sub['name']}"] for sub in subs}
            for number, key, subs, _row in self.rows(code, spec, None)
        }
        return rows if spec["type"] == "grid" else list(rows.values())


def beside_text(question: Question, spec: Spec) -> str:
    """What every box for text says (forms.md I.0 "Lengths"); the child's own words are not asked to be facts."""
    if spec["type"] != "long" or question.part == PartKind.CHILD:
        return ""
    return FACTS if spec.get("guarded") else WRITE_FACTS


def specs_of(question: Question) -> list[Spec]:
    """The inputs of a question; those of a target come first where it asks for targets."""
    return [target_data.TARGETS, *question.fields] if question.kind == TARGETS else list(question.fields)
