"""Reading the calendar out of the database into the plain dates of core.calendars, in a fixed number of statements."""

from datetime import date

from django.db.models import QuerySet

from core.calendars import Calendar, cycle_of
from core.calendars import upcoming_cycle as next_dates
from core.models import AcademicYear, ClosureDay, Cycle, Term
from core.terms import dates_of


def calendar(on: date | None = None) -> Calendar:
    """All terms and closures, in two statements. With `on`, raises NoTermDates unless the school year of that day is known."""
    terms = tuple(dates_of(term) for term in Term.objects.order_by("year_id", "number"))
    closures: set[date] = set()
    bank_holidays: set[date] = set()
    for day, kind in ClosureDay.objects.values_list("on", "kind"):
        (bank_holidays if kind == ClosureDay.Kind.BANK_HOLIDAY else closures).add(day)
    found = Calendar(terms, frozenset(closures), frozenset(bank_holidays))
    if on is not None:
        found.year_of(on)
    return found


def current_cycle(on: date, *, known: Calendar | None = None) -> Cycle | None:
    """The cycle `on` lies in, None in the holidays between cycles; raises NoTermDates for a year not known.

    Three statements, or one if the calendar is already `known`.
    """
    dates = cycle_of(known or calendar(), on)
    return Cycle.objects.get(year_id=dates.year, number=dates.number) if dates else None


def upcoming_cycle(on: date, *, known: Calendar | None = None) -> Cycle:
    """The first cycle that starts after `on`; raises NoTermDates if its year is not known. Statements as for `current_cycle`."""
    dates = next_dates(known or calendar(), on)
    return Cycle.objects.get(year_id=dates.year, number=dates.number)


def academic_years() -> QuerySet[AcademicYear]:
    """The years in order, each with its terms and cycles, in three statements: for the page of term dates and for filters."""
    return AcademicYear.objects.prefetch_related("terms", "cycles")
