"""School days, working days, cycles and due dates as pure functions over dates: no database, no clock, no time zone.

School days are for settings, working days for council staff (practice.md 23). Terms are data; where they are missing, every function
that needs them raises NoTermDates: no deadline is ever guessed. Bank holidays of England come from `holidays`, offline, for any year.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property

from holidays import country_holidays

from core.errors import Refused

CYCLE_NAMES = {1: "Autumn", 2: "Spring", 3: "Summer"}
TERMS_A_YEAR = 6
DUE_SCHOOL_DAYS_BEFORE_END = 10
DUE_WORKING_DAYS_AFTER_START = 20
ONE_DAY = timedelta(days=1)


class NoTermDates(Refused):
    """The term dates of the school year asked for are not known yet."""

    def __init__(self, year: int) -> None:
        super().__init__(f"There are no term dates for the school year {year_label(year)} yet. Ask the Virtual School office to add them.")
        self.year = year


def year_label(year: int) -> str:
    """The school year that starts in `year` as people write it: "2026/27"."""
    return f"{year}/{(year + 1) % 100:02d}"


def cycle_label(year: int, number: int) -> str:
    """A cycle as people write it: "Autumn 2026/27"."""
    return f"{CYCLE_NAMES[number]} {year_label(year)}"


@dataclass(frozen=True)
class TermDates:
    """First and last day of one term, as published; `year` is the calendar year its school year starts in."""

    year: int
    number: int
    starts_on: date
    ends_on: date
    provisional: bool = False


@dataclass(frozen=True)
class CycleDates:
    """The two terms of a cycle and the break between them: from the first day of the first term to the last day of the second."""

    year: int
    number: int
    starts_on: date
    ends_on: date
    provisional: bool = False

    @property
    def label(self) -> str:
        return cycle_label(self.year, self.number)

    def __contains__(self, on: date) -> bool:
        return self.starts_on <= on <= self.ends_on


@dataclass(frozen=True)
class Calendar:
    """Everything the functions below know. A school year counts as known when all its six terms are there."""

    terms: tuple[TermDates, ...] = ()
    closures: frozenset[date] = frozenset()
    extra_bank_holidays: frozenset[date] = frozenset()

    @cached_property
    def years(self) -> dict[int, tuple[TermDates, ...]]:
        """The known school years in order, each with its six terms in order."""
        found: dict[int, list[TermDates]] = {}
        for term in sorted(self.terms, key=lambda term: (term.year, term.number)):
            found.setdefault(term.year, []).append(term)
        return {year: tuple(terms) for year, terms in found.items() if [term.number for term in terms] == list(range(1, TERMS_A_YEAR + 1))}

    @cached_property
    def school_days(self) -> tuple[date, ...]:
        """Every school day of the known years, in order."""
        days = (day for terms in self.years.values() for term in terms for day in _days(term.starts_on, term.ends_on))
        return tuple(sorted(day for day in days if is_working_day(self, day) and day not in self.closures))

    @cached_property
    def cycles(self) -> tuple[CycleDates, ...]:
        """Every cycle of the known years, in order."""
        return tuple(
            CycleDates(year, number, first.starts_on, second.ends_on, first.provisional or second.provisional)
            for year, terms in self.years.items()
            for number, first, second in zip(CYCLE_NAMES, terms[::2], terms[1::2], strict=True)
        )

    def year_of(self, on: date) -> int:
        """The school year of a day: that of the term it lies in, else by 1 September. Raises NoTermDates if that year is not known."""
        _plain(on)
        nearby = (on.year - 1, on.year)
        terms = (term for year in nearby for term in self.years.get(year, ()) if term.starts_on <= on <= term.ends_on)
        within = next(terms, None)
        year = within.year if within else academic_year_start(on)
        if year not in self.years:
            raise NoTermDates(year)
        return year

    def cycle(self, year: int, number: int) -> CycleDates:
        """Cycle 1, 2 or 3 of the school year that starts in `year`. Raises NoTermDates if that year is not known."""
        if year not in self.years:
            raise NoTermDates(year)
        return next(cycle for cycle in self.cycles if (cycle.year, cycle.number) == (year, number))


# Years


def academic_year_start(on: date) -> int:
    """The calendar year in which the academic year (1 September to 31 August) around `on` starts."""
    return on.year if on.month >= 9 else on.year - 1


def ncy(dob: date, on: date) -> int:
    """National curriculum year on a day by date of birth: 0 is Reception, below 0 nursery (domain.md 8.2)."""
    cohort = dob.year + 1 if (dob.month, dob.day) >= (9, 1) else dob.year
    return academic_year_start(on) - cohort - 4


# Working days: council staff. They need no term dates.


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in a calendar year, substitute days included."""
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(calendar: Calendar, on: date) -> bool:
    """Whether council staff work: Monday to Friday, no bank holiday of England, no extra one that was entered."""
    _plain(on)
    return on.weekday() < 5 and on not in bank_holidays(on.year) and on not in calendar.extra_bank_holidays


