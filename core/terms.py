"""The term dates we ship, the function that loads them, and the one door through which people change them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from django.apps import apps as installed_apps
from django.db import transaction

from core.calendars import TERMS_A_YEAR, Calendar, TermDates, working_days_between, year_label
from core.errors import Refused
from core.models import AcademicYear, Cycle, Term

# As published by the council for 2025/26 (domain.md 8.7).
PUBLISHED = {
    2025: (
        (date(2025, 9, 2), date(2025, 10, 24)),
        (date(2025, 11, 3), date(2025, 12, 19)),
        (date(2026, 1, 5), date(2026, 2, 13)),
        (date(2026, 2, 23), date(2026, 4, 2)),
        (date(2026, 4, 20), date(2026, 5, 22)),
        (date(2026, 6, 1), date(2026, 7, 22)),
    )
}
# Not published yet: the last published year moved by whole weeks, marked provisional until somebody saves the real dates.
PROVISIONAL_FROM = {2026: 2025, 2027: 2025}
SAME_WEEKDAY_A_YEAR_LATER = timedelta(days=364)
CYCLE_NUMBERS = (1, 2, 3)

Period = tuple[date, date]


class Registry(Protocol):
    """Django's app registry: the installed one, or the historical one a migration is given."""

    def get_model(self, app_label: str, model_name: str) -> Any: ...


class TermDatesRefused(Refused):
    """The dates contradict each other or their year; `problems` has one sentence a term number, 0 standing for the year as a whole."""

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class SavedTerms:
    """What a change of term dates did, for the caller to record: the terms before (none for a new year) and after."""

    year: int
    before: tuple[TermDates, ...]
    after: tuple[TermDates, ...]

    @property
    def changed(self) -> bool:
        return self.before != self.after


def shipped_terms() -> tuple[TermDates, ...]:
    """The terms of every year we ship, in order: 2025/26 as published, 2026/27 and 2027/28 provisional."""
    published = [
        TermDates(year, number, starts_on, ends_on)
        for year, periods in PUBLISHED.items()
        for number, (starts_on, ends_on) in enumerate(periods, start=1)
    ]
    provisional = [
        TermDates(year, number, starts_on + moved, ends_on + moved, provisional=True)
        for year, source in PROVISIONAL_FROM.items()
        for moved in [SAME_WEEKDAY_A_YEAR_LATER * (year - source)]
        for number, (starts_on, ends_on) in enumerate(PUBLISHED[source], start=1)
    ]
    return (*published, *provisional)


def load_terms(registry: Registry = installed_apps) -> int:
    """Adds the shipped years that are missing, with terms and cycles; returns how many terms were added.

    Safe to repeat: a term that is there keeps its dates, so nothing a person saved is ever overwritten. Migration 0002 calls this with
    its historical models, so it writes only the columns that migration 0001 made.
    """
    year_model, term_model, cycle_model = (registry.get_model("core", name) for name in ("AcademicYear", "Term", "Cycle"))
    added = 0
    with transaction.atomic():
        for term in shipped_terms():
            year_model.objects.get_or_create(starts_in=term.year)
            dates = {"starts_on": term.starts_on, "ends_on": term.ends_on, "provisional": term.provisional}
            _, created = term_model.objects.get_or_create(year_id=term.year, number=term.number, defaults=dates)
            added += created
        for year in {*PUBLISHED, *PROVISIONAL_FROM}:
            for number in CYCLE_NUMBERS:
                cycle_model.objects.get_or_create(year_id=year, number=number)
    return added


@transaction.atomic
def save_terms(*, year: int, periods: Sequence[Period], provisional: bool) -> SavedTerms:
    """Sets the six terms of the school year that starts in `year`, making the year and its cycles if they are new.

    `periods` are first and last day of terms 1 to 6. Raises TermDatesRefused, with nothing changed, if there are not six, if one ends
    before it starts or has no working day, if they overlap or are out of order, if they run into a neighbouring year's terms, or if they
    leave the time from 1 August to 31 August of the next year.
    The caller checks the right and records the change in the same transaction. Due dates already given to plans are not touched here.
    """
    if not 2000 <= year <= 2100:
        raise TermDatesRefused({0: "Enter a school year between 2000/01 and 2100/01."})
    AcademicYear.objects.get_or_create(starts_in=year)
    around = [each.pk for each in AcademicYear.objects.select_for_update().filter(pk__range=(year - 1, year + 1)).order_by("pk")]
    stored = tuple(dates_of(term) for term in Term.objects.filter(year_id__in=around).order_by("year_id", "number"))
    after = tuple(TermDates(year, number, first, last, provisional) for number, (first, last) in enumerate(periods, start=1))
    problems = dict(_problems(year, after, stored))
    if problems:
        raise TermDatesRefused(problems)
    for term in after:
        dates = {"starts_on": term.starts_on, "ends_on": term.ends_on, "provisional": term.provisional}
        Term.objects.update_or_create(year_id=year, number=term.number, defaults=dates)
    for number in CYCLE_NUMBERS:
        Cycle.objects.get_or_create(year_id=year, number=number)
    return SavedTerms(year, tuple(term for term in stored if term.year == year), after)


def dates_of(term: Term) -> TermDates:
    """A row as the plain dates the calendar works with."""
    return TermDates(term.year_id, term.number, term.starts_on, term.ends_on, term.provisional)


def _problems(year: int, terms: Sequence[TermDates], stored: Sequence[TermDates]) -> Iterator[tuple[int, str]]:
    if len(terms) != TERMS_A_YEAR:
        yield 0, f"Enter the dates of all six terms of {year_label(year)}."
        return
    before = next((term for term in reversed(stored) if term.year < year), None)
    after = next((term for term in stored if term.year > year), None)
    previous = before
    for term in terms:
        sentence = _problem_alone(term) or _problem_with_previous(term, previous)
        if sentence:
            yield term.number, sentence
        previous = term
    if after and terms[-1].ends_on >= after.starts_on:
        yield 0, f"Term 6 must end before {year_label(year + 1)} starts on {_words(after.starts_on)}. Change that year first."


def _problem_alone(term: TermDates) -> str:
    earliest, latest = date(term.year, 8, 1), date(term.year + 1, 8, 31)
    if term.ends_on < term.starts_on:
        return f"Term {term.number} must end on or after the day it starts, {_words(term.starts_on)}."
    if term.starts_on < earliest or term.ends_on > latest:
        return f"Term {term.number} must lie between {_words(earliest)} and {_words(latest)}."
    if working_days_between(Calendar(), term.starts_on - timedelta(days=1), term.ends_on) == 0:
        return f"Term {term.number} has only weekends and bank holidays. Check its dates."
    return ""


def _problem_with_previous(term: TermDates, previous: TermDates | None) -> str:
    if previous is None or term.starts_on > previous.ends_on:
        return ""
    whose = f"term {previous.number}" if previous.year == term.year else year_label(previous.year)
    return f"Term {term.number} must start after {whose} ends on {_words(previous.ends_on)}."


def _words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
