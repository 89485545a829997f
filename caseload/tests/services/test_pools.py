"""The Head's extra place and a pool's size."""

from datetime import date, timedelta

import pytest

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import person
from audit.models import Event
from caseload.capacity import counter
from caseload.models import Place
from caseload.pools import PANELS, SOCIAL_CARE
from caseload.services import places, pools
from caseload.tests.factories import ChildFactory, PlacementFactory, free_place
from caseload.tests.services.test_places import fill
from core.errors import Refused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
MAY = date(2027, 5, 1)


@pytest.fixture(autouse=True)
def _today(frozen):
    frozen(TODAY)


@pytest.fixture
def head():
    return person(Role.HEAD)


def numbers(pool: str) -> list[int]:
    return list(Place.objects.filter(pool=pool, closes_on=None).order_by("number").values_list("number", flat=True))


def test_an_extra_place_shows_as_71_of_70(head):
    fill(SOCIAL_CARE)
    place = pools.open_extra(pool=SOCIAL_CARE, on=TODAY, until=MAY, reason="Two sisters come together", by=head)
    assert (place.number, place.opened_by) == (71, head)
    assert places.allocate(child_id=ChildFactory().pk, pool=SOCIAL_CARE, on=TODAY, by=head).place == place
    figures = counter(SOCIAL_CARE, TODAY)
    assert (figures.used, figures.size, figures.free, figures.extra) == (71, 70, 0, 1)
    with pytest.raises(places.NoPlaceFree, match="All 71 social care places"):
        places.allocate(child_id=ChildFactory().pk, pool=SOCIAL_CARE, on=TODAY, by=head)
    assert "sisters" not in str(Event.objects.get(verb="place.extra_opened").changes)


def test_a_mistyped_year_neither_keeps_an_extra_place_open_nor_the_size_shut_for_good(head):
    far = date(2206, 11, 23)
    with pytest.raises(Refused, match="more than a year ahead"):
        pools.open_extra(pool=SOCIAL_CARE, on=TODAY, until=far, reason="Two sisters", by=head)
    with pytest.raises(Refused, match="more than a year ahead"):
        pools.resize(pool=SOCIAL_CARE, size=80, on=far, by=head, reason="More money")
    assert pools.resize(pool=SOCIAL_CARE, size=80, on=TODAY, by=head, reason="More money").size == 80


def test_a_second_send_of_the_same_form_opens_no_second_extra_place(head):
    wanted = {"pool": SOCIAL_CARE, "on": TODAY, "until": MAY, "by": head}
    pools.open_extra(reason="Two sisters come together", **wanted)
    with pytest.raises(Refused, match="number 71"):
        pools.open_extra(reason=" Two sisters come together", **wanted)
    assert Place.objects.filter(extra=True).count() == 1
    assert pools.open_extra(reason="The younger of two sisters", **wanted).number == 72


def test_an_extra_place_cannot_be_taken_once_it_has_closed_but_its_child_keeps_it(head, frozen):
    held = fill(SOCIAL_CARE)
    pools.open_extra(pool=SOCIAL_CARE, on=TODAY, until=MAY, reason="An emergency", by=head)
    placement = places.allocate(child_id=ChildFactory().pk, pool=SOCIAL_CARE, on=TODAY, by=head)
    frozen(MAY)
    assert (counter(SOCIAL_CARE, MAY).used, counter(SOCIAL_CARE, MAY).extra, counter(SOCIAL_CARE, MAY).free) == (71, 0, 0)
    places.end(placement_id=held[0].pk, on=MAY, reason="improved", by=head)
    with pytest.raises(places.NoPlaceFree):  # a number is free, but the pool still holds 70 of 70
        places.allocate(child_id=ChildFactory().pk, pool=SOCIAL_CARE, on=MAY, by=head)
    places.end(placement_id=placement.pk, on=MAY, reason="improved", by=head)
    assert places.allocate(child_id=ChildFactory().pk, pool=SOCIAL_CARE, on=MAY, by=head).place.number == 1