def add_working_days(calendar: Calendar, on: date, count: int) -> date:
    """The `count`-th working day after `on`, or before it if `count` is negative; `on` itself is never counted. 0 gives `on` as it is."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    for _ in range(abs(count)):
        on += step
        while not is_working_day(calendar, on):
            on += step
    return on


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """How many working days to add to `start` to reach `end`: those after `start`, `end` included; negative if `end` is earlier."""
    if end < start:
        return -sum(is_working_day(calendar, day) for day in _days(end, start - ONE_DAY))
    return sum(is_working_day(calendar, day) for day in _days(start + ONE_DAY, end))


def next_working_day(calendar: Calendar, on: date) -> date:
    """`on` if it is a working day, else the first one after it."""
    return add_working_days(calendar, on - ONE_DAY, 1)


# School days: settings. Every function raises NoTermDates where a school year it has to look into is not known.


def is_school_day(calendar: Calendar, on: date) -> bool:
    """Whether schools are open: a working day within a term that is no INSET day and no other closure."""
    calendar.year_of(on)
    at = bisect_left(calendar.school_days, on)
    return calendar.school_days[at : at + 1] == (on,)


def add_school_days(calendar: Calendar, on: date, count: int) -> date:
    """The `count`-th school day after `on`, or before it if `count` is negative; `on` itself is never counted. 0 gives `on` as it is."""
    year = calendar.year_of(on)
    if count == 0:
        return on
    days = calendar.school_days
    at = bisect_right(days, on) + count - 1 if count > 0 else bisect_left(days, on) + count
    if not 0 <= at < len(days):
        raise NoTermDates(_first_unknown_year(calendar, year, forward=count > 0))
    _require_years(calendar, year, calendar.year_of(days[at]))
    return days[at]


def school_days_between(calendar: Calendar, start: date, end: date) -> int:
    """How many school days to add to `start` to reach `end`: those after `start`, `end` included; negative if `end` is earlier."""
    _require_years(calendar, calendar.year_of(start), calendar.year_of(end))
    count = bisect_left if end < start else bisect_right
    return count(calendar.school_days, end) - count(calendar.school_days, start)


def next_school_day(calendar: Calendar, on: date) -> date:
    """`on` if it is a school day, else the first one after it."""
    return on if is_school_day(calendar, on) else add_school_days(calendar, on, 1)


def previous_school_day(calendar: Calendar, on: date) -> date:
    """`on` if it is a school day, else the last one before it."""
    return on if is_school_day(calendar, on) else add_school_days(calendar, on, -1)


# Cycles and plans


def cycle_of(calendar: Calendar, on: date) -> CycleDates | None:
    """The cycle `on` lies in, half-term breaks included; None in the holidays between cycles. Raises NoTermDates for a year not known."""
    calendar.year_of(on)
    return next((cycle for cycle in calendar.cycles if on in cycle), None)


def upcoming_cycle(calendar: Calendar, on: date) -> CycleDates:
    """The first cycle that starts after `on`. Raises NoTermDates if its year is not known."""
    year = calendar.year_of(on)
    later = (cycle for cycle in calendar.cycles if cycle.year == year and cycle.starts_on > on)
    return next(later, None) or calendar.cycle(year + 1, 1)


def school_days_of(calendar: Calendar, cycle: CycleDates) -> tuple[date, ...]:
    """The school days of a cycle in order; its first and last school day are the ends. Raises Refused if closures leave none."""
    days = calendar.school_days[bisect_left(calendar.school_days, cycle.starts_on) : bisect_right(calendar.school_days, cycle.ends_on)]
    if not days:
        raise Refused(f"{cycle.label} has no school days. Ask the Virtual School office to check its term dates and closures.")
    return days


def plan_due(calendar: Calendar, cycle: CycleDates, place_starts_on: date | None = None) -> date:
    """The day a plan is due: always a school day of its cycle, and never before the place starts (issue A "Calendar").

    The plain rule: 10 school days before the cycle's last school day, the last day itself not counted. Autumn 2025/26 ends on Friday
    19 December, so 18 December is the first day back and Friday 5 December the tenth. (A cycle of 10 school days or fewer: its first one.)

    A place that starts within the cycle (on its first day or later) has until 20 working days after its start if that is later. If that
    day is no school day the plan is due on the school day before it; if it lies beyond the cycle, on the cycle's last school day: a place
    that starts on 18 December 2025 has its plan due on the 19th. Where moving back would pass the start itself (a break of more than
    four weeks), the plan is due on the first school day from the start on. A place that started before the cycle has the plain rule.

    Raises ValueError if the place starts after the cycle's last school day: its first plan belongs to the next cycle.
    """
    days = school_days_of(calendar, cycle)
    due = days[max(0, len(days) - 1 - DUE_SCHOOL_DAYS_BEFORE_END)]
    if place_starts_on is None or place_starts_on < cycle.starts_on:
        return due
    if place_starts_on > days[-1]:
        raise ValueError(f"A place that starts on {place_starts_on} has no plan in {cycle.label}, whose last school day is {days[-1]}.")
    latest = max(due, add_working_days(calendar, place_starts_on, DUE_WORKING_DAYS_AFTER_START))
    moved_back = days[bisect_right(days, latest) - 1]
    return max(moved_back, days[bisect_left(days, place_starts_on)])


# Helpers


def _plain(on: date) -> None:
    if isinstance(on, datetime):
        raise TypeError("A calendar day is asked for: give a date, not a date with a time (timezone.localdate()).")


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _require_years(calendar: Calendar, one: int, other: int) -> None:
    for year in range(min(one, other), max(one, other) + 1):
        if year not in calendar.years:
            raise NoTermDates(year)


def _first_unknown_year(calendar: Calendar, year: int, *, forward: bool) -> int:
    """The first year beyond the known ones, seen from a known `year`."""
    while year in calendar.years:
        year += 1 if forward else -1
    return year
