"""Sending a plan, returning it, signing it off, and ending it without one. The only door to these moves."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.policies import NotAllowed, may, require
from accounts.roles import PERMISSIONS, Permission, Role
from accounts.scopes import hats_of
from audit.services import Act, record, record_many
from caseload.facts import adviser_of
from core.errors import Refused
from core.transitions import require as require_move
from messaging.services import Draft, queue_many
from peps import answers, policies, reading, review_rules, selectors, snapshot
from peps.asked import fill
from peps.models import Part, PartWriter, Pep, Print, Version
from peps.states import PEP_MOVES, WRITABLE, Audience, PartKind, PartState, PepState, PrintPurpose

MOST_RETURNS = 2
SENT_PARTS = (PartKind.SETTING, PartKind.CHILD)  # what a setting answers for when it sends
DECLARED = {"checked": True}

Gap = tuple[str, str, str]


class NotComplete(Refused):
    """Answers are missing; `gaps` are (part, question code, sentence), in the order of the plan."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        super().__init__("Some answers are missing. They are listed on this page, each with a link to its part.")
        self.gaps = list(gaps)


class NotTheReviewer(Refused):
    """Somebody else has to sign this plan off, or something is missing for it."""


@transaction.atomic
def submit(*, pep_id: uuid.UUID | str, by: User, now: datetime, declared: bool) -> bool:
    """Send the setting's and the child's part to the Virtual School. True if it was sent now, False if it had been sent already.

    For the designated teacher of the plan's setting, or the child's adviser on its behalf (practice.md 13). `declared` is the tick of
    S25, which is written down with the name and the time. Raises NotComplete, TransitionRefused, NotAllowed, Refused without the tick.
    """
    pep = _locked(pep_id)
    if not may_send(by, pep):
        raise NotAllowed("The designated teacher of the setting sends this plan, or the child's advisory teacher on its behalf.")
    if pep.state == PepState.SUBMITTED:
        return False
    to, parts = require_move(PEP_MOVES, "submit", pep.state), reading.parts(pep)
    if gaps := gaps_of(pep, parts):
        raise NotComplete(gaps)
    if not declared:
        raise Refused("Tick that you have checked this part, then send the plan.")
    _complete(pep, parts, by, now)
    before = _move(pep, to, submitted_at=now, submitted_by=by)
    advisers = selectors.people_of([pep], timezone.localdate(now))[pep.pk][Role.ADVISORY_TEACHER]
    _tell("peps.submitted", pep, advisers, key=f"pep-submitted:{pep.pk}:{pep.returns}")
    changes = {"parts": list(SENT_PARTS), "returns": pep.returns}
    record(actor=by, verb="pep.submitted", target=pep, child=pep.child_id, before=before, after=to, changes=changes)
    return True


@transaction.atomic
def give_back(*, pep_id: uuid.UUID | str, reason: str, parts: Sequence[str], by: User, now: datetime) -> Pep:
    """Return a sent plan to the setting, with a reason and the parts to change, which become drafts again.

    At most two returns, then the adviser rings (practice.md 12): the third raises Refused, as do an empty reason and no part named.
    Raises TransitionRefused, NotAllowed.
    """
    pep = _locked(pep_id)
    require(by, Permission.REVIEW_PEP, pep)
    to = require_move(PEP_MOVES, "return", pep.state)
    if pep.returns >= MOST_RETURNS:
        raise Refused("This plan has been returned twice. Ring the designated teacher and settle it together; it is not returned again.")
    wanted = [str(kind) for kind in review_rules.OTHERS_PARTS if kind in parts]
    if not wanted or not reason.strip():
        raise Refused("Say what needs to change, and tick the parts it is about.")
    done = Part.objects.filter(pep=pep, kind__in=wanted, state=PartState.COMPLETE)
    done.update(state=PartState.DRAFT, completed_at=None, completed_by=None)
    before = _move(pep, to, returns=pep.returns + 1, returned_at=now, returned_by=by, return_reason=reason.strip())
    people = selectors.people_of([pep], timezone.localdate(now))[pep.pk]
    told = people[Role.DESIGNATED_TEACHER] + (people[Role.LEAD_PRACTITIONER] if PartKind.LEAD in wanted else [])
    _tell("peps.returned", pep, told, key=f"pep-returned:{pep.pk}:{pep.returns}")
    changes = {"parts": wanted, "returns": pep.returns}
    record(actor=by, verb="pep.returned", target=pep, child=pep.child_id, before=before, after=to, changes=changes)
    return pep


