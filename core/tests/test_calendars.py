"""The calendar's arithmetic: days computed by hand from the published dates, then properties over three years."""

import time
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import calendars
from core.calendars import Calendar, CycleDates, NoTermDates, TermDates, plan_due
from core.errors import Refused
from core.terms import shipped_terms

THREE_YEARS = Calendar(terms=shipped_terms())
# As on gov.uk, substitute days in place of weekend dates.
BANK_HOLIDAYS = {
    *(date(2025, m, d) for m, d in [(1, 1), (4, 18), (4, 21), (5, 5), (5, 26), (8, 25), (12, 25), (12, 26)]),
    *(date(2026, m, d) for m, d in [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]),
    *(date(2027, m, d) for m, d in [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)]),
    *(date(2028, m, d) for m, d in [(1, 3), (4, 14), (4, 17), (5, 1), (5, 29), (8, 28), (12, 25), (12, 26)]),
}
FIRST_DAY, LAST_DAY = date(2025, 9, 1), date(2028, 8, 31)
days = st.dates(FIRST_DAY, LAST_DAY)
school_days = st.sampled_from(THREE_YEARS.school_days)
counts = st.integers(-60, 60)
cycles = st.sampled_from(THREE_YEARS.cycles)
relaxed = settings(deadline=None, max_examples=200)


def autumn_2025(calendar=THREE_YEARS):
    return calendar.cycle(2025, 1)


def with_closures(*closed):
    return replace(THREE_YEARS, closures=frozenset(closed))


@pytest.fixture
def process_zone(monkeypatch):
    """Sets the time zone of the process, and gives the old one back."""

    def change(zone):
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield change
    monkeypatch.undo()
    time.tzset()


# Years and national curriculum years


@pytest.mark.parametrize(
    ("on", "year"), [(date(2026, 8, 31), 2025), (date(2026, 9, 1), 2026), (date(2027, 1, 1), 2026), (date(2027, 8, 31), 2026)]
)
def test_the_academic_year_turns_on_1_september(on, year):
    assert calendars.academic_year_start(on) == year


def test_a_term_that_begins_in_august_belongs_to_its_own_year():
    assert THREE_YEARS.year_of(date(2027, 8, 31)) == 2027
    assert THREE_YEARS.year_of(date(2027, 8, 30)) == 2026
    assert THREE_YEARS.year_of(date(2026, 9, 1)) == 2026
    assert calendars.cycle_of(THREE_YEARS, date(2027, 8, 31)) == THREE_YEARS.cycle(2027, 1)


@pytest.mark.parametrize(("year", "label"), [(2026, "2026/27"), (2099, "2099/00"), (2009, "2009/10")])
def test_labels(year, label):
    assert calendars.year_label(year) == label
    assert calendars.cycle_label(year, 2) == f"Spring {label}"


@pytest.mark.parametrize(
    ("dob", "expected"),
    [
        (date(2010, 8, 31), 12),
        (date(2010, 9, 1), 11),
        (date(2011, 8, 31), 11),
        (date(2021, 9, 1), 0),
        (date(2022, 8, 31), 0),
        (date(2022, 9, 1), -1),
        (date(2012, 2, 29), 10),
    ],
)
def test_national_curriculum_year_by_date_of_birth(dob, expected):
    assert calendars.ncy(dob, date(2026, 11, 23)) == expected


@given(st.dates(date(2005, 1, 1), date(2024, 12, 31)), days)
@relaxed
def test_a_child_moves_up_one_year_each_1_september_and_on_no_other_day(dob, on):
    turned = (on.month, on.day) == (9, 1)
    assert calendars.ncy(dob, on) - calendars.ncy(dob, on - timedelta(days=1)) == int(turned)


# Working days and school days by hand


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2028])
def test_bank_holidays_are_those_of_gov_uk(year):
    on_weekdays = {day for day in calendars.bank_holidays(year) if day.weekday() < 5}
    assert on_weekdays == {day for day in BANK_HOLIDAYS if day.year == year}


