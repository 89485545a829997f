"""The children's list with its filters, and adding a child after a search."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from accounts.tests.factories import SettingFactory, adviser, person
from caseload.models import Child
from caseload.names import name_key
from caseload.tests.factories import ChildFactory, PlacementFactory, RestrictedPersonFactory, StatusFactory, known_child

pytestmark = pytest.mark.django_db
LIST, NEW = "/children/", "/children/new/"
BORN = {"date_of_birth_day": "5", "date_of_birth_month": "3", "date_of_birth_year": "2017"}
ADA = {"first_name": "Ada", "last_name": "Marsh", **BORN}


@pytest.fixture
def office(client, frozen):
    frozen("2026-11-23")
    user = person(Role.OFFICE)
    client.force_login(user)
    return user


def named(first: str, last: str, **fields) -> Child:
    return known_child(first_name=first, last_name=last, name_key=name_key(first, last), **fields)


def names(client, query: str = "") -> set[str]:
    return {child.first_name for child in client.get(LIST + query).context["page_obj"]}


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def table_statements(captured) -> int:
    return sum("FROM" in query["sql"] or "INTO" in query["sql"] for query in captured)


# --- the list


def test_an_empty_list_says_where_children_come_from(client, office):
    assert "No children" in words(client.get(LIST))
    assert "The list from social care brings them" in words(client.get(LIST))


def test_a_row_tells_who_where_why_and_with_whom(client, office):
    child = named("Ada", "Marsh", adviser=adviser(name="Alex Adviser"), setting=SettingFactory(organisation__name="Example Primary"))
    text = words(client.get(LIST))
    for part in ("1 child", "Ada Marsh", child.reference, "Year 5", "Example Primary", "Child in need", "Alex Adviser", "Social care 1"):
        assert part in text


@pytest.mark.parametrize("typed", ["ada", "MARSH", "mârsh ada", "ad mar"])
def test_the_search_finds_parts_of_names_in_any_order_and_case(client, office, typed):
    named("Ada", "Marsh")
    named("Ben", "Field")
    client.post(LIST, {"q": typed})
    assert names(client) == {"Ada"}


def test_the_search_finds_reference_and_the_beginning_of_the_upn(client, office):
    child = named("Ada", "Marsh", upn="B801200005001")
    named("Ben", "Field", upn="E800210021001")
    for typed in (child.reference, child.reference.lower(), child.reference[3:], "b8012", "B801 2"):
        client.post(LIST, {"q": typed})
        assert names(client) == {"Ada"}
    client.post(LIST, {"q": "--"})
    assert names(client) == set()


def test_no_name_stands_in_the_address_and_the_search_is_taken_out_with_one_press(client, office):
    named("Ada", "Marsh")
    named("Ben", "Field")
    answer = client.post(f"{LIST}?status=cin&page=3", {"q": "ada"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}?status=cin")
    assert names(client, "?q=ben") == {"Ada"}
    client.post(LIST, {"q": "ada", "clear": "1"})
    assert names(client) == {"Ada", "Ben"}


@pytest.mark.parametrize("typed", ["\x00", "%", "x" * 100_000, "' OR 1=1 --", "\u202e"])
def test_whatever_is_searched_for_is_answered(client, office, typed):
    named("Ada", "Marsh")
    client.post(LIST, {"q": typed})
    assert client.get(LIST).status_code == 200


def test_filters_narrow_and_several_values_widen(client, office):
    own = adviser()
    one = named("Ada", "Marsh", adviser=own)
    two = named("Ben", "Field", placed=False, secondary=True)
    StatusFactory(child=(three := ChildFactory(first_name="Cal")), status="cp")
    PlacementFactory(child=three, offered=True)
    setting = one.enrolments.get().setting_id
    for query, found in {
        "?status=cin": {"Ada", "Ben"},
        "?status=cin&status=cp": {"Ada", "Ben", "Cal"},
        "?place=started": {"Ada"},
        "?place=offered&place=none": {"Ben", "Cal"},
        "?phase=secondary": {"Ben"},
        "?year=5": {"Ada", "Cal"},
        f"?adviser={own.pk}": {"Ada"},
        "?adviser=none": {"Ben", "Cal"},
        f"?setting={setting}": {"Ada"},
        f"?setting={setting}&setting=none": {"Ada", "Cal"},
        "?status=cin&phase=secondary": {"Ben"},
    }.items():
        assert names(client, query) == found, query
    assert two.school_year_override is None


@pytest.mark.parametrize(
    "query",
    [
        "?status=x",
        "?year=abc",
        "?adviser=0",
        "?setting=nothing",
        "?phase=99",
        "?page=abc",
        "?page=999",
        "?sort=x",
        "?year=3" + 900 * "&year=3",
    ],
)
def test_whatever_stands_in_the_address_is_answered(client, office, query):
    named("Ada", "Marsh")
    assert client.get(LIST + query).status_code == 200


@pytest.mark.parametrize("sort", ["name", "-name", "year", "-year", "setting", "-setting", "status", "-status", "adviser", "-adviser"])
def test_every_heading_sorts(client, office, sort):
    for number in range(3):
        known_child(first_name=f"N{number}")
    assert len(client.get(f"{LIST}?sort={sort}").context["page_obj"]) == 3


def test_sorting_by_name_falls_too(client, office):
    named("Ada", "Marsh")
    named("Ben", "Field")
    shown = [child.last_name for child in client.get(f"{LIST}?sort=-name").context["page_obj"]]
    assert shown == ["Marsh", "Field"]


def test_a_restricted_child_is_in_nobodys_list_but_the_named_ones(client, office):
    hidden = named("Ada", "Marsh", restricted=True, setting=SettingFactory(organisation__name="Hidden Academy"))
    client.post(LIST, {"q": "ada"})
    page = client.get(LIST)
    assert ("Ada" in page.content.decode(), "Hidden Academy" in page.content.decode()) == (False, False)
    assert page.context["page_obj"].paginator.count == 0
    RestrictedPersonFactory(child=hidden, user=office)
    assert names(client) == {"Ada"}


def test_a_setting_sees_its_own_children_only_and_is_offered_no_other_settings(client, frozen):
    frozen("2026-11-23")
    teacher = person(Role.DESIGNATED_TEACHER)
    named("Ada", "Marsh", setting=teacher.memberships.get().organisation.setting)
    named("Ben", "Field", setting=SettingFactory(organisation__name="Foreign Academy"))
    client.force_login(teacher)
    assert names(client) == {"Ada"}
    assert "Foreign Academy" not in client.get(LIST).content.decode()
    assert "Add a child" not in words(client.get(LIST))


def test_the_list_takes_the_same_statements_for_one_child_and_for_fifty(client, office):
    counts = []
    for more in (1, 49):
        for _ in range(more):
            known_child(adviser=adviser())
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        counts.append(table_statements(captured))
    assert counts[0] == counts[1]


# --- search before create


def test_the_way_from_the_search_to_the_record(client, office):
    page = client.post(NEW, {**ADA, "upn": "a801200005001"})
    assert "Nobody like this is on record" in words(page)
    assert page.context["form"].initial["upn"] == "A801200005001"
    response = client.post(NEW, {**ADA, "step": "add", "sex": "F", "upn": "A801200005001"})
    child = Child.objects.get()
    assert response["Location"] == f"/children/{child.pk}/"
    said = [str(message) for message in client.get(LIST).context["messages"]]
    assert said == ["The child is added. The first letter of the UPN does not fit its numbers. Check it with the setting."]


def test_a_child_we_have_is_shown_and_cannot_be_added_again(client, office):
    held = named("Ada", "Marsh", upn="B801200005001")
    page = client.post(NEW, {**ADA, "first_name": "Adah", "upn": "B801200005001"})
    assert "We have this child" in words(page)
    assert f"/children/{held.pk}/" in page.content.decode()
    assert "Add the child" not in page.content.decode()


def test_a_close_match_is_shown_and_a_tick_adds_another_child(client, office):
    held = named("Ada", "Marsh", date_of_birth="2017-03-05")
    page = client.post(NEW, {**ADA, "step": "add", "sex": "F"})
    assert "We may have this child already" in words(page)
    assert "This is another child" in words(page)
    assert Child.objects.count() == 1
    assert f'name="shown" value="{held.reference}"' in page.text
    ticked = {**ADA, "step": "add", "sex": "F", "another_child": "on", "shown": held.reference}
    assert client.post(NEW, ticked).status_code == 302
    assert Child.objects.count() == 2
    again = client.post(NEW, ticked)
    assert "We may have this child already" in words(again)
    assert not again.context["form"]["another_child"].value()
    assert Child.objects.count() == 2


def test_a_second_send_of_the_same_form_adds_no_second_child(client, office):
    sent = {**ADA, "step": "add", "sex": "F"}
    client.post(NEW, sent)
    assert "We may have this child already" in words(client.post(NEW, sent))
    assert Child.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"first_name": ""}, "Enter the child's first name."),
        ({"last_name": " "}, "Enter the child's last name."),
        ({"date_of_birth_day": "", "date_of_birth_month": "", "date_of_birth_year": ""}, "Enter the child's date of birth."),
        ({"date_of_birth_month": "13"}, "must be a real date"),
        ({"date_of_birth_year": "2030"}, "must be on or before 23 November 2026"),
        ({"date_of_birth_year": "1980"}, "must be on or after"),
        ({"upn": "123"}, "Enter a UPN of 13 characters"),
        ({"upn": "B8012000050O1"}, "Enter a UPN of 13 characters"),
        ({"first_name": "x" * 81}, "80 characters or fewer"),
        ({"local_id": "9" * 41}, "40 characters or fewer"),
        ({"first_name": "A\x00"}, "cannot be stored"),
        ({"sex": "X"}, "Select one of the answers offered"),
    ],
)
def test_bad_input_is_answered_and_what_was_typed_stays(client, office, changed, said):
    page = client.post(NEW, {**ADA, "step": "add", "sex": "F", "local_id": "SC9", **changed})
    assert page.status_code == 200
    assert said.replace("'", "&#x27;") in page.content.decode() or said in words(page)
    assert "Marsh" in page.content.decode() or not changed.get("last_name", "x").strip()
    assert not Child.objects.exists()
