"""How many places are used, offered and free on a day; read only, and the same figures that decide whether a place can be given."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from caseload.models import Place, Placement, Pool, PoolSize
from caseload.states import PlacementState, Route


@dataclass(frozen=True)
class Counter:
    """One pool on one day; `extra` are the Head's dated extra places open on it, so `used` may stand above `size`: "71 of 70"."""

    code: str
    name: str
    size: int
    used: int
    offered: int
    free: int
    extra: int = 0

    @property
    def capacity(self) -> int:
        """How many children the pool may hold: its size and the extra places."""
        return self.size + self.extra


def open_on(on: date) -> Q:
    """Places that can be taken on a day."""
    return Q(opens_on__lte=on) & (Q(closes_on=None) | Q(closes_on__gt=on))


def held_on(on: date) -> Q:
    """Placements that hold their place on a day: offered by then and not ended."""
    return Q(offered_on__lte=on) & (Q(ended_on=None) | Q(ended_on__gt=on))


def held_from(on: date) -> Q:
    """Placements that hold their place on a day or on any later one: a place given back in time must be free until now."""
    return Q(ended_on=None) | Q(ended_on__gt=on)


def counters(on: date) -> list[Counter]:
    """Every pool's figures on a day, in four statements."""
    return _counters(on, held_on(on))


def counter(pool: Pool | str, on: date) -> Counter:
    """One pool's figures on a day, in four statements. Raises Pool.DoesNotExist for a code that is not there."""
    return _pick(counters(on), pool)


def counter_from(pool: Pool | str, on: date) -> Counter:
    """One pool's figures for giving a place from a day on: whoever holds one then or later counts. Raises Pool.DoesNotExist."""
    return _pick(_counters(on, held_from(on)), pool)


def size_on(pool: Pool | str, on: date) -> int:
    """The pool's size on a day; 0 before it began."""
    size = PoolSize.objects.filter(pool=pool, starts_on__lte=on).order_by("-starts_on").values_list("size", flat=True).first()
    return size or 0


def free_places(pool: Pool | str, on: date) -> QuerySet[Place]:
    """The numbered places of a pool open on a day that nobody holds then or later, lowest number first."""
    held = Placement.objects.filter(held_from(on), place=OuterRef("pk"))
    return Place.objects.filter(open_on(on), ~Exists(held), pool=pool).order_by("number")


def _pick(figures: list[Counter], pool: Pool | str) -> Counter:
    code = getattr(pool, "pk", pool)
    found = next((each for each in figures if each.code == code), None)
    if found is None:
        raise Pool.DoesNotExist(code)
    return found


def _counters(on: date, held: Q) -> list[Counter]:
    pools = list(Pool.objects.all())
    sizes: dict[str, int] = {}
    for code, size in PoolSize.objects.filter(starts_on__lte=on).order_by("starts_on").values_list("pool", "size"):
        sizes[code] = size
    rows = _open_places(on, held)
    children = _children(on, held)
    figures = {pool.pk: _figures(pool, sizes.get(pool.pk, 0), rows.get(pool.pk, {}), children.get(pool.pk, {})) for pool in pools}
    if not settings.PANEL_PLACES_BESIDE:
        figures = _panel_within(pools, figures)
    return [figures[pool.pk] for pool in pools]


def _open_places(on: date, held: Q) -> dict[str, Any]:
    holder = Exists(Placement.objects.filter(held, place=OuterRef("pk")))
    lines = Place.objects.filter(open_on(on)).annotate(taken=holder).order_by().values("pool")
    lines = lines.annotate(free=Count("pk", filter=Q(taken=False)), extra=Count("pk", filter=Q(extra=True)))
    return {line["pool"]: line for line in lines}


def _children(on: date, held: Q) -> dict[str, Any]:
    begun = ~Q(state=PlacementState.OFFERED) & Q(started_on__lte=on)
    lines = Placement.objects.filter(held).order_by().values("place__pool")
    lines = lines.annotate(used=Count("pk", filter=begun), held=Count("pk"))
    return {line["place__pool"]: line for line in lines}


def _figures(pool: Pool, size: int, rows: dict[str, int], children: dict[str, int]) -> Counter:
    used, held, extra = children.get("used", 0), children.get("held", 0), rows.get("extra", 0)
    free = max(0, min(rows.get("free", 0), size + extra - held))
    return Counter(code=pool.pk, name=f"{pool.name} places", size=size, used=used, offered=held - used, free=free, extra=extra)


def _panel_within(pools: list[Pool], figures: dict[str, Counter]) -> dict[str, Counter]:
    """The panels' places are some of social care's (practice.md 11): their children count there too, and both must have room."""
    outer = next(pool.pk for pool in pools if pool.route == Route.SOCIAL_CARE)
    used, offered = sum(each.used for each in figures.values()), sum(each.offered for each in figures.values())
    own = figures[outer]
    room = max(0, own.capacity - used - offered)
    within = {
        code: Counter(each.code, each.name, each.size, each.used, each.offered, min(each.free, room), each.extra)
        for code, each in figures.items()
    }
    within[outer] = Counter(outer, own.name, own.size, used, offered, min(own.free, room), own.extra)
    return within
