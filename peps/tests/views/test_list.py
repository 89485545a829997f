"""The list of plans: who sees which, in which words, filtered, sorted, and in a fixed number of statements."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import person
from caseload.tests.factories import known_child
from core.models import Term
from peps.selectors import days_late, late_words
from peps.states import PepState
from peps.tests.factories import PepFactory, counted, world
from peps.tests.flow import IN_TIME, agreed, head

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _spring(frozen):
    frozen(IN_TIME)


def rows(client, user, **asked):
    client.force_login(user)
    return [row["pep"] for row in client.get(reverse("peps:list"), asked).context["rows"]]


def text(client, user, **asked):
    client.force_login(user)
    return client.get(reverse("peps:list"), asked).text


@pytest.mark.parametrize(
    ("state", "due_on", "days", "words"),
    [
        ("in_progress", date(2026, 2, 4), 0, ""),
        ("in_progress", date(2026, 2, 3), 1, "late, 1 day"),
        ("not_started", date(2026, 1, 29), 6, "late, 6 days"),
        ("returned", date(2026, 1, 29), 6, "late, 6 days"),
        ("submitted", date(2026, 1, 29), 0, ""),
        ("signed_off", date(2026, 1, 29), 0, ""),
        ("cancelled", date(2026, 1, 29), 0, ""),
    ],
)
def test_late_is_worked_out_and_only_what_was_not_sent_is_late(state, due_on, days, words):
    assert days_late(state, due_on, IN_TIME.date()) == days
    assert late_words(days_late(state, due_on, IN_TIME.date())) == words


def test_everybody_sees_their_own_plans_and_no_others(client):
    one, other = world(), world()
    assert rows(client, one.teacher) == rows(client, one.lead) == [one.pep]
    assert rows(client, other.teacher) == [other.pep]
    assert set(rows(client, head())) == {one.pep, other.pep}


def test_settings_read_five_words_and_council_staff_the_stored_states(client):
    our = world(started=True)
    assert "To do" in text(client, our.teacher)
    assert "In progress" not in text(client, our.teacher)
    assert "In progress" in text(client, head())
    assert rows(client, our.teacher, state="to_do") == [our.pep]
    assert rows(client, our.teacher, state="sent") == []


def test_filters_find_and_are_shown_as_tags(client):
    late, good = world(due_on=date(2026, 1, 29), started=True), world()
    boss = head()
    assert rows(client, boss, late="on") == [late.pep]
    assert rows(client, boss, adviser=late.adviser.pk) == [late.pep]
    assert rows(client, late.adviser, mine="on") == [late.pep]
    assert rows(client, boss, setting=good.pep.setting_id) == [good.pep]
    assert rows(client, boss, q=good.child.reference.lower()) == [good.pep]
    assert rows(client, boss, q=good.child.last_name) == [], "a name has no place in an address"
    assert set(rows(client, boss, state=["not_started", "in_progress"])) == {late.pep, good.pep}
    assert rows(client, boss, phase="secondary") == []
    assert rows(client, boss, cycle=good.pep.cycle_id, sort="-due")[0] == good.pep
    page = text(client, boss, late="on")
    assert "late, 6 days" in page
    assert "1 plan" in page
    assert "Clear filters" in page


def test_what_the_filters_offer_comes_from_the_own_plans(client):
    one, other = world(), world()
    page = text(client, one.teacher)
    assert one.pep.setting.name in page
    assert other.pep.setting.name not in page
    assert other.adviser.name not in page.replace(one.adviser.name, "")


@pytest.mark.parametrize(
    "asked",
    [
        {"sort": "password"},
        {"page": "99999"},
        {"setting": "x"},
        {"state": "nonsense"},
        {"q": "\x00"},
        {"q": "x" * 60_000},
        {"late": "maybe"},
    ],
)
def test_nonsense_in_the_address_is_no_error(client, asked):
    world()
    client.force_login(head())
    assert client.get(reverse("peps:list"), asked).status_code == 200


def test_managers_print_from_the_list_and_settings_from_the_plan(client):
    our = world()
    link = reverse("peps:print", args=[our.pep.pk])
    assert link in text(client, head())
    assert link in text(client, person(Role.OFFICE))
    assert link not in text(client, our.teacher)


def test_the_empty_list_says_when_plans_open(client, frozen):
    boss = head()
    assert "Spring 2025/26 is running" in text(client, boss)
    frozen(date(2025, 12, 27))
    assert "The next plans open on Monday 5 January 2026" in text(client, boss)
    Term.objects.filter(year=2025).delete()
    assert "no due date is set" in text(client, boss)


def test_one_row_and_fifty_cost_the_same_statements(client):
    agreed()
    boss = head()
    client.force_login(boss)
    with counted() as few:
        client.get(reverse("peps:list"))
    for number in range(50):
        PepFactory(child=known_child(), state=PepState.NOT_STARTED, due_on=date(2026, 1, 1 + number % 28))
    with counted() as many:
        assert len(client.get(reverse("peps:list")).context["rows"]) == 25
    assert many() == few()
