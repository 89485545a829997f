"""What only the Head does to a pool: a dated extra place, and another size from a day on."""

from datetime import date

from django.db import transaction

from accounts.models import User
from accounts.policies import require
from accounts.roles import Permission
from accounts.scopes import today
from audit.services import record
from caseload.capacity import free_places, held_from, size_on
from caseload.dates import in_words, refuse_far_ahead
from caseload.models import Place, Placement, Pool, PoolSize
from core.errors import Refused

LARGEST = 500


@transaction.atomic
def open_extra(*, pool: str, on: date, until: date, reason: str, by: User) -> Place:
    """Open one more place, for a sibling group or an emergency (practice.md 11); it shows as "71 of 70".

    It can be taken from `on` to the day before `until`; whoever holds it then keeps it. Raises Refused for dates that cross, a missing
    reason and a second send of the same form, and NotAllowed for everybody but the Head.
    """
    require(by, Permission.OPEN_EXTRA_PLACE)
    if until <= on:
        raise Refused(f"The extra place must close after the day it opens, {in_words(on)}.")
    if until <= today():
        raise Refused("The extra place must close on a day to come.")
    refuse_far_ahead(until, today())
    if not reason.strip():
        raise Refused("Enter why the extra place is needed.")
    locked = _locked(pool)
    _refuse_second_send(locked, on, until, reason.strip(), by)
    number = max(_highest(locked), size_on(locked, on)) + 1
    place = Place.objects.create(pool=locked, number=number, opens_on=on, closes_on=until, extra=True, reason=reason.strip(), opened_by=by)
    record(
        actor=by, verb="place.extra_opened", target=place, changes={"pool": locked.pk, "number": number, "opens_on": on, "closes_on": until}
    )
    return place


@transaction.atomic
def resize(*, pool: str, size: int, on: date, by: User, reason: str) -> PoolSize:
    """Give the pool another size from a day on: numbered places are added, or free ones closed from the highest number down.

    Raises Refused below the number of children who hold its ordinary places, for a day before today or before the last change, for the
    size it has already, and without a reason; NotAllowed for everybody but the Head.
    """
    require(by, Permission.OPEN_EXTRA_PLACE)
    locked = _locked(pool)
    _refuse_size(locked, size, on, reason)
    before = size_on(locked, on)
    change = size - Place.objects.filter(pool=locked, extra=False, closes_on=None).count()
    if change > 0:
        _add(locked, change, on)
    else:
        _close(locked, -change, on)
    row, _new = PoolSize.objects.update_or_create(
        pool=locked, starts_on=on, defaults={"size": size, "reason": reason.strip(), "set_by": by}
    )
    record(actor=by, verb="pool.resized", target=locked, before=str(before), after=str(size), changes={"starts_on": on})
    return row


def _locked(pool: str) -> Pool:
    found = Pool.objects.select_for_update(no_key=True).filter(pk=pool).first()
    if found is None:
        raise Refused("Select one of the pools of places.")
    return found


def _refuse_second_send(pool: Pool, on: date, until: date, reason: str, by: User) -> None:
    """The same place again is a button pressed twice; a sister's place has words of its own."""
    again = Place.objects.filter(pool=pool, extra=True, opens_on=on, closes_on=until, reason=reason, opened_by=by).first()
    if again is not None:
        raise Refused(f"This extra place is open already: it is number {again.number}. For one more, say in the reason what it is for.")


def _highest(pool: Pool) -> int:
    return Place.objects.filter(pool=pool).order_by("-number").values_list("number", flat=True).first() or 0


def _refuse_size(pool: Pool, size: int, on: date, reason: str) -> None:
    if not 0 < size <= LARGEST:
        raise Refused(f"Enter a size between 1 and {LARGEST}.")
    if not reason.strip():
        raise Refused("Enter why the size changes.")
    if on < today():
        raise Refused("The size can change from today on, not from a day before.")
    refuse_far_ahead(on, today())
    last = pool.sizes.order_by("-starts_on").first()
    if last and last.starts_on > on:
        raise Refused(f"The size changes to {last.size} on {in_words(last.starts_on)} already. Enter that day or a later one.")
    if last and last.size == size:
        raise Refused(f"The pool has {size} places already. Enter another size.")
    held = Placement.objects.filter(held_from(on), place__pool=pool, place__extra=False).count()
    if size < held:
        raise Refused(f"{held} places are used or offered from {in_words(on)}. Enter {held} or more, or end places first.")


def _add(pool: Pool, count: int, on: date) -> None:
    """Closed numbers open again, lowest first; then new numbers follow, past those of extra places."""
    closed = Place.objects.filter(pool=pool, extra=False, closes_on__isnull=False).order_by("number")
    again = [place.pk for place in closed[:count]]
    Place.objects.filter(pk__in=again).update(closes_on=None)
    taken = set(Place.objects.filter(pool=pool).values_list("number", flat=True))
    numbers = (number for number in range(1, LARGEST + len(taken) + count) if number not in taken)
    Place.objects.bulk_create([Place(pool=pool, number=next(numbers), opens_on=on) for _ in range(count - len(again))])


def _close(pool: Pool, count: int, on: date) -> None:
    """Only free places close: a child keeps the number it has, even above the new size."""
    free = free_places(pool, on).filter(extra=False, closes_on=None).order_by("-number")
    Place.objects.filter(pk__in=[place.pk for place in free[:count]]).update(closes_on=on)