@transaction.atomic
def sign_off(*, pep_id: uuid.UUID | str, by: User, now: datetime) -> Version:
    """Agree a sent plan and freeze it word for word, with its two originals queued for printing; the setting and social care are told.

    The rules are those of practice.md 12 (review_rules). Without social care's part on the due date the frozen plan says so and the
    team managers are told (practice.md 13). Raises NotTheReviewer, TransitionRefused, NotAllowed.
    """
    pep = _locked(pep_id)
    require(by, Permission.REVIEW_PEP, pep)
    to, parts, on = require_move(PEP_MOVES, "sign_off", pep.state), reading.parts(pep), timezone.localdate(now)
    if against := reasons_against(pep, parts, by, on):
        raise NotTheReviewer(" ".join(against))
    before = _move(pep, to, signed_off_at=now, signed_off_by=by)
    version = _freeze(pep, by, now)
    people = selectors.people_of([pep], on)[pep.pk]
    _tell("peps.signed_off", pep, people[Role.DESIGNATED_TEACHER] + people[Role.LEAD_PRACTITIONER], key=f"pep-signed-off:{pep.pk}")
    if parts[PartKind.LEAD].state != PartState.COMPLETE:
        _tell("peps.lead_part_missing", pep, people[Role.TEAM_MANAGER], key=f"pep-lead-part-missing:{pep.pk}")
    changes = {"version": version.number, "sha256": version.sha256}
    record(actor=by, verb="pep.signed_off", target=pep, child=pep.child_id, before=before, after=to, changes=changes)
    return version


@transaction.atomic
def cancel(*, pep_id: uuid.UUID | str, reason: str, by: User, now: datetime) -> Pep:
    """End a plan that will not be finished, with a reason. Raises TransitionRefused, NotAllowed, Refused without a reason."""
    return _end(pep_id, "cancel", "pep.cancelled", reason, by, now)


@transaction.atomic
def excuse(*, pep_id: uuid.UUID | str, reason: str, by: User, now: datetime) -> Pep:
    """Mark a plan not required in this cycle, with a reason. Raises TransitionRefused, NotAllowed, Refused without a reason."""
    return _end(pep_id, "excuse", "pep.excused", reason, by, now)


def lock_unsent(placement_id: uuid.UUID | str) -> list[Pep]:
    """The plans of a place that were not sent yet, locked in the caller's transaction: a plan's lock comes before a child's."""
    return list(Pep.objects.select_for_update(of=("self",)).filter(placement__pk=placement_id, state__in=WRITABLE).order_by("pk"))


def end_locked(plans: Sequence[Pep], *, reason: str, by: User, now: datetime) -> None:
    """Cancel plans that the caller has locked, on the right of what the caller does to their place."""
    acts = []
    for pep in plans:
        before = _move(pep, require_move(PEP_MOVES, "cancel", pep.state), ended_at=now, ended_by=by, ended_reason=reason)
        acts.append(Act(verb="pep.cancelled", target=pep, child=pep.child_id, before=before, after=pep.state))
    record_many(actor=by, acts=acts)


def may_send(user: User, pep: Pep) -> bool:
    """Whether this person may send the plan: a designated teacher of its setting, or the child's adviser on the setting's behalf."""
    if not may(user, Permission.VIEW_PEP, pep):
        return False
    own = any(
        hat.organisation_id == pep.setting_id and Permission.SEND_SETTING_PART in PERMISSIONS.get(hat.role, ()) for hat in hats_of(user)
    )
    return own or "adviser" in policies.relations(user, pep)