def test_an_extra_bank_holiday_stops_work_and_school():
    extra = date(2026, 6, 15)
    calendar = replace(THREE_YEARS, extra_bank_holidays=frozenset([extra]))
    assert calendars.is_working_day(THREE_YEARS, extra)
    assert calendars.is_school_day(THREE_YEARS, extra)
    assert not calendars.is_working_day(calendar, extra)
    assert not calendars.is_school_day(calendar, extra)


def test_an_inset_day_stops_school_but_not_work():
    inset = date(2025, 11, 3)
    calendar = with_closures(inset)
    assert calendars.is_working_day(calendar, inset)
    assert not calendars.is_school_day(calendar, inset)
    assert calendars.next_school_day(calendar, date(2025, 10, 25)) == date(2025, 11, 4)


@pytest.mark.parametrize(
    ("on", "count", "expected"),
    [
        (date(2025, 12, 24), 1, date(2025, 12, 29)),  # over Christmas Day, Boxing Day and a weekend
        (date(2025, 11, 10), 20, date(2025, 12, 8)),
        (date(2026, 4, 7), -1, date(2026, 4, 2)),  # over Easter
        (date(2025, 11, 8), 1, date(2025, 11, 10)),  # from a Saturday
        (date(2025, 11, 8), -1, date(2025, 11, 7)),
        (date(2025, 11, 8), 0, date(2025, 11, 8)),
    ],
)
def test_adding_working_days(on, count, expected):
    assert calendars.add_working_days(THREE_YEARS, on, count) == expected


@pytest.mark.parametrize(
    ("on", "count", "expected"),
    [
        (date(2025, 10, 24), 1, date(2025, 11, 3)),  # over half term
        (date(2026, 1, 5), -1, date(2025, 12, 19)),  # over Christmas
        (date(2026, 7, 22), 1, date(2026, 9, 1)),  # over the summer into a provisional year
        (date(2027, 7, 21), 1, date(2027, 8, 31)),
        (date(2027, 5, 21), 1, date(2027, 6, 1)),  # term 6 is said to start on the spring bank holiday
        (date(2025, 12, 19), -10, date(2025, 12, 5)),
        (date(2025, 12, 25), 0, date(2025, 12, 25)),
    ],
)
def test_adding_school_days(on, count, expected):
    assert calendars.add_school_days(THREE_YEARS, on, count) == expected


def test_rolling_to_a_day():
    christmas, monday = date(2025, 12, 25), date(2025, 11, 10)
    assert calendars.next_school_day(THREE_YEARS, christmas) == date(2026, 1, 5)
    assert calendars.previous_school_day(THREE_YEARS, christmas) == date(2025, 12, 19)
    assert calendars.next_working_day(THREE_YEARS, christmas) == date(2025, 12, 29)
    for roll in (calendars.next_school_day, calendars.previous_school_day, calendars.next_working_day):
        assert roll(THREE_YEARS, monday) == monday


def test_a_moment_is_not_a_day():
    moment = datetime(2025, 12, 25, 9, 0)
    for ask in (calendars.is_working_day, calendars.is_school_day, calendars.next_working_day, calendars.cycle_of):
        with pytest.raises(TypeError, match="give a date"):
            ask(THREE_YEARS, moment)


# Cycles


@pytest.mark.parametrize(
    ("year", "number", "first", "last", "due"),
    [
        (2025, 1, date(2025, 9, 2), date(2025, 12, 19), date(2025, 12, 5)),
        (2025, 2, date(2026, 1, 5), date(2026, 4, 2), date(2026, 3, 19)),
        (2025, 3, date(2026, 4, 20), date(2026, 7, 22), date(2026, 7, 8)),
        (2026, 1, date(2026, 9, 1), date(2026, 12, 18), date(2026, 12, 4)),
        (2026, 2, date(2027, 1, 4), date(2027, 4, 1), date(2027, 3, 16)),  # Easter lies within term 4 of the moved dates
        (2026, 3, date(2027, 4, 19), date(2027, 7, 21), date(2027, 7, 7)),
        (2027, 1, date(2027, 8, 31), date(2027, 12, 17), date(2027, 12, 3)),
        (2027, 2, date(2028, 1, 4), date(2028, 3, 30), date(2028, 3, 16)),  # 3 January is the substitute bank holiday
        (2027, 3, date(2028, 4, 18), date(2028, 7, 19), date(2028, 7, 5)),  # 17 April is Easter Monday
    ],
)
def test_first_and_last_school_day_and_due_day_of_each_cycle(year, number, first, last, due):
    cycle = THREE_YEARS.cycle(year, number)
    school = calendars.school_days_of(THREE_YEARS, cycle)
    assert (school[0], school[-1]) == (first, last)
    assert plan_due(THREE_YEARS, cycle) == due
    assert cycle.provisional == (year > 2025)