@pytest.mark.parametrize(
    ("on", "until", "reason", "words"),
    [
        (TODAY, TODAY, "Sisters", "must close after the day it opens"),
        (date(2026, 1, 1), TODAY, "Sisters", "close on a day to come"),
        (TODAY, MAY, "  ", "Enter why"),
    ],
)
def test_what_an_extra_place_needs(head, on, until, reason, words):
    with pytest.raises(Refused, match=words):
        pools.open_extra(pool=PANELS, on=on, until=until, reason=reason, by=head)
    with pytest.raises(Refused, match="Select one of the pools"):
        pools.open_extra(pool="teachers", on=TODAY, until=MAY, reason="Sisters", by=head)


@pytest.mark.parametrize("role", [Role.DEPUTY, Role.OFFICE, Role.ADVISORY_TEACHER, Role.SYSTEM_ADMIN])
def test_only_the_head_opens_extra_places_and_changes_sizes(role):
    by = person(role)
    with pytest.raises(NotAllowed):
        pools.open_extra(pool=PANELS, on=TODAY, until=MAY, reason="Sisters", by=by)
    with pytest.raises(NotAllowed):
        pools.resize(pool=PANELS, size=25, on=TODAY, by=by, reason="More money")


def test_a_larger_size_adds_numbered_places_from_its_day(head):
    pools.resize(pool=PANELS, size=23, on=MAY, by=head, reason="More money")
    assert numbers(PANELS) == list(range(1, 24))
    assert (counter(PANELS, TODAY).size, counter(PANELS, TODAY).free) == (20, 20)
    assert (counter(PANELS, MAY).size, counter(PANELS, MAY).free) == (23, 23)
    event = Event.objects.get(verb="pool.resized")
    assert (event.before, event.after) == ("20", "23")


def test_a_smaller_size_closes_free_places_from_the_highest_number_and_children_keep_theirs(head):
    PlacementFactory(place=Place.objects.get(pool=PANELS, number=20))
    pools.resize(pool=PANELS, size=15, on=TODAY, by=head, reason="Less money")
    assert numbers(PANELS) == [*range(1, 15), 20]
    assert (counter(PANELS, TODAY).size, counter(PANELS, TODAY).used, counter(PANELS, TODAY).free) == (15, 1, 14)
    pools.resize(pool=PANELS, size=18, on=TODAY, by=head, reason="A mistake")
    assert numbers(PANELS) == [*range(1, 18), 20]
    assert counter(PANELS, TODAY).free == 17


def test_new_numbers_go_past_an_extra_place(head):
    pools.open_extra(pool=PANELS, on=TODAY, until=MAY, reason="Sisters", by=head)
    pools.resize(pool=PANELS, size=22, on=TODAY, by=head, reason="More money")
    assert numbers(PANELS) == [*range(1, 21), 22, 23]
    assert (counter(PANELS, TODAY).size, counter(PANELS, TODAY).extra, counter(PANELS, TODAY).free) == (22, 1, 23)


def test_the_size_never_falls_below_the_places_that_are_held(head):
    for _ in range(3):
        PlacementFactory(place=free_place(PANELS))
    PlacementFactory(place=free_place(PANELS), offered=True)
    with pytest.raises(Refused, match="4 places are used or offered from Monday 23 November 2026. Enter 4 or more"):
        pools.resize(pool=PANELS, size=3, on=TODAY, by=head, reason="Less money")
    assert pools.resize(pool=PANELS, size=4, on=TODAY, by=head, reason="Less money").size == 4
    assert (numbers(PANELS), counter(PANELS, TODAY).free) == ([1, 2, 3, 4], 0)


@pytest.mark.parametrize(
    ("size", "on", "reason", "words"),
    [
        (0, TODAY, "Why", "between 1 and 500"),
        (501, TODAY, "Why", "between 1 and 500"),
        (25, TODAY, " ", "Enter why"),
        (20, TODAY, "Why", "has 20 places already"),
        (25, TODAY - timedelta(days=1), "Why", "from today on"),
    ],
)
def test_what_a_size_needs(head, size, on, reason, words):
    with pytest.raises(Refused, match=words):
        pools.resize(pool=PANELS, size=size, on=on, by=head, reason=reason)


def test_sizes_change_in_the_order_of_their_days(head):
    pools.resize(pool=PANELS, size=25, on=MAY, by=head, reason="More money")
    with pytest.raises(Refused, match="changes to 25 on Saturday 1 May 2027 already"):
        pools.resize(pool=PANELS, size=22, on=TODAY, by=head, reason="Less money")
