"""The places page, an extra place, another size."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from accounts.tests.factories import adviser, person
from caseload.board import ranges
from caseload.models import Place
from caseload.tests.factories import PlacementFactory, RestrictedPersonFactory

pytestmark = pytest.mark.django_db
EXTRA, SIZE = "/places/extra/", "/places/panels/size/"


def day(name: str, number: int, month: int, year: int) -> dict[str, int]:
    return {f"{name}_day": number, f"{name}_month": month, f"{name}_year": year}


VALID_EXTRA = {"pool": "panels", "reason": "Sisters", **day("on", 23, 11, 2026), **day("until", 1, 5, 2027)}
VALID_SIZE = {"size": 25, "reason": "More money", **day("on", 23, 11, 2026)}


@pytest.fixture
def head(client, frozen):
    frozen("2026-11-23")
    user = person(Role.HEAD)
    client.force_login(user)
    return user


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_counters_and_every_number(client, head):
    started = PlacementFactory(child__first_name="Ada", child__last_name="Marsh")
    offered = PlacementFactory(offered=True, child__first_name="Ben", child__last_name="Field")
    lapsed = PlacementFactory(offered=True, reserved_until="2026-11-01")
    page = client.get("/places/")
    text = words(page)
    assert "1 of 70 used" in text
    assert "2 offered, 67 free" in text
    assert [len(board.rows) for board in page.context["boards"]] == [70, 20]
    for part in ("Ada Marsh", "Since 1 September 2025", "Ben Field", "Kept until 1 January 2099", "Offer ran out"):
        assert part in text
    for url in (f"/places/{offered.pk}/start/", f"/places/{lapsed.pk}/end/", f"/places/{started.pk}/end/"):
        assert url in page.content.decode()


def test_a_restricted_childs_place_shows_as_taken_only(client, head):
    hidden = PlacementFactory(child__first_name="Ada", child__last_name="Marsh", child__restricted=True)
    page = client.get("/places/")
    assert "Marsh" not in page.content.decode()
    assert str(hidden.pk) not in page.content.decode()
    row = page.context["boards"][0].rows[0]
    assert (row.taken, row.child, row.placement) == (True, None, None)
    RestrictedPersonFactory(child=hidden.child, user=head)
    assert "Ada Marsh" in words(client.get("/places/"))


def test_an_adviser_sees_the_figures_and_the_own_phases_children(client, frozen):
    frozen("2026-11-23")
    PlacementFactory(child__last_name="Marsh")
    PlacementFactory(child__last_name="Field", child__secondary=True)
    client.force_login(adviser("primary"))
    text = words(client.get("/places/"))
    assert "2 of 70 used" in text
    assert ("Marsh" in text, "Field" in text) == (True, False)
    assert "Next step" not in text


@pytest.mark.parametrize("role", [Role.DESIGNATED_TEACHER, Role.LEAD_PRACTITIONER, Role.TEAM_MANAGER, Role.SYSTEM_ADMIN])
def test_who_does_not_see_places(client, role):
    client.force_login(person(role))
    assert client.get("/places/").status_code == 403


@pytest.mark.parametrize("role", [Role.DEPUTY, Role.OFFICE, Role.ADVISORY_TEACHER])
def test_only_the_head_changes_pools(client, role):
    client.force_login(person(role))
    for url, data in ((EXTRA, VALID_EXTRA), (SIZE, VALID_SIZE)):
        assert (client.get(url).status_code, client.post(url, data).status_code) == (403, 403)
    assert Place.objects.count() == 90


def test_an_extra_place_is_opened_and_its_reason_is_for_the_head(client, head):
    assert client.post(EXTRA, VALID_EXTRA)["Location"] == "/places/"
    text = words(client.get("/places/"))
    assert "21 Extra, closes 1 May 2027 : Sisters" in text.replace("2027: ", "2027 : ")
    client.force_login(person(Role.OFFICE))
    assert "Sisters" not in words(client.get("/places/"))


def test_a_size_is_changed(client, head):
    assert "20" in client.get(SIZE).content.decode()
    assert client.post(SIZE, VALID_SIZE)["Location"] == "/places/"
    assert "0 of 25 used" in words(client.get("/places/"))


def test_a_pool_that_is_none_is_a_404(client, head):
    assert client.get("/places/teachers/size/").status_code == 404


@pytest.mark.parametrize(
    ("url", "data", "said"),
    [
        (EXTRA, {**VALID_EXTRA, "pool": "teachers"}, "Select one of the answers"),
        (EXTRA, {**VALID_EXTRA, "reason": ""}, "Enter why the extra place is needed."),
        (EXTRA, {**VALID_EXTRA, **day("until", 1, 11, 2026)}, "must close after the day it opens"),
        (EXTRA, {**VALID_EXTRA, **day("until", 31, 2, 2027)}, "must be a real date"),
        (SIZE, {**VALID_SIZE, "size": 0}, "must be 1 or more"),
        (SIZE, {**VALID_SIZE, "size": "many"}, "Enter a whole number"),
        (SIZE, {**VALID_SIZE, "size": 20}, "has 20 places already"),
        (SIZE, {**VALID_SIZE, "reason": ""}, "Enter why the size changes."),
        (SIZE, {**VALID_SIZE, **day("on", 1, 11, 2026)}, "from today on"),
    ],
)
def test_bad_input_is_answered_and_changes_nothing(client, head, url, data, said):
    response = client.post(url, data)
    assert response.status_code == 200
    assert said in words(response)
    assert Place.objects.count() == 90


def test_the_page_takes_the_same_statements_for_one_child_and_for_fifty(client, head):
    counts = []
    for more in (1, 49):
        for _ in range(more):
            PlacementFactory()
        with CaptureQueriesContext(connection) as captured:
            client.get("/places/")
        counts.append(sum("FROM" in query["sql"] for query in captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("numbers", "words"), [([], ""), ([3], "3"), ([1, 2, 3], "1 to 3"), ([3, 16, 17, 70], "3, 16 to 17, 70"), ([1, 3, 5], "1, 3, 5")]
)
def test_free_numbers_are_written_in_ranges(numbers, words):
    assert ranges(numbers) == words