@pytest.mark.parametrize("number", [1, 2])
def test_one_provisional_term_makes_its_cycle_provisional(number):
    terms = [replace(term, provisional=(term.year, term.number) == (2026, number)) for term in shipped_terms()]
    assert [cycle.label for cycle in Calendar(tuple(terms)).cycles if cycle.provisional] == ["Autumn 2026/27"]


def test_half_term_is_in_its_cycle_and_holidays_are_in_none():
    assert calendars.cycle_of(THREE_YEARS, date(2026, 2, 18)) == THREE_YEARS.cycle(2025, 2)
    assert calendars.cycle_of(THREE_YEARS, date(2025, 12, 25)) is None
    assert calendars.cycle_of(THREE_YEARS, date(2025, 9, 1)) is None


@pytest.mark.parametrize(
    ("on", "label"),
    [
        (date(2025, 9, 1), "Autumn 2025/26"),
        (date(2025, 9, 2), "Spring 2025/26"),
        (date(2025, 12, 25), "Spring 2025/26"),
        (date(2026, 8, 15), "Autumn 2026/27"),
        (date(2027, 8, 31), "Spring 2027/28"),
    ],
)
def test_the_upcoming_cycle_is_the_first_that_starts_later(on, label):
    assert calendars.upcoming_cycle(THREE_YEARS, on).label == label


# When a plan is due


@pytest.mark.parametrize(
    ("starts_on", "due"),
    [
        (date(2025, 8, 20), date(2025, 12, 5)),  # before the cycle
        (date(2025, 9, 2), date(2025, 12, 5)),
        (date(2025, 11, 7), date(2025, 12, 5)),  # 20 working days end on the same day
        (date(2025, 11, 10), date(2025, 12, 8)),
        (date(2025, 11, 21), date(2025, 12, 19)),
        (date(2025, 11, 24), date(2025, 12, 19)),  # would be 22 December: the cycle's last school day
        (date(2025, 12, 18), date(2025, 12, 19)),
        (date(2025, 12, 19), date(2025, 12, 19)),
    ],
)
def test_a_place_that_starts_in_the_cycle_gets_20_working_days(starts_on, due):
    assert plan_due(THREE_YEARS, autumn_2025(), starts_on) == due


def test_a_due_day_that_is_closed_moves_back_to_a_school_day():
    calendar = with_closures(date(2025, 12, 8))
    assert plan_due(calendar, autumn_2025(calendar), date(2025, 11, 10)) == date(2025, 12, 5)


def test_closures_at_the_end_of_a_cycle_move_its_last_school_day():
    calendar = with_closures(date(2025, 12, 18), date(2025, 12, 19))
    assert plan_due(calendar, autumn_2025(calendar)) == date(2025, 12, 3)
    assert plan_due(calendar, autumn_2025(calendar), date(2025, 12, 17)) == date(2025, 12, 17)
    with pytest.raises(ValueError, match="last school day is 2025-12-17"):
        plan_due(calendar, autumn_2025(calendar), date(2025, 12, 18))


def test_moving_back_stops_at_the_start_of_the_place():
    long_break = [date(2025, 10, 27) + timedelta(days=offset) for offset in range(46)]  # closed until 11 December
    calendar = with_closures(*long_break)
    starts_on = date(2025, 11, 12)
    assert calendars.add_working_days(calendar, starts_on, 20) == date(2025, 12, 10)
    assert plan_due(calendar, autumn_2025(calendar), starts_on) == date(2025, 12, 12)


