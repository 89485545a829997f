"""Numbered places: offered, started, ended, given at once; the Head's extra place and a pool's size. The only door to Placement and Place.

The pool's row is locked, the lowest free number is taken, and the database lets one child hold a place and one place one child
(architecture.md 3, point 8). `on` is the day the thing holds from; `ended_on` is the first day without the place.
"""

import uuid
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.roles import Permission
from accounts.scopes import today
from audit.services import record
from caseload.capacity import Counter, counter, counter_from, counters, free_places
from caseload.dates import in_words, refuse_far_ahead
from caseload.locks import locked_child
from caseload.models import Child, Placement, Pool
from caseload.scopes import current
from caseload.states import PLACEMENT_MOVES, EndReason, PlacementState, PlanStatus
from core.calendars import add_school_days
from core.errors import Refused
from core.selectors import calendar
from core.transitions import require as require_move

__all__ = ["Counter", "NoPlaceFree", "allocate", "counter", "counters", "end", "offer", "start"]

ENDED_AS = {"withdraw": "withdrawn", "end": "ended"}  # the audit trail's verb for each move


class NoPlaceFree(Refused):
    """Every place of the pool is held, or there were none yet on that day."""

    def __init__(self, figures: Counter) -> None:
        name = in_sentence(figures.name)
        if not figures.capacity:
            super().__init__(f"There are no {name} on that day. Enter a later one.")
            return
        super().__init__(
            f"All {figures.capacity} {name} are taken: {figures.used} used and {figures.offered} offered. "
            "Wait until one ends, or ask the Virtual School Head to open a dated extra place."
        )


@transaction.atomic
def offer(*, child_id: uuid.UUID | str, pool: str, on: date, by: User, reserved_until: date | None = None) -> Placement:
    """Reserve the lowest free place for a child until a day (without one: settings.PLACE_RESERVED_SCHOOL_DAYS school days).

    Raises NoPlaceFree; Refused for a child who holds a place or is looked after, for dates that cross and for a day to come; NoTermDates;
    NotAllowed.
    """
    child = locked_child(child_id, by, Permission.GIVE_PLACE)
    _not_to_come(on, "offered")
    until = reserved_until or add_school_days(calendar(on), on, settings.PLACE_RESERVED_SCHOOL_DAYS)
    if until < on:
        raise Refused(f"The place must be kept until a day on or after the offer, {in_words(on)}.")
    placement = _take(child, pool, on, by, state=PlacementState.OFFERED, offered_on=on, reserved_until=until)
    record(actor=by, verb="place.offered", target=placement, child=child, after=PlacementState.OFFERED, changes=_what(placement))
    return placement


@transaction.atomic
def allocate(*, child_id: uuid.UUID | str, pool: str, on: date, by: User) -> Placement:
    """Give a child the lowest free place from a day on, which may lie ahead: offer and start at once. Raises as `offer` does."""
    child = locked_child(child_id, by, Permission.GIVE_PLACE)
    placement = _take(child, pool, on, by, state=PlacementState.STARTED, offered_on=min(on, today()), started_on=on)
    record(actor=by, verb="place.allocated", target=placement, child=child, after=PlacementState.STARTED, changes=_what(placement))
    return placement


@transaction.atomic
def start(*, placement_id: uuid.UUID | str, on: date, by: User) -> Placement:
    """Start an offered place on a day. Raises TransitionRefused; Refused for a day before the offer or a looked-after child; NotAllowed."""
    placement = _locked_placement(placement_id, by)
    before, placement.state = placement.state, require_move(PLACEMENT_MOVES, "start", placement.state)
    if on < placement.offered_on:
        raise Refused(f"The place was offered on {in_words(placement.offered_on)}. It can start on that day or later.")
    _refuse_looked_after(placement.child, on)
    refuse_far_ahead(on, today())
    placement.started_on = on
    placement.save(update_fields=["state", "started_on"])
    record(
        actor=by,
        verb="place.started",
        target=placement,
        child=placement.child,
        before=before,
        after=placement.state,
        changes=_what(placement),
    )
    return placement


