"""Term dates as data: what is shipped, loading it again, reading it, and the door for changing it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import selectors
from core.calendars import NoTermDates, TermDates, is_school_day, is_working_day, plan_due
from core.models import AcademicYear, ClosureDay, Cycle, Term
from core.terms import TermDatesRefused, dates_of, load_terms, save_terms, shipped_terms

pytestmark = pytest.mark.django_db

SCHOOLS_CLOSED = date(2026, 10, 30)


def periods_of(year):
    """The shipped dates moved to `year`, as a page would send them."""
    moved = timedelta(days=364 * (year - 2025))
    return [(term.starts_on + moved, term.ends_on + moved) for term in shipped_terms() if term.year == 2025]


def stored(year):
    return tuple(dates_of(term) for term in Term.objects.filter(year_id=year).order_by("number"))


# What is shipped


def test_the_shipped_dates_of_each_year():
    terms = {(term.year, term.number): term for term in shipped_terms()}
    assert len(terms) == 18
    assert terms[2025, 2] == TermDates(2025, 2, date(2025, 11, 3), date(2025, 12, 19))
    assert terms[2025, 6] == TermDates(2025, 6, date(2026, 6, 1), date(2026, 7, 22))
    assert terms[2026, 1] == TermDates(2026, 1, date(2026, 9, 1), date(2026, 10, 23), provisional=True)
    assert terms[2027, 1] == TermDates(2027, 1, date(2027, 8, 31), date(2027, 10, 22), provisional=True)
    assert {year for (year, _), term in terms.items() if term.provisional} == {2026, 2027}


def test_moved_terms_keep_their_weekdays():
    terms = shipped_terms()
    for published, moved in zip(terms[:6] * 2, terms[6:], strict=True):
        assert (moved.starts_on.weekday(), moved.ends_on.weekday()) == (published.starts_on.weekday(), published.ends_on.weekday())


def test_the_migration_loaded_the_shipped_terms_and_cycles():
    assert tuple(dates_of(term) for term in Term.objects.all()) == shipped_terms()
    assert [cycle.label for cycle in Cycle.objects.filter(year_id=2026)] == ["Autumn 2026/27", "Spring 2026/27", "Summer 2026/27"]
    assert [str(year) for year in AcademicYear.objects.all()] == ["2025/26", "2026/27", "2027/28"]


def test_loading_again_adds_only_what_is_missing_and_keeps_what_people_saved():
    Term.objects.filter(year_id=2026, number=6).update(ends_on=date(2027, 7, 20), provisional=False)
    Term.objects.filter(year_id=2027).delete()
    Cycle.objects.filter(year_id=2027).delete()
    AcademicYear.objects.filter(pk=2027).delete()
    assert load_terms() == 6
    assert load_terms() == 0
    assert stored(2027) == shipped_terms()[12:]
    assert Cycle.objects.filter(year_id=2027).count() == 3
    assert stored(2026)[5] == TermDates(2026, 6, date(2027, 5, 31), date(2027, 7, 20))


# What the database refuses


@pytest.mark.parametrize(
    ("number", "first", "last", "constraint"),
    [
        (7, date(2025, 9, 2), date(2025, 9, 3), "term_number_1_to_6"),
        (0, date(2025, 9, 2), date(2025, 9, 3), "term_number_1_to_6"),
        (1, date(2025, 9, 3), date(2025, 9, 2), "term_dates_in_order"),
    ],
)
def test_the_database_refuses_an_impossible_term(number, first, last, constraint):
    year = AcademicYear.objects.create(starts_in=2040)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Term.objects.create(year=year, number=number, starts_on=first, ends_on=last)


@pytest.mark.parametrize(
    "second",
    [
        lambda: Term.objects.create(year_id=2025, number=1, starts_on=date(2025, 9, 2), ends_on=date(2025, 9, 3)),
        lambda: Cycle.objects.create(year_id=2025, number=1),
        lambda: Cycle.objects.create(year_id=2025, number=4),
        lambda: AcademicYear.objects.create(starts_in=1999),
        lambda: ClosureDay.objects.create(on=SCHOOLS_CLOSED, name="Snow", kind="snow"),
        lambda: ClosureDay.objects.bulk_create([ClosureDay(on=SCHOOLS_CLOSED, name="INSET"), ClosureDay(on=SCHOOLS_CLOSED, name="Flood")]),
    ],
)
def test_the_database_refuses_doubles_and_unknown_values(second):
    with pytest.raises(IntegrityError), transaction.atomic():
        second()


# Reading


def test_the_calendar_takes_two_statements_however_much_there_is():
    def statements(ask):
        with CaptureQueriesContext(connection) as queries:
            ask()
        return len(queries)

    assert statements(selectors.calendar) == 2
    save_terms(year=2028, periods=periods_of(2028), provisional=True)
    ClosureDay.objects.bulk_create(ClosureDay(on=date(2026, 11, 2) + timedelta(days=day), name="Works") for day in range(20))
    assert statements(selectors.calendar) == 2
    known = selectors.calendar()
    assert statements(lambda: selectors.current_cycle(date(2026, 11, 23), known=known)) == 1
    assert statements(lambda: selectors.upcoming_cycle(date(2026, 11, 23))) == 3
    assert statements(lambda: [(list(year.terms.all()), list(year.cycles.all())) for year in selectors.academic_years()]) == 3


def test_closures_reach_the_calendar_by_their_kind():
    ClosureDay.objects.create(on=date(2026, 11, 2), name="INSET day")
    ClosureDay.objects.create(on=date(2026, 11, 3), name="Burst main", kind=ClosureDay.Kind.CLOSURE)
    ClosureDay.objects.create(on=date(2026, 11, 4), name="State funeral", kind=ClosureDay.Kind.BANK_HOLIDAY)
    calendar = selectors.calendar()
    days = [date(2026, 11, day) for day in (2, 3, 4, 5)]
    assert [is_school_day(calendar, day) for day in days] == [False, False, False, True]
    assert [is_working_day(calendar, day) for day in days] == [True, True, False, True]


def test_current_and_upcoming_cycle_are_rows():
    assert selectors.current_cycle(date(2026, 11, 23)) == Cycle.objects.get(year_id=2026, number=Cycle.Number.AUTUMN)
    assert selectors.current_cycle(date(2026, 12, 25)) is None
    upcoming = selectors.upcoming_cycle(date(2026, 12, 25))
    assert (upcoming.label, upcoming.code, upcoming.name) == ("Spring 2026/27", "spring", "Spring")
    calendar = selectors.calendar()
    assert plan_due(calendar, upcoming.dates_in(calendar)) == date(2027, 3, 16)


def test_a_year_without_term_dates_is_said_not_guessed():
    asks = [selectors.calendar, selectors.current_cycle, selectors.upcoming_cycle]
    for ask in asks:
        with pytest.raises(NoTermDates, match="2029/30"):
            ask(date(2029, 11, 1))
    Term.objects.filter(year_id=2026, number=4).delete()
    for ask in asks:
        with pytest.raises(NoTermDates, match="2026/27"):
            ask(date(2026, 11, 23))


# Changing


def test_saving_replaces_a_years_dates_and_tells_what_was_there():
    periods = periods_of(2026)
    periods[5] = (date(2027, 6, 7), date(2027, 7, 23))
    before = stored(2026)
    saved = save_terms(year=2026, periods=periods, provisional=False)
    assert saved.before == before
    assert saved.after == stored(2026)
    assert saved.changed
    assert stored(2026)[5] == TermDates(2026, 6, date(2027, 6, 7), date(2027, 7, 23))
    assert not any(term.provisional for term in stored(2026))
    assert not save_terms(year=2026, periods=periods, provisional=False).changed


def test_saving_a_new_year_makes_its_cycles():
    saved = save_terms(year=2028, periods=periods_of(2028), provisional=True)
    assert saved.before == ()
    assert Cycle.objects.filter(year_id=2028).count() == 3
    assert selectors.current_cycle(date(2028, 11, 20)).label == "Autumn 2028/29"


def refused(year, periods):
    """The sentences of a refusal, after making sure that nothing was written."""
    before = list(Term.objects.values_list()), AcademicYear.objects.count()
    with pytest.raises(TermDatesRefused) as refusal:
        save_terms(year=year, periods=periods, provisional=False)
    assert (list(Term.objects.values_list()), AcademicYear.objects.count()) == before
    assert refusal.value.message == " ".join(refusal.value.problems.values())
    return refusal.value.problems


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        (
            {2: (date(2026, 11, 2), date(2026, 11, 1))},
            {2: "Term 2 must end on or after the day it starts, Monday 2 November 2026."},
        ),
        (
            {2: (date(2026, 10, 23), date(2026, 12, 18))},
            {2: "Term 2 must start after term 1 ends on Friday 23 October 2026."},
        ),
        (
            {1: (date(2026, 7, 30), date(2026, 10, 23))},
            {1: "Term 1 must lie between Saturday 1 August 2026 and Tuesday 31 August 2027."},
        ),
        (
            {4: (date(2027, 2, 20), date(2027, 2, 21))},
            {4: "Term 4 has only weekends and bank holidays. Check its dates."},
        ),
        (
            {6: (date(2027, 5, 31), date(2027, 8, 31))},
            {0: "Term 6 must end before 2027/28 starts on Tuesday 31 August 2027. Change that year first."},
        ),
        (
            {3: (date(2027, 1, 4), date(2027, 1, 3)), 5: (date(2027, 4, 1), date(2027, 5, 21))},
            {
                3: "Term 3 must end on or after the day it starts, Monday 4 January 2027.",
                5: "Term 5 must start after term 4 ends on Thursday 1 April 2027.",
            },
        ),
    ],
)
def test_contradictions_are_refused_in_words_and_change_nothing(changes, problems):
    periods = [changes.get(number, period) for number, period in enumerate(periods_of(2026), start=1)]
    assert refused(2026, periods) == problems


def test_a_year_may_not_start_before_the_last_one_ended():
    save_terms(year=2025, periods=[*periods_of(2025)[:5], (date(2026, 6, 1), date(2026, 8, 20))], provisional=False)
    periods = [(date(2026, 8, 17), date(2026, 10, 23)), *periods_of(2026)[1:]]
    assert refused(2026, periods) == {1: "Term 1 must start after 2025/26 ends on Thursday 20 August 2026."}


def test_all_six_terms_are_wanted_and_a_new_year_is_not_left_behind():
    assert refused(2028, periods_of(2028)[:5]) == {0: "Enter the dates of all six terms of 2028/29."}
    assert refused(1925, periods_of(2025)) == {0: "Enter a school year between 2000/01 and 2100/01."}