def gaps_of(pep: Pep, parts: Mapping[str, Part]) -> list[Gap]:
    """What is not answered yet of the parts that are sent, in the order of the plan; the declaration is asked for when sending."""
    questions, targets = reading.questions(pep), list(pep.targets.all())
    found = [(str(kind), *gap) for kind in SENT_PARTS for gap in answers.missing(questions, parts[kind], targets)]
    if answers.wish_unanswered(parts[PartKind.CHILD].data):  # nobody can answer it any more once the plan is sent
        found.append((str(PartKind.CHILD), "C6", "Answer what {name} wishes: done, trying by a date, or cannot, because."))
    return [(kind, code, fill(sentence, pep.child.called)) for kind, code, sentence in found]


def reasons_against(pep: Pep, parts: Mapping[str, Part], by: User, on: date) -> list[str]:
    """Every sentence of the rules that stops this person from signing this plan off."""
    writers: dict[str, frozenset[int]] = {}
    for kind, user in PartWriter.objects.filter(part__pep=pep).values_list("part__kind", "user"):
        writers[kind] = writers.get(kind, frozenset()) | {user}
    adviser = adviser_of(pep.child, on)
    case = review_rules.Case(
        signer=by.pk,
        submitter=pep.submitted_by_id,
        kind=pep.kind,
        sampled=pep.sampled,
        due_on=pep.due_on,
        on=on,
        adviser=adviser.pk if adviser else None,
        part_states={kind: part.state for kind, part in parts.items()},
        writers=writers,
        wish_is_open=answers.wish_unanswered(parts[PartKind.CHILD].data),
    )
    return review_rules.reasons_against(case)


def _locked(pep_id: uuid.UUID | str) -> Pep:
    """The plan under its lock; whoever writes in a part takes it first, so the parts stand still as well."""
    return Pep.objects.select_for_update(of=("self",)).select_related("child", "cycle", "template").get(pk=pep_id)


def _move(pep: Pep, to: str, **values: Any) -> str:
    """Set the state and what travels with it; the state before."""
    before, pep.state = pep.state, to
    for name, value in values.items():
        setattr(pep, name, value)
    pep.save(update_fields=["state", *values])
    return before


def _complete(pep: Pep, parts: Mapping[str, Part], by: User, now: datetime) -> None:
    """What is sent counts as done; the declaration is kept as the answer to its question, where the plan asks it."""
    if pep.template.questions.filter(code=answers.DECLARATION).exists():
        own = parts[PartKind.SETTING]
        own.data, own.version, own.saved_at, own.saved_by = {**own.data, answers.DECLARATION: DECLARED}, own.version + 1, now, by
    for kind in SENT_PARTS:
        part = parts[kind]
        if part.state != PartState.COMPLETE:
            part.state, part.completed_at, part.completed_by = PartState.COMPLETE, now, by
        part.save()


def _freeze(pep: Pep, by: User, now: datetime) -> Version:
    """The next version with its hash, and its original for each audience in the queue of the worker."""
    frozen = snapshot.build(pep, on=timezone.localdate(now))
    number = 1 + (Version.objects.filter(pep=pep).aggregate(last=Max("number"))["last"] or 0)
    version = Version.objects.create(pep=pep, number=number, snapshot=frozen, sha256=snapshot.digest(frozen), frozen_at=now, frozen_by=by)
    originals = [Print(pep=pep, version=version, purpose=PrintPurpose.ORIGINAL, audience=each, requested_at=now) for each in Audience]
    Print.objects.bulk_create(originals)
    return version


def _end(pep_id: uuid.UUID | str, move: str, verb: str, reason: str, by: User, now: datetime) -> Pep:
    pep = _locked(pep_id)
    require(by, Permission.CANCEL_PEP, pep)
    to = require_move(PEP_MOVES, move, pep.state)
    if not reason.strip():
        raise Refused("Say why this plan ends without being signed off.")
    before = _move(pep, to, ended_at=now, ended_by=by, ended_reason=reason.strip())
    record(actor=by, verb=verb, target=pep, child=pep.child_id, before=before, after=to)
    return pep


def _tell(kind: str, pep: Pep, people: Sequence[User], *, key: str) -> None:
    queue_many([Draft(key=f"{key}:{person.pk}", kind=kind, to=person, about=pep) for person in people])
