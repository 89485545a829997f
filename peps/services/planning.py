"""Opening plans: the nightly sweep, and the first plan of a place that starts in a running cycle. The only door to a new Pep.

One plan a child a cycle is the database's promise, so the sweep can be repeated and two at once are harmless.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery, UUIDField

from accounts.models import User
from audit.services import Act, SystemActor, record_many
from caseload.models import Child, Enrolment, Placement, StatusEpisode
from caseload.scopes import current
from caseload.states import PlacementState, PlanStatus
from core.calendars import Calendar, NoTermDates, plan_due, school_days_of
from core.errors import Refused
from core.models import Cycle
from core.selectors import calendar, current_cycle
from core.transitions import require as require_move
from peps.models import Part, Pep, PepTemplate
from peps.services.templates import NoTemplate, template_for
from peps.states import AGREED, PEP_MOVES, PartKind, PepKind, PepState

SWEEP = SystemActor("peps.open_due")
BATCH = 200
HOLIDAY = "Between two cycles: no plan opens in the holidays."


@dataclass(frozen=True)
class Sweep:
    """What one run did; its text stands beside the heartbeat. `note` says why nothing could open."""

    opened: int = 0
    closed: int = 0
    moved: int = 0
    waiting: int = 0
    note: str = ""

    def __str__(self) -> str:
        counts = f"{self.opened} opened, {self.closed} closed, {self.moved} moved to another setting, {self.waiting} waiting"
        return f"{counts}. {self.note}".strip()


@dataclass
class Round:
    """The running cycle, and what is worked out once for all plans opened in it."""

    cycle: Cycle
    known: Calendar
    on: date
    notes: dict[str, None] = field(default_factory=dict)
    templates: dict[int, PepTemplate | None] = field(default_factory=dict)

    @property
    def last_school_day(self) -> date:
        return school_days_of(self.known, self.cycle.dates_in(self.known))[-1]

    def template(self, school_year: int) -> PepTemplate | None:
        """The questions for a school year; where there are none, a note says so."""
        if school_year not in self.templates:
            try:
                self.templates[school_year] = template_for(school_year)
            except NoTemplate as missing:
                self.templates[school_year] = None
                self.notes[missing.message] = None
        return self.templates[school_year]


def open_due(*, on: date) -> Sweep:
    """Open the plan of every started place whose child has none in the cycle of this day (issue A "The PEP, first form").

    Closes the signed-off plans of past cycles, and lets plans nobody has begun follow the child to another setting. A place that starts
    after the cycle's last school day waits for the next cycle; a looked-after child gets no plan (practice.md 21). In the holidays and
    without term dates nothing opens and the answer says why: no deadline is guessed. A plan that was cancelled with its place counts as
    opened where it goes on in another place. Safe to repeat, and twice at once.
    """
    known = calendar()
    closed = _close_past(known, on)
    try:
        cycle = current_cycle(on, known=known)
    except NoTermDates as missing:
        return Sweep(closed=closed, note=missing.message)
    if cycle is None:
        return Sweep(closed=closed, note=HOLIDAY)
    moved = _follow_moves(on)
    running = Round(cycle, known, on)
    places = list(_places_without_plan(running))
    try:
        resumed = len(_resume(running, actor=SWEEP))
        plans = [plan for place in places if (plan := _plan(place, running))]
    except Refused as impossible:  # closures left the cycle without a school day
        return Sweep(closed=closed, moved=moved, waiting=len(places), note=impossible.message)
    opened = resumed + sum(len(_insert(batch, actor=SWEEP)) for batch in _batches(plans))
    return Sweep(opened, closed, moved, len(places) - len(plans), " ".join(running.notes))


def open_for(*, placement: Placement, on: date, by: User) -> Pep | None:
    """Open the first plan of a place that has just started, in the caller's transaction; None where the sweep would open none either."""
    try:
        known = calendar()
        cycle = current_cycle(on, known=known)
        if cycle is None:
            return None
        running = Round(cycle, known, on)
        if resumed := _resume(running, actor=by, child_id=placement.child_id):
            return resumed[0]
        place = _places_without_plan(running).filter(pk=placement.pk).first()
        plan = _plan(place, running) if place else None
    except NoTermDates:
        return None
    return next(iter(_insert([plan], actor=by)), None) if plan else None


def reference_of(child: Child, cycle: Cycle) -> str:
    """PEP-7K3Q9X-2026-1: the child's opaque reference, the school year's first calendar year, the cycle's number."""
    return f"PEP-{child.reference.removeprefix('VS-')}-{cycle.year_id}-{cycle.number}"


def in_sample(pk: uuid.UUID) -> bool:
    """Whether a plan belongs to the sample for a second reviewer (practice.md 12): settled by its id, so nobody can choose."""
    return int.from_bytes(hashlib.sha256(pk.bytes).digest()[:4], "big") % 100 < settings.REVIEW_SAMPLE_PERCENT


def _places_without_plan(running: Round) -> QuerySet[Placement]:
    planned = Pep.objects.filter(child=OuterRef("child"), cycle=running.cycle)
    return _started_places(running.on).filter(~Exists(planned))


