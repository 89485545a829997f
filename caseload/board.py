"""The places page: every numbered place, and who holds it as far as the reader may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from caseload.capacity import Counter, counters, open_on
from caseload.models import Child, Place, Placement
from caseload.models.place import TAKEN
from caseload.states import PlacementState


@dataclass(frozen=True)
class Row:
    """One numbered place; `child` and `placement` only for somebody who may see the child, else the place just shows as taken."""

    place: Place
    taken: bool
    offered: bool = False
    child: Child | None = None
    placement: Placement | None = None
    overdue: bool = False


@dataclass(frozen=True)
class Board:
    """A pool with its figures and its rows."""

    counter: Counter
    rows: list[Row]

    @property
    def shown(self) -> list[Row]:
        """The rows that say something: held places, and extra ones with their reason and end."""
        return [row for row in self.rows if row.taken or row.place.extra]

    @property
    def free_numbers(self) -> str:
        """The numbers of the other places, in ranges: "3, 16 to 70"; empty where none is free."""
        return ranges(row.place.number for row in self.rows if not row.taken and not row.place.extra)


def ranges(numbers: Iterable[int]) -> str:
    """Numbers in rising order as people write them: 3, 16 to 70."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][-1] == number - 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return ", ".join(" to ".join(str(end) for end in run) for run in found)


def boards(user: User, on: date) -> list[Board]:
    """Every pool's places that are open or held on a day, in seven statements whatever the number of children."""
    held = Placement.objects.filter(TAKEN, place=OuterRef("pk"))
    places = list(Place.objects.filter(open_on(on) | Q(Exists(held))).order_by("pool__order", "number"))
    holders = {each.place_id: each for each in Placement.objects.filter(TAKEN)}
    seen = _seen(user, [each.child_id for each in holders.values()])
    rows: dict[str, list[Row]] = {}
    for place in places:
        rows.setdefault(place.pool_id, []).append(_row(place, holders.get(place.pk), seen, on))
    return [Board(figures, rows.get(figures.code, [])) for figures in counters(on)]


def _seen(user: User, children: Iterable[object]) -> dict[object, Child]:
    return Child.objects.visible_to(user).in_bulk(list(children))


def _row(place: Place, placement: Placement | None, seen: dict[object, Child], on: date) -> Row:
    if placement is None:
        return Row(place, taken=False)
    child = seen.get(placement.child_id)
    if child is None:
        return Row(place, taken=True)
    offered = placement.state == PlacementState.OFFERED
    overdue = bool(offered and placement.reserved_until and placement.reserved_until < on)
    return Row(place, taken=True, offered=offered, child=child, placement=placement, overdue=overdue)