def test_a_short_cycle_is_due_on_its_first_school_day():
    closed = [day for day in calendars.school_days_of(THREE_YEARS, autumn_2025()) if day < date(2025, 12, 15)]
    calendar = with_closures(*closed)
    assert plan_due(calendar, autumn_2025(calendar)) == date(2025, 12, 15)


def test_a_place_that_starts_on_the_first_day_of_the_cycle_starts_in_it():
    closed = [day for day in calendars.school_days_of(THREE_YEARS, autumn_2025()) if day > date(2025, 9, 15)]
    calendar = with_closures(*closed)
    assert plan_due(calendar, autumn_2025(calendar), date(2025, 9, 1)) == date(2025, 9, 2)
    assert plan_due(calendar, autumn_2025(calendar), date(2025, 9, 2)) == date(2025, 9, 15)


def test_a_cycle_without_a_school_day_is_refused_in_words():
    calendar = with_closures(*calendars.school_days_of(THREE_YEARS, autumn_2025()))
    with pytest.raises(Refused) as refusal:
        plan_due(calendar, autumn_2025(calendar))
    assert refusal.value.message.startswith("Autumn 2025/26 has no school days.")


def test_a_place_that_starts_after_the_cycle_has_no_plan_in_it():
    with pytest.raises(ValueError, match="no plan in Autumn 2025/26"):
        plan_due(THREE_YEARS, autumn_2025(), date(2025, 12, 20))


# Without term dates nothing is guessed


def test_no_term_dates_is_said_in_words():
    with pytest.raises(NoTermDates) as refusal:
        calendars.is_school_day(THREE_YEARS, date(2029, 11, 1))
    assert refusal.value.message == ("There are no term dates for the school year 2029/30 yet. Ask the Virtual School office to add them.")


@pytest.mark.parametrize(
    ("ask", "year"),
    [
        (lambda: calendars.add_school_days(THREE_YEARS, date(2028, 7, 18), 2), 2028),
        (lambda: calendars.add_school_days(THREE_YEARS, date(2025, 9, 2), -1), 2024),
        (lambda: calendars.next_school_day(THREE_YEARS, date(2028, 8, 1)), 2028),
        (lambda: calendars.previous_school_day(THREE_YEARS, date(2025, 9, 1)), 2024),
        (lambda: calendars.school_days_between(THREE_YEARS, date(2028, 7, 1), date(2028, 9, 5)), 2028),
        (lambda: calendars.cycle_of(THREE_YEARS, date(2028, 10, 1)), 2028),
        (lambda: calendars.upcoming_cycle(THREE_YEARS, date(2028, 6, 1)), 2028),
        (lambda: THREE_YEARS.cycle(2031, 1), 2031),
        (lambda: Calendar().year_of(date(2026, 1, 1)), 2025),
    ],
)
def test_functions_that_leave_the_known_years_refuse(ask, year):
    with pytest.raises(NoTermDates) as refusal:
        ask()
    assert refusal.value.year == year


def test_a_missing_year_in_the_middle_is_not_jumped_over():
    gap = Calendar(tuple(term for term in shipped_terms() if term.year != 2026))
    for ask in (
        lambda: calendars.add_school_days(gap, date(2026, 7, 22), 1),
        lambda: calendars.add_school_days(gap, date(2027, 8, 31), -1),
        lambda: calendars.school_days_between(gap, date(2026, 7, 1), date(2027, 10, 1)),
        lambda: calendars.upcoming_cycle(gap, date(2026, 7, 1)),
    ):
        with pytest.raises(NoTermDates, match="2026/27"):
            ask()


def test_a_year_with_five_terms_is_not_known():
    with pytest.raises(NoTermDates, match="2025/26"):
        calendars.cycle_of(Calendar(shipped_terms()[:5]), date(2025, 10, 1))


def test_working_days_need_no_term_dates():
    assert calendars.add_working_days(Calendar(), date(2030, 12, 24), 1) == date(2030, 12, 27)


# Properties


@given(days)
@relaxed
def test_a_working_day_is_no_weekend_and_no_bank_holiday(on):
    assert calendars.is_working_day(THREE_YEARS, on) == (on.isoweekday() not in (6, 7) and on not in BANK_HOLIDAYS)