def _started_places(on: date) -> QuerySet[Placement]:
    """The places that plans are for: a looked-after child has another kind of plan."""
    looked_after = StatusEpisode.objects.filter(current(on), child=OuterRef("child"), status=PlanStatus.LOOKED_AFTER)
    places = Placement.objects.filter(~Exists(looked_after), state=PlacementState.STARTED, started_on__lte=on)
    return places.select_related("child").annotate(
        setting_now=_setting_of("child", on),
        agreed_before=Exists(Pep.objects.filter(placement=OuterRef("pk"), state__in=AGREED)),
    )


def _setting_of(child: str, on: date) -> Subquery:
    rolls = Enrolment.objects.filter(current(on), child=OuterRef(child)).order_by("-starts_on")
    return Subquery(rolls.values("setting")[:1], output_field=UUIDField())


def _plan(place: Any, running: Round) -> Pep | None:
    """The unsaved plan of a place, None where it has to wait; raises Refused for a cycle without school days."""
    if place.started_on > running.last_school_day:
        return None
    template = running.template(place.child.school_year(running.on))
    if template is None:
        return None
    plan = Pep(
        reference=reference_of(place.child, running.cycle),
        child=place.child,
        cycle=running.cycle,
        placement=place,
        template=template,
        setting_id=place.setting_now,
        kind=PepKind.TERMLY if place.agreed_before else PepKind.FIRST,
        opened_on=running.on,
        due_on=plan_due(running.known, running.cycle.dates_in(running.known), place.started_on),
    )
    plan.sampled = in_sample(plan.pk)
    return plan


@transaction.atomic
def _insert(plans: list[Pep], *, actor: User | SystemActor) -> list[Pep]:
    """Save plans with their four parts; those that another run saved meanwhile are left out."""
    Pep.objects.bulk_create(plans, ignore_conflicts=True)
    ours = set(Pep.objects.filter(pk__in=[plan.pk for plan in plans]).values_list("pk", flat=True))
    new = [plan for plan in plans if plan.pk in ours]
    Part.objects.bulk_create(Part(pep=plan, kind=kind) for plan in new for kind in PartKind)
    record_many(actor=actor, acts=[Act(verb="pep.opened", target=plan, child=plan.child_id, after=plan.state) for plan in new])
    return new


@transaction.atomic
def _resume(running: Round, *, actor: User | SystemActor, child_id: uuid.UUID | None = None) -> list[Pep]:
    """A plan that was cancelled and whose place ended goes on where the child has another place, with what was written in it.

    There is one plan a child a cycle, so no new one could open; it is a first plan again, due by the start of the new place.
    """
    ended = Pep.objects.filter(state=PepState.CANCELLED, cycle=running.cycle, placement__state=PlacementState.ENDED)
    if child_id is not None:
        ended = ended.filter(child=child_id)
    places: dict[uuid.UUID, Any] = {place.child_id: place for place in _started_places(running.on).filter(child__in=ended.values("child"))}
    resumed, acts = [], []
    for plan in ended.filter(child__in=places).select_for_update(of=("self",)).order_by("pk"):
        place = places[plan.child_id]
        if place.started_on > running.last_school_day:
            continue
        before, plan.state = plan.state, require_move(PEP_MOVES, "resume", plan.state)
        plan.placement, plan.setting_id, plan.kind = place, place.setting_now, PepKind.FIRST
        plan.due_on = plan_due(running.known, running.cycle.dates_in(running.known), place.started_on)
        plan.ended_at, plan.ended_by, plan.ended_reason = None, None, ""
        plan.save(update_fields=["state", "placement", "setting", "kind", "due_on", "ended_at", "ended_by", "ended_reason"])
        resumed.append(plan)
        acts.append(Act(verb="pep.resumed", target=plan, child=plan.child_id, before=before, after=plan.state))
    record_many(actor=actor, acts=acts)
    return resumed


@transaction.atomic
def _close_past(known: Calendar, on: date) -> int:
    """Signed-off plans of cycles that are over become closed."""
    over = {(dates.year, dates.number) for dates in known.cycles if dates.ends_on < on}
    cycles = [cycle.pk for cycle in Cycle.objects.all() if (cycle.year_id, cycle.number) in over]
    plans = list(Pep.objects.select_for_update(of=("self",)).filter(state=PepState.SIGNED_OFF, cycle__in=cycles).order_by("pk"))
    closed = require_move(PEP_MOVES, "close", PepState.SIGNED_OFF)
    for batch in _batches(plans):
        Pep.objects.filter(pk__in=[plan.pk for plan in batch]).update(state=closed)
    acts = [Act(verb="pep.closed", target=plan, child=plan.child_id, before=plan.state, after=closed) for plan in plans]
    record_many(actor=SWEEP, acts=acts)
    return len(plans)


@transaction.atomic
def _follow_moves(on: date) -> int:
    """A plan that nobody has begun goes to the setting where the child is now on roll."""
    unbegun = Pep.objects.select_for_update(of=("self",)).filter(state=PepState.NOT_STARTED).order_by("pk")
    acts = []
    for plan in unbegun.annotate(setting_now=_setting_of("child", on)):
        before, after = plan.setting_id, plan.setting_now
        if before != after:
            Pep.objects.filter(pk=plan.pk).update(setting=after)
            changes = {"setting": {"from": before, "to": after}}
            acts.append(Act(verb="pep.setting_changed", target=plan, child=plan.child_id, changes=changes))
    record_many(actor=SWEEP, acts=acts)
    return len(acts)


def _batches(plans: Iterable[Pep]) -> Iterator[list[Pep]]:
    rest = iter(plans)
    while batch := list(islice(rest, BATCH)):
        yield batch
