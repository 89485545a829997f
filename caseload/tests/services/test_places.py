"""Offers, starts and ends of places, the counter, and every refusal with its sentence."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import UserFactory, adviser, person
from audit.models import Event
from caseload.capacity import counter, counters
from caseload.models import Place, Placement
from caseload.pools import PANELS, SOCIAL_CARE
from caseload.services import places
from caseload.states import PlacementState
from caseload.tests.factories import ChildFactory, PlacementFactory, StatusFactory, free_place
from core.errors import Refused
from core.transitions import TransitionRefused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(frozen):
    frozen(TODAY)


@pytest.fixture
def head():
    return person(Role.HEAD)


def fill(pool: str, leave: int = 0) -> list[Placement]:
    """Start all but `leave` places of a pool."""
    by = UserFactory()
    return [PlacementFactory(place=free_place(pool), given_by=by) for _ in range(Place.objects.filter(pool=pool).count() - leave)]


def test_pools_of_70_and_20_exist_as_numbered_rows():
    assert [(each.code, each.size, each.used, each.offered, each.free) for each in counters(TODAY)] == [
        (SOCIAL_CARE, 70, 0, 0, 70),
        (PANELS, 20, 0, 0, 20),
    ]


def test_a_mistyped_year_takes_no_place(head):
    child = ChildFactory(date_of_birth=date(2016, 1, 1))
    with pytest.raises(Refused, match="more than a year ahead"):
        places.allocate(child_id=child.pk, pool=PANELS, on=date(2206, 11, 23), by=head)
    offered = places.offer(child_id=child.pk, pool=PANELS, on=TODAY, by=head)
    with pytest.raises(Refused, match="more than a year ahead"):
        places.start(placement_id=offered.pk, on=date(2206, 11, 23), by=head)


def test_an_offer_takes_the_lowest_free_number_and_is_kept_for_twenty_school_days(head):
    PlacementFactory(place=Place.objects.get(pool=SOCIAL_CARE, number=1))
    placement = places.offer(child_id=ChildFactory().pk, pool=SOCIAL_CARE, on=TODAY, by=head)
    assert (placement.place.number, placement.state, placement.route) == (2, PlacementState.OFFERED, "social_care")
    assert placement.reserved_until == date(2027, 1, 4)  # 19 school days to the end of term, the 20th after Christmas
    assert (counter(SOCIAL_CARE, TODAY).used, counter(SOCIAL_CARE, TODAY).offered, counter(SOCIAL_CARE, TODAY).free) == (1, 1, 68)
    event = Event.objects.get(verb="place.offered")
    assert (event.child_id, event.changes["number"]) == (str(placement.child_id), 2)


def test_an_offer_starts_and_ends_and_its_number_is_free_again(head):
    placement = places.offer(child_id=ChildFactory().pk, pool=PANELS, on=YESTERDAY, by=head, reserved_until=TOMORROW)
    placement = places.start(placement_id=placement.pk, on=YESTERDAY, by=head)
    assert (placement.state, placement.started_on) == (PlacementState.STARTED, YESTERDAY)
    placement = places.end(placement_id=placement.pk, on=TODAY, reason="improved", by=head)
    assert (placement.state, placement.ended_on, placement.end_reason) == (PlacementState.ENDED, TODAY, "improved")
    assert (counter(PANELS, YESTERDAY).used, counter(PANELS, TODAY).used, counter(PANELS, TODAY).free) == (1, 0, 20)
    assert places.allocate(child_id=ChildFactory().pk, pool=PANELS, on=TODAY, by=head).place.number == 1
    assert list(Event.objects.values_list("verb", flat=True)) == ["place.offered", "place.started", "place.ended", "place.allocated"]


def test_an_offer_is_withdrawn(head):
    placement = places.offer(child_id=ChildFactory().pk, pool=PANELS, on=TODAY, by=head)
    places.end(placement_id=placement.pk, on=TODAY, reason="declined", by=head)
    assert Event.objects.filter(verb="place.withdrawn").exists()


def test_a_place_may_be_given_from_a_day_to_come_and_counts_as_offered_until_then(head):
    placement = places.allocate(child_id=ChildFactory().pk, pool=PANELS, on=TOMORROW, by=head)
    assert (placement.offered_on, placement.started_on) == (TODAY, TOMORROW)
    assert (counter(PANELS, TODAY).offered, counter(PANELS, TOMORROW).used) == (1, 1)
    assert places.end(placement_id=placement.pk, on=TOMORROW, reason="declined", by=head).state == PlacementState.ENDED


def test_a_full_pool_refuses_in_words_and_leaves_nothing(head):
    fill(SOCIAL_CARE, leave=1)
    places.offer(child_id=ChildFactory().pk, pool=SOCIAL_CARE, on=TODAY, by=head)
    before = Event.objects.count()
    for door in (places.offer, places.allocate):
        with pytest.raises(places.NoPlaceFree) as refusal:
            door(child_id=ChildFactory().pk, pool=SOCIAL_CARE, on=TODAY, by=head)
        assert refusal.value.message == (
            "All 70 social care places are taken: 69 used and 1 offered. "
            "Wait until one ends, or ask the Virtual School Head to open a dated extra place."
        )
    assert (Placement.objects.count(), Event.objects.count()) == (70, before)
    assert places.allocate(child_id=ChildFactory().pk, pool=PANELS, on=TODAY, by=head)


def test_a_place_given_back_in_time_was_free_until_now(head):
    ended = PlacementFactory(
        place=Place.objects.get(pool=PANELS, number=1),
        state=PlacementState.ENDED,
        started_on=date(2026, 9, 1),
        offered_on=date(2026, 9, 1),
        ended_on=TODAY,
        end_reason="improved",
    )
    earlier = places.allocate(child_id=ChildFactory().pk, pool=PANELS, on=date(2026, 10, 1), by=head)
    later = places.allocate(child_id=ChildFactory().pk, pool=PANELS, on=TODAY, by=head)
    assert (earlier.place.number, later.place) == (2, ended.place)


def test_a_past_day_shows_what_stood_then(head):
    placement = places.allocate(child_id=ChildFactory().pk, pool=PANELS, on=date(2026, 10, 1), by=head)
    places.end(placement_id=placement.pk, on=TODAY, reason="other", by=head)
    days = [date(2026, 9, 30), date(2026, 10, 1), YESTERDAY, TODAY]
    assert [counter(PANELS, day).used for day in days] == [0, 1, 1, 0]


def test_before_the_pool_began_there_is_no_place(head):
    with pytest.raises(places.NoPlaceFree, match="There are no panel places on that day"):
        places.allocate(child_id=ChildFactory().pk, pool=PANELS, on=date(2021, 8, 31), by=head)


@pytest.mark.parametrize(
    ("trait", "words"), [({}, "already has social care place 7"), ({"offered": True}, "already has been offered social care")]
)
def test_a_child_who_holds_a_place_gets_no_second_one(head, trait, words):
    held = PlacementFactory(place=Place.objects.get(pool=SOCIAL_CARE, number=7), **trait)
    with pytest.raises(Refused, match=words):
        places.allocate(child_id=held.child_id, pool=PANELS, on=TODAY, by=head)


def test_a_looked_after_child_takes_no_place(head):
    child = ChildFactory()
    offered = places.offer(child_id=child.pk, pool=PANELS, on=YESTERDAY, by=head)
    StatusFactory(child=child, status="looked_after", starts_on=TODAY)
    with pytest.raises(Refused, match="is looked after"):
        places.start(placement_id=offered.pk, on=TODAY, by=head)
    places.end(placement_id=offered.pk, on=TODAY, reason="looked_after", by=head)
    with pytest.raises(Refused, match="is looked after"):
        places.allocate(child_id=child.pk, pool=PANELS, on=TODAY, by=head)


def test_dates_that_cross_are_refused(head):
    child = ChildFactory()
    with pytest.raises(Refused, match="Enter the day the place was offered"):
        places.offer(child_id=child.pk, pool=PANELS, on=TOMORROW, by=head)
    with pytest.raises(Refused, match="kept until a day on or after the offer, Monday 23 November 2026"):
        places.offer(child_id=child.pk, pool=PANELS, on=TODAY, by=head, reserved_until=YESTERDAY)
    offered = places.offer(child_id=child.pk, pool=PANELS, on=YESTERDAY, by=head)
    with pytest.raises(Refused, match="offered on Sunday 22 November 2026. It can start on that day or later"):
        places.start(placement_id=offered.pk, on=YESTERDAY - timedelta(days=1), by=head)
    places.start(placement_id=offered.pk, on=YESTERDAY, by=head)
    with pytest.raises(Refused, match="on or after the day it started, Sunday 22 November 2026"):
        places.end(placement_id=offered.pk, on=date(2026, 11, 1), reason="other", by=head)
    with pytest.raises(Refused, match="enter today or a day before"):
        places.end(placement_id=offered.pk, on=TOMORROW, reason="other", by=head)


def test_a_reason_and_a_pool_that_are_none_are_refused(head):
    placement = PlacementFactory()
    with pytest.raises(Refused, match="Select why the place ends"):
        places.end(placement_id=placement.pk, on=TODAY, reason="because", by=head)
    with pytest.raises(Refused, match="Select one of the pools"):
        places.allocate(child_id=ChildFactory().pk, pool="teachers", on=TODAY, by=head)


def test_moves_that_do_not_start_from_where_the_place_stands_are_refused(head):
    started, ended = PlacementFactory(), PlacementFactory(ended=True)
    for placement in (started, ended):
        with pytest.raises(TransitionRefused):
            places.start(placement_id=placement.pk, on=TODAY, by=head)
    with pytest.raises(TransitionRefused):
        places.end(placement_id=ended.pk, on=TODAY, reason="other", by=head)


@pytest.mark.parametrize(
    "role", [Role.OFFICE, Role.DESIGNATED_TEACHER, Role.LEAD_PRACTITIONER, Role.TEAM_MANAGER, Role.SYSTEM_ADMIN, Role.AUDITOR]
)
def test_who_may_not_give_places(role):
    by, offered = person(role), PlacementFactory(offered=True)
    with pytest.raises(NotAllowed):
        places.allocate(child_id=ChildFactory().pk, pool=PANELS, on=TODAY, by=by)
    with pytest.raises(NotAllowed):
        places.start(placement_id=offered.pk, on=TODAY, by=by)
    with pytest.raises(NotAllowed):
        places.end(placement_id=offered.pk, on=TODAY, reason="other", by=by)


def test_advisory_teachers_see_places_but_give_none():
    with pytest.raises(NotAllowed):
        places.offer(child_id=ChildFactory().pk, pool=PANELS, on=TODAY, by=adviser())


def test_a_restricted_child_is_placed_by_named_people_only(head):
    with pytest.raises(NotAllowed):
        places.allocate(child_id=ChildFactory(restricted=True).pk, pool=PANELS, on=TODAY, by=head)


def test_the_database_lets_one_child_hold_a_place_and_one_place_one_child():
    first, child = free_place(PANELS), ChildFactory()
    PlacementFactory(place=first, child=child)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlacementFactory(place=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlacementFactory(place=free_place(PANELS), child=child)


def test_a_door_that_goes_round_our_locks_is_answered_in_words(head, monkeypatch):
    """Another transaction takes the number between our search and our insert: the constraint's error becomes the same refusal."""
    fill(PANELS)
    taken = Place.objects.filter(pool=PANELS)
    monkeypatch.setattr(places, "free_places", lambda pool, on: taken)
    monkeypatch.setattr(places, "counter_from", lambda pool, on: places.Counter(PANELS, "Panel places", 20, 19, 0, 1))
    with pytest.raises(places.NoPlaceFree):
        places.allocate(child_id=ChildFactory().pk, pool=PANELS, on=TODAY, by=head)


def test_panel_places_within_social_care_are_a_setting(head, settings):
    settings.PANEL_PLACES_BESIDE = False
    fill(SOCIAL_CARE, leave=2)
    places.offer(child_id=ChildFactory().pk, pool=PANELS, on=TODAY, by=head)
    social_care, panels = counters(TODAY)
    assert (social_care.used, social_care.offered, social_care.free) == (68, 1, 1)
    assert (panels.used, panels.offered, panels.free) == (0, 1, 1)
    places.allocate(child_id=ChildFactory().pk, pool=SOCIAL_CARE, on=TODAY, by=head)
    for pool in (PANELS, SOCIAL_CARE):
        with pytest.raises(places.NoPlaceFree):
            places.allocate(child_id=ChildFactory().pk, pool=pool, on=TODAY, by=head)


def test_counters_take_four_statements_whatever_stands_in_them():
    counts = []
    for more in (1, 30):
        for _ in range(more):
            PlacementFactory(place=free_place(SOCIAL_CARE))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            counters(TODAY)
        counts.append(len(captured))
    assert counts == [4, 4]