@given(days)
@relaxed
def test_a_school_day_is_a_working_day_in_a_term(on):
    in_term = any(term.starts_on <= on <= term.ends_on for term in shipped_terms())
    assert calendars.is_school_day(THREE_YEARS, on) == (in_term and calendars.is_working_day(THREE_YEARS, on))


@given(days, counts)
@relaxed
def test_working_days_added_are_the_working_days_between(on, count):
    reached = calendars.add_working_days(THREE_YEARS, on, count)
    assert calendars.working_days_between(THREE_YEARS, on, reached) == count
    if calendars.is_working_day(THREE_YEARS, on):
        assert calendars.add_working_days(THREE_YEARS, reached, -count) == on


@given(st.sampled_from(THREE_YEARS.school_days[60:-60]), counts)
@relaxed
def test_adding_and_taking_away_school_days_ends_where_it_began(on, count):
    reached = calendars.add_school_days(THREE_YEARS, on, count)
    assert calendars.is_school_day(THREE_YEARS, reached)
    assert calendars.school_days_between(THREE_YEARS, on, reached) == count
    assert calendars.add_school_days(THREE_YEARS, reached, -count) == on


@given(st.dates(date(2025, 12, 20), date(2028, 4, 1)), st.integers(1, 60), st.sampled_from([1, -1]))
@relaxed
def test_school_days_added_from_any_day_are_those_counted_between(on, count, sign):
    reached = calendars.add_school_days(THREE_YEARS, on, sign * count)
    assert calendars.school_days_between(THREE_YEARS, on, reached) == sign * count
    by_hand = sum(calendars.is_school_day(THREE_YEARS, on + timedelta(days=sign * step)) for step in range(1, abs((reached - on).days) + 1))
    assert by_hand == count


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Auckland", "America/Los_Angeles", "UTC"])
@pytest.mark.parametrize("monday", [date(2025, 10, 27), date(2026, 3, 30), date(2026, 10, 26), date(2027, 10, 25)])
def test_days_are_counted_not_hours_when_the_clocks_change(process_zone, zone, monday):
    process_zone(zone)
    friday = monday - timedelta(days=3)
    assert calendars.add_working_days(THREE_YEARS, friday, 1) == monday
    assert calendars.add_working_days(THREE_YEARS, monday, -1) == friday
    assert calendars.working_days_between(THREE_YEARS, friday, monday) == 1


@given(cycles, st.data())
@relaxed
def test_a_due_day_is_a_school_day_of_the_cycle_not_before_the_start(cycle, data):
    last = calendars.school_days_of(THREE_YEARS, cycle)[-1]
    starts_on = data.draw(st.none() | st.dates(cycle.starts_on - timedelta(days=60), last))
    due = plan_due(THREE_YEARS, cycle, starts_on)
    assert due in cycle
    assert calendars.is_school_day(THREE_YEARS, due)
    assert due >= plan_due(THREE_YEARS, cycle)
    if starts_on:
        assert due >= starts_on


@given(cycles, st.sets(school_days, max_size=60), st.data())
@relaxed
def test_due_days_hold_with_any_closures_and_never_go_back_when_a_place_starts_later(cycle, closed, data):
    calendar = with_closures(*closed)
    open_days = calendars.school_days_of(calendar, cycle)
    starts = sorted(data.draw(st.lists(st.dates(cycle.starts_on - timedelta(days=30), open_days[-1]), min_size=2, max_size=2)))
    earlier, later = (plan_due(calendar, cycle, starts_on) for starts_on in starts)
    assert earlier <= later
    assert {earlier, later} <= set(open_days)
    assert later >= starts[1]


def test_the_order_of_the_terms_does_not_matter():
    shuffled = Calendar(tuple(reversed(shipped_terms())))
    assert shuffled.cycles == THREE_YEARS.cycles
    assert shuffled.school_days == THREE_YEARS.school_days
    assert THREE_YEARS.cycles[0] == CycleDates(2025, 1, date(2025, 9, 2), date(2025, 12, 19))
    assert shuffled.years[2026][0] == TermDates(2026, 1, date(2026, 9, 1), date(2026, 10, 23), provisional=True)