@transaction.atomic
def end(*, placement_id: uuid.UUID | str, on: date, reason: str, by: User) -> Placement:
    """End a started place, or withdraw an offer; `on` is the first day without it and the number is free at once.

    Raises TransitionRefused; Refused for a day before the start or to come, and for a reason that is none; NotAllowed.
    """
    placement = _locked_placement(placement_id, by)
    move = "withdraw" if placement.state == PlacementState.OFFERED else "end"
    before, placement.state = placement.state, require_move(PLACEMENT_MOVES, move, placement.state)
    began = placement.started_on or placement.offered_on
    if on < began:
        raise Refused(
            f"The place must end on or after the day it {'started' if placement.started_on else 'was offered'}, {in_words(began)}."
        )
    if on > max(today(), began):
        raise Refused("A place ends on the day it is over: enter today or a day before.")
    if reason not in EndReason.values:
        raise Refused("Select why the place ends.")
    placement.ended_on, placement.end_reason = on, reason
    placement.save(update_fields=["state", "ended_on", "end_reason"])
    changes = {**_what(placement), "ended_on": on, "end_reason": reason}
    record(
        actor=by,
        verb=f"place.{ENDED_AS[move]}",
        target=placement,
        child=placement.child,
        before=before,
        after=placement.state,
        changes=changes,
    )
    return placement


def _locked_placement(placement_id: uuid.UUID | str, by: User) -> Placement:
    child_id = Placement.objects.values_list("child", flat=True).get(pk=placement_id)
    child = locked_child(child_id, by, Permission.GIVE_PLACE)
    placement = Placement.objects.select_for_update(of=("self",), no_key=True).select_related("place__pool").get(pk=placement_id)
    placement.child = child
    return placement


def _take(child: Child, pool: str, on: date, by: User, **values: object) -> Placement:
    _refuse_held(child)
    _refuse_looked_after(child, on)
    refuse_far_ahead(on, today())
    # Where the panels' places lie within social care's, both pools' figures decide: lock both, in one order.
    pools = {each.pk: each for each in _to_lock(pool)}
    chosen = pools.get(pool)
    if chosen is None:
        raise Refused("Select one of the pools of places.")
    figures = counter_from(pool, on)
    place = free_places(pool, on).first() if figures.free else None
    if place is None:
        raise NoPlaceFree(figures)
    try:
        with transaction.atomic():
            return Placement.objects.create(child=child, place=place, route=chosen.route, given_by=by, **values)
    except IntegrityError as error:  # another door took the place, or gave the child one, without our locks
        _refuse_held(child)
        raise NoPlaceFree(counter_from(pool, on)) from error


def _to_lock(pool: str) -> list[Pool]:
    pools = Pool.objects.select_for_update(no_key=True).order_by("pk")
    return list(pools.filter(pk=pool) if settings.PANEL_PLACES_BESIDE else pools)


def _refuse_held(child: Child) -> None:
    held = child.placements.exclude(state=PlacementState.ENDED).select_related("place__pool").first()
    if held is None:
        return
    words = "has" if held.state == PlacementState.STARTED else "has been offered"
    raise Refused(f"{child.called} already {words} {place_words(held)}. End that place first.")


def _refuse_looked_after(child: Child, on: date) -> None:
    if child.statuses.filter(current(on), status=PlanStatus.LOOKED_AFTER).exists():
        raise Refused(
            f"{child.called} is looked after. Places are for children in need and on a child protection plan: tell the looked-after team."
        )


def _not_to_come(on: date, done: str) -> None:
    if on > today():
        raise Refused(f"Enter the day the place was {done}: today or a day before.")


def place_words(placement: Placement) -> str:
    """The place in a sentence: "social care place 12"."""
    return f"{placement.place.pool.name.lower()} place {placement.place.number}"


def in_sentence(name: str) -> str:
    """A counter's name within a sentence."""
    return name[:1].lower() + name[1:]


def _what(placement: Placement) -> dict[str, object]:
    return {
        "pool": placement.place.pool_id,
        "number": placement.place.number,
        "offered_on": placement.offered_on,
        "started_on": placement.started_on,
        "reserved_until": placement.reserved_until,
    }
