"""Writing a part of a plan: the only door to its answers, to the targets and to its state (safety.md 4, point 5)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from audit import services as audit
from core.errors import Refused
from core.transitions import require
from peps import facts, policies
from peps.answers import missing, tidy
from peps.asked import Question
from peps.merging import TARGETS, Content, content, merge, plain_target, words
from peps.models import Part, PartWriter, Pep, Target
from peps.reading import questions as questions_of
from peps.shapes import problems, target_problems
from peps.states import PEP_MOVES, PartKind, PartState, PepState
from peps.template_data.targets import TARGET_FIELDS

Answers = Mapping[str, Mapping[str, Any]]


class StalePart(Refused):
    """Somebody else saved the same answers meanwhile, and nothing was stored.

    `theirs` is the part as it stands; `codes` the questions both changed; `mine` the whole content to go on with: the person's own
    answers to those and to what they alone changed, the other side's for the rest.
    """

    def __init__(self, theirs: Part, mine: Content, codes: list[str]) -> None:
        super().__init__(
            "Somebody else changed the same answer meanwhile. Both texts are below: choose one, or put them together, then save."
        )
        self.theirs, self.mine, self.codes = theirs, mine, codes


class PartClosed(Refused):
    """The state of the plan lets nobody write in this part."""


class PartDone(Refused):
    """The part is marked as done; it must be opened again first."""

    def __init__(self, part: Part) -> None:
        super().__init__("This part was marked as done. What you typed is still here. Choose “Open again and save” to change it.")
        self.part = part


class BadAnswer(Refused):
    """An answer has a shape that cannot be stored."""


class Incomplete(Refused):
    """The part cannot be done yet; `gaps` lists (question code, sentence), where {name} stands for the child."""

    def __init__(self, gaps: list[tuple[str, str]]) -> None:
        super().__init__("This part is saved, but it is not done yet.")
        self.gaps = gaps


@transaction.atomic
def save(
    *,
    pep_id: Any,
    kind: str,
    answers: Answers,
    targets: Sequence[Mapping[str, Any]] | None = None,
    version: int,
    by: User,
    now: datetime,
    base: Mapping[str, str] | None = None,
) -> Part:
    """Store the given answers (and targets, for the setting's part) over version `version` of the part; the others stay as they are.

    Nothing is demanded but the shape. A second save of the same content changes nothing and leaves no second event. With `base` (the
    marks of the answers the page was opened with) a stale save that touches other questions is put together with what is there.
    Raises StalePart if both sides changed the same answer, PartDone, PartClosed, BadAnswer, NotAllowed.
    """
    pep, part = _locked(pep_id, kind, by)
    asked = questions_of(pep, kind)
    stored = content(asked, part.data, _targets(pep, kind))
    mine = _incoming(pep, asked, stored, answers, targets, timezone.localdate(now))
    result, conflicts = merge(stored, mine, base, stale=part.version != version)
    if result == stored and not conflicts:
        return part
    if part.state == PartState.COMPLETE:
        raise PartDone(part)
    if conflicts:
        raise StalePart(part, result | {code: mine[code] for code in conflicts}, conflicts)
    return _store(pep, part, stored, result, by, now)


@transaction.atomic
def complete(*, pep_id: Any, kind: str, by: User, now: datetime) -> Part:
    """Mark the part as done. A part that is done already stays so, without a second event. Raises Incomplete, PartClosed, NotAllowed."""
    pep, part = _locked(pep_id, kind, by)
    if part.state == PartState.COMPLETE:
        return part
    found = missing(questions_of(pep, kind), part, _targets(pep, kind))
    if found:
        raise Incomplete(found)
    started = _start(pep)
    part.state, part.completed_at, part.completed_by = PartState.COMPLETE, now, by
    part.save(update_fields=["state", "completed_at", "completed_by"])
    done = audit.Act(verb="pep.part_done", target=pep, child=pep.child_id, after=PartState.COMPLETE, changes={"part": kind})
    audit.record_many(actor=by, acts=[*started, done])
    return part


@transaction.atomic
def reopen_part(*, pep_id: Any, kind: str, by: User, now: datetime) -> Part:
    """Set a part that is done back to a draft; any other stays as it is. Raises PartClosed and NotAllowed."""
    pep, part = _locked(pep_id, kind, by)
    if part.state != PartState.COMPLETE:
        return part
    part.state, part.completed_at, part.completed_by = PartState.DRAFT, None, None
    part.save(update_fields=["state", "completed_at", "completed_by"])
    before, after = PartState.COMPLETE, PartState.DRAFT
    audit.record(actor=by, verb="pep.part_reopened", target=pep, child=pep.child_id, before=before, after=after, changes={"part": kind})
    return part


def _locked(pep_id: Any, kind: str, by: User) -> tuple[Pep, Part]:
    """The plan under its lock and the part under it, once right and state allow writing."""
    pep = Pep.objects.select_for_update(of=("self",)).select_related("child", "setting__organisation").get(pk=pep_id)
    kind = PartKind(kind)
    policies.require_edit(by, pep, kind)
    if not policies.is_open(pep, kind):
        raise PartClosed(policies.why_not(by, pep, kind))
    part, _new = Part.objects.get_or_create(pep=pep, kind=kind)
    return pep, part


def _incoming(
    pep: Pep, asked: Sequence[Question], stored: Content, answers: Answers, targets: Sequence[Mapping[str, Any]] | None, on: date
) -> Content:
    """The given answers by code, checked and tidied, a confirmed block with its facts as the record has them today."""
    by_code = {question.code: question for question in asked}
    wrong = [] if by_code.keys() >= answers.keys() else ["Reload the page: it has a question that this plan does not ask."]
    wrong += [sentence for code in answers.keys() & by_code.keys() for sentence in problems(by_code[code], answers[code])]
    written = [plain for each in targets or [] if (plain := plain_target(tidy(each)))]
    wrong += target_problems(written)
    if wrong:
        raise BadAnswer(" ".join(dict.fromkeys(wrong)))
    mine: Content = {code: {key: value for key, value in tidy(answer).items() if key != "facts"} for code, answer in answers.items()}
    for code, question in by_code.items():
        if question.kind == "confirm" and mine.get(code):
            mine[code]["facts"] = facts.block(pep, code, on)
        if question.kind == TARGETS and (code in mine or targets is not None):
            mine[code] = mine.get(code, words(stored[code])) | {TARGETS: stored[code][TARGETS] if targets is None else written}
    return mine


def _targets(pep: Pep, kind: str) -> list[Target]:
    return list(pep.targets.order_by("position")) if kind == PartKind.SETTING else []


def _store(pep: Pep, part: Part, stored: Content, result: Content, by: User, now: datetime) -> Part:
    """Write what changed and its trace; raises StalePart if the guarded UPDATE finds that somebody else was first."""
    changed = [code for code in result if result[code] != stored.get(code, {})]
    started = _start(pep)
    data = {code: kept for code, answer in result.items() if (kept := {key: value for key, value in answer.items() if key != TARGETS})}
    if not _write(part, data, by, now):
        raise StalePart(Part.objects.get(pk=part.pk), result, changed)
    for code in changed:
        if TARGETS in result[code]:
            _write_targets(pep, result[code][TARGETS])
    PartWriter.objects.get_or_create(part=part, user=by, defaults={"first_at": now})
    changes = {"part": part.kind, "questions": changed, "version": part.version}
    audit.record_many(actor=by, acts=[*started, audit.Act(verb="pep.part_saved", target=pep, child=pep.child_id, changes=changes)])
    return part


def _start(pep: Pep) -> list[audit.Act]:
    """Move a plan that nobody had begun; the act to record, none for one that was begun."""
    if pep.state != PepState.NOT_STARTED:
        return []
    before, pep.state = pep.state, require(PEP_MOVES, "start", pep.state)
    pep.save(update_fields=["state"])
    return [audit.Act(verb="pep.started", target=pep, child=pep.child_id, before=before, after=pep.state)]


def _write(part: Part, data: dict[str, Any], by: User, now: datetime) -> bool:
    """The guarded UPDATE: it finds no row if the version moved on, on whatever database."""
    values = {"data": data, "state": PartState.DRAFT, "saved_at": now, "saved_by": by}
    found = Part.objects.filter(pk=part.pk, version=part.version).update(version=F("version") + 1, **values)
    for name, value in values.items():
        setattr(part, name, value)
    part.version += 1
    return bool(found)


def _write_targets(pep: Pep, wanted: Sequence[Mapping[str, str]]) -> None:
    """Make the targets these, by position; a target that stays keeps its row."""
    rows = {target.position: target for target in pep.targets.all()}
    new: list[Target] = []
    old: list[Target] = []
    for position, values in enumerate(wanted, start=1):
        target = rows.get(position) or Target(pep=pep, position=position)
        for name in TARGET_FIELDS:
            setattr(target, name, date.fromisoformat(values[name]) if name == "by_date" and name in values else values.get(name, ""))
        target.by_date = target.by_date or None
        (old if position in rows else new).append(target)
    Target.objects.bulk_update(old, TARGET_FIELDS)
    Target.objects.bulk_create(new)
    pep.targets.filter(position__gt=len(wanted)).delete()
