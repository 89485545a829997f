"""Giving, starting and ending a place from the child's page."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import adviser, person
from audit.models import Viewing
from caseload.models import Placement, PoolSize
from caseload.states import PlacementState
from caseload.tests.factories import known_child
from peps.models import Pep
from peps.states import PepState
from peps.tests.flow import head, written

pytestmark = pytest.mark.django_db
TODAY = date(2026, 2, 4)


@pytest.fixture(autouse=True)
def _spring(frozen):
    frozen(TODAY)


@pytest.fixture
def boss(client):
    user = head()
    client.force_login(user)
    return user


def day(on, name="on"):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def address(name, thing):
    return reverse(f"peps:{name}", args=[thing.pk])


def test_the_page_shows_the_counters_and_suggests_an_adviser(client, boss):
    karen, child = adviser(), known_child(placed=False)
    page = client.get(address("place", child))
    assert "0 of 70" in page.text
    assert "0 of 20" in page.text
    assert f"{karen.name} works with" in page.text
    assert Viewing.objects.filter(page="place", child_id=str(child.pk), user=boss).count() == 1


def test_a_place_is_given_with_its_number_its_adviser_and_its_plan(client, boss):
    karen, child = adviser(), known_child(placed=False)
    data = {"pool": "panels", "take": "start", "adviser": karen.pk, **day(TODAY)}
    done = client.post(address("place", child), data, follow=True)
    assert "Panel place 1 is taken." in done.text
    assert Pep.objects.get(child=child).placement.place.pool_id == "panels"
    assert child.adviser_allocations.get().adviser == karen


def test_a_full_pool_says_so_and_keeps_what_was_typed(client, boss):
    PoolSize.objects.filter(pool="panels").update(size=0)
    child = known_child(placed=False)
    page = client.post(address("place", child), {"pool": "panels", "take": "start", **day(TODAY)})
    assert "There are no panel places on that day" in page.text
    assert "none free" in page.text
    assert 'value="2026"' in page.text
    assert not Placement.objects.filter(child=child).exists()


def test_an_empty_form_says_what_to_do(client, boss):
    page = client.post(address("place", known_child(placed=False)), {})
    for sentence in ("Select the pool", "Select whether the place starts", "Enter the day the place starts or is offered."):
        assert sentence in page.text


def test_an_offer_is_started_and_a_second_press_is_refused_with_a_sentence(client, boss):
    child = known_child(placed=False)
    client.post(address("place", child), {"pool": "social_care", "take": "offer", **day(TODAY)})
    placement = Placement.objects.get(child=child)
    assert placement.state == PlacementState.OFFERED
    assert "kept until" in client.get(address("start_place", placement)).text
    assert "The place has started." in client.post(address("start_place", placement), day(TODAY), follow=True).text
    assert "is not possible" in client.post(address("start_place", placement), day(TODAY)).text
    assert "not on offer any more" in client.get(address("start_place", placement), follow=True).text
    assert Pep.objects.filter(child=child).count() == 1


def test_a_place_ends_with_its_unsent_plan(client, boss):
    our = written()
    placement = our.pep.placement
    assert "Select why the place ends." in client.post(address("end_place", placement), day(TODAY)).text
    done = client.post(address("end_place", placement), {"reason": "improved", **day(TODAY)}, follow=True)
    assert "The place has ended" in done.text
    our.pep.refresh_from_db()
    assert our.pep.state == PepState.CANCELLED
    assert "has ended already" in client.get(address("end_place", placement), follow=True).text


def test_only_those_who_give_places_come_here(client):
    our = written()
    for user in (our.adviser, our.teacher, our.lead, person(Role.OFFICE), person(Role.TEAM_MANAGER)):
        client.force_login(user)
        for name, thing in (("place", our.child), ("start_place", our.pep.placement), ("end_place", our.pep.placement)):
            assert client.get(address(name, thing)).status_code == 403
            assert client.post(address(name, thing), {}).status_code == 403


def test_a_restricted_child_is_not_there(client, boss):
    child = known_child(placed=False, restricted=True)
    assert client.get(address("place", child)).status_code == 404
