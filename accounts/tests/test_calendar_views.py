"""The page of term dates, and the form that changes them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.services.calendar import change_terms
from accounts.tests.factories import person
from audit.models import Event
from core.models import AcademicYear, Term

pytestmark = pytest.mark.django_db
MAY_EDIT = {Role.HEAD, Role.DEPUTY, Role.OFFICE}
PAGE = "/term-dates/"
# 2028/29: nothing is shipped for it.
NEW = (
    (date(2028, 9, 4), date(2028, 10, 20)),
    (date(2028, 10, 30), date(2028, 12, 15)),
    (date(2029, 1, 2), date(2029, 2, 9)),
    (date(2029, 2, 19), date(2029, 3, 29)),
    (date(2029, 4, 16), date(2029, 5, 25)),
    (date(2029, 6, 4), date(2029, 7, 20)),
)


@pytest.fixture
def office(client, frozen):
    frozen("2026-11-24")
    user = person(Role.OFFICE)
    client.force_login(user)
    return user


def typed(periods=NEW, **changed):
    """The form as a person fills it in; a changed value is a date, or the three parts as typed."""
    dates = {
        f"{edge}_{number}": day for number, period in enumerate(periods, 1) for edge, day in zip(("starts", "ends"), period, strict=True)
    }
    parts = {}
    for name, day in {**dates, **changed}.items():
        values = (day.day, day.month, day.year) if isinstance(day, date) else day
        parts |= dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), values, strict=True))
    return parts


def edit(year):
    return reverse("accounts:edit_terms", args=[year])


def terms(year):
    return tuple(Term.objects.filter(year=year).order_by("number").values_list("starts_on", "ends_on"))


# --- the page


def test_the_page_shows_every_year_with_its_terms(client, office):
    page = client.get(PAGE).text
    for words in ("2025/26", "Tuesday 2 September 2025", "Wednesday 22 July 2026", "2026/27", "2027/28"):
        assert words in page
    assert page.count("Published") == 6
    assert page.count("Provisional") == 12


def test_a_year_that_is_missing_is_named_and_no_deadline_is_guessed(client, office):
    page = client.get(PAGE).text
    assert "There are no term dates for 2028/29 yet, so no deadline in it is worked out." in page
    assert edit(2028) in page
    Term.objects.filter(year=2026).delete()
    assert "There are no term dates for 2026/27 yet" in client.get(PAGE).text


def test_without_any_year_the_page_still_answers(client, office):
    Term.objects.all().delete()
    page = client.get(PAGE)
    assert page.status_code == 200
    assert page.text.count("There are no term dates for") == 3


@pytest.mark.parametrize("role", Role)
def test_everybody_reads_and_three_roles_change(role, client, frozen):
    frozen("2026-11-24")
    client.force_login(person(role))
    page = client.get(PAGE)
    assert page.status_code == 200
    assert (edit(2026) in page.text) is (role in MAY_EDIT)
    assert ("Ask the Virtual School office to add them." in page.text) is (role not in MAY_EDIT)
    before = terms(2028)
    assert client.get(edit(2028)).status_code == (200 if role in MAY_EDIT else 403)
    assert client.post(edit(2028), typed()).status_code == (302 if role in MAY_EDIT else 403)
    assert (terms(2028) == before) is (role not in MAY_EDIT)


@pytest.mark.parametrize("role", sorted(set(Role) - MAY_EDIT))
def test_the_service_asks_for_the_right_itself(role):
    with pytest.raises(NotAllowed):
        change_terms(year=2028, periods=NEW, provisional=False, by=person(role))
    assert terms(2028) == ()


def test_the_page_costs_the_same_with_three_and_with_fifty_years(client, office):
    def count():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return sum(" FROM " in query["sql"] for query in captured)

    few = count()
    for year in range(2030, 2080):
        AcademicYear.objects.create(starts_in=year)
        Term.objects.create(year_id=year, number=1, starts_on=date(year, 9, 2), ends_on=date(year, 10, 20))
    assert count() == few


# --- the form


def test_a_new_year_is_saved_and_recorded(client, office):
    assert client.post(edit(2028), typed()).headers["Location"] == PAGE
    assert terms(2028) == NEW
    assert not Term.objects.filter(year=2028, provisional=True).exists()
    event = Event.objects.get(verb="terms.changed")
    assert (event.actor, event.target_id, event.role) == (office, "2028", Role.OFFICE)
    assert event.changes["term 1"] == ["", "2028-09-04 to 2028-10-20"]
    assert "There are no term dates for 2028/29" not in client.get(PAGE).text


def test_the_event_names_only_what_changed_as_it_was_and_as_it_is(client, office):
    client.post(edit(2028), typed())
    moved = ((NEW[0][0], date(2028, 10, 19)), *NEW[1:])
    client.post(edit(2028), typed(moved))
    assert Event.objects.order_by("seq").last().changes == {"term 1": ["2028-09-04 to 2028-10-20", "2028-09-04 to 2028-10-19"]}


def test_saving_the_same_dates_again_leaves_no_event(client, office):
    for _ in range(2):
        assert client.post(edit(2028), typed()).status_code == 302
    assert Event.objects.filter(verb="terms.changed").count() == 1


def test_the_form_is_filled_with_what_is_there(client, office):
    page = client.get(edit(2026))
    assert page.context["form"].initial["starts_1"] == Term.objects.get(year=2026, number=1).starts_on
    assert page.context["form"].initial["provisional"] is True
    assert "Six terms" in page.text


def test_provisional_dates_become_published_and_back(client, office):
    periods = terms(2026)
    client.post(edit(2026), typed(periods))
    assert Term.objects.filter(year=2026, provisional=False).count() == 6
    client.post(edit(2026), {**typed(periods), "provisional": "on"})
    assert Term.objects.filter(year=2026, provisional=True).count() == 6
    assert "(provisional)" in Event.objects.order_by("seq").last().changes["term 6"][1]


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"starts_1": ("", "", "")}, "starts_1", "Enter the first day of term 1."),
        ({"ends_6": ("", "", "")}, "ends_6", "Enter the last day of term 6."),
        ({"starts_2": ("31", "2", "2028")}, "starts_2", "must be a real date"),
        ({"starts_2": ("\x00", "x" * 5000, "-1")}, "starts_2", "must be a real date"),
        ({"starts_2": ("30", "10", "28")}, "starts_2", "four numbers"),
        ({"starts_2": ("30", "", "2028")}, "starts_2", "must include a month"),
        ({"ends_1": date(2028, 9, 1)}, "starts_1", "Term 1 must end on or after the day it starts"),
        ({"starts_2": date(2028, 10, 20)}, "starts_2", "Term 2 must start after term 1 ends on Friday 20 October 2028"),
        ({"ends_6": date(2030, 7, 20)}, "starts_6", "Term 6 must lie between"),
        ({"starts_1": date(2028, 9, 2), "ends_1": date(2028, 9, 3)}, "starts_1", "only weekends and bank holidays"),
    ],
)
def test_a_wrong_date_is_told_at_its_field_and_nothing_typed_is_lost(changed, field, sentence, client, office):
    sent = {**typed(**changed), "provisional": "on"}
    page = client.post(edit(2028), sent)
    assert page.status_code == 200
    form = page.context["form"]
    assert sentence in form.errors[field][0]
    assert sentence in page.text.replace("&#x27;", "'")
    assert terms(2028) == ()
    assert not Event.objects.exists()
    for name, value in sent.items():
        if name != "provisional" and value and "\x00" not in str(value):
            assert form[name.rsplit("_", 1)[0]].value()[("day", "month", "year").index(name.rsplit("_", 1)[1])] == str(value)
    assert form["provisional"].value() is True


def test_terms_that_run_into_the_next_year_are_refused(client, office):
    client.post(edit(2028), typed())
    late = (*NEW[:5], (NEW[5][0], date(2029, 8, 31)))
    after = tuple((start.replace(year=start.year + 1), end.replace(year=end.year + 1)) for start, end in NEW)
    early = ((date(2029, 8, 27), after[0][1]), *after[1:])
    assert client.post(edit(2029), typed(early)).status_code == 302
    page = client.post(edit(2028), typed(late))
    assert "Term 6 must end before 2029/30 starts on Monday 27 August 2029" in page.text
    assert terms(2028) == NEW


@pytest.mark.parametrize("year", [0, 1999, 2101, 10**18])
def test_a_year_out_of_range_is_not_there(year, client, office):
    for method in (client.get, client.post):
        assert method(edit(year), typed()).status_code == 404


@pytest.mark.parametrize("year", [2000, 2100])
def test_the_first_and_the_last_year_answer(year, client, office):
    assert client.get(edit(year)).status_code == 200


def test_a_failure_after_saving_leaves_everything_as_it_was(client, office, monkeypatch):
    def fails(**_what):
        raise RuntimeError("the power went")

    monkeypatch.setattr("accounts.services.calendar.audit.record", fails)
    with pytest.raises(RuntimeError):
        client.post(edit(2028), typed())
    assert terms(2028) == ()


def test_dates_move_by_whole_days_whatever_the_clock_says(client, frozen):
    """Just before midnight in London on the last day of August it is still last year's page."""
    frozen("2026-08-31 23:59")
    client.force_login(person(Role.OFFICE))
    assert "There are no term dates for 2028/29" not in client.get(PAGE).text
    frozen("2026-09-01 00:01")
    client.force_login(person(Role.OFFICE))
    assert "There are no term dates for 2028/29" in client.get(PAGE).text
