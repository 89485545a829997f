"""One door gives the place, the adviser and the first plan, or nothing; and takes the place away with what was not sent."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import adviser, person
from audit.models import Event
from caseload.models import Placement, PoolSize
from caseload.services.places import NoPlaceFree
from caseload.states import PlacementState, PlanStatus
from caseload.tests.factories import StatusFactory, known_child
from core.errors import Refused
from core.models import Term
from core.transitions import TransitionRefused
from peps.models import Pep
from peps.services import admission, planning, review
from peps.states import PepKind, PepState
from peps.tests.factories import PepFactory
from peps.tests.flow import head, sent, written

pytestmark = pytest.mark.django_db
TODAY = date(2026, 2, 4)


@pytest.fixture(autouse=True)
def _spring(frozen):
    frozen(TODAY)


def test_a_place_an_adviser_and_the_first_plan_come_together():
    child, boss, karen = known_child(placed=False), head(), adviser()
    placement = admission.admit(child_id=child.pk, pool="social_care", on=TODAY, by=boss, adviser_id=karen.pk)
    pep = Pep.objects.get(child=child)
    assert (placement.state, pep.placement, pep.kind) == (PlacementState.STARTED, placement, PepKind.FIRST)
    assert child.adviser_allocations.get().adviser == karen
    opened = Event.objects.get(verb="pep.opened")
    assert (opened.actor, opened.child_id) == (boss, str(child.pk))


def test_an_offer_opens_no_plan_and_its_start_does():
    child, boss = known_child(placed=False), head()
    placement = admission.admit(child_id=child.pk, pool="panels", on=TODAY, by=boss, offer_only=True)
    assert placement.state == PlacementState.OFFERED
    assert not Pep.objects.exists()
    admission.start_offered(placement_id=placement.pk, on=TODAY, by=boss, adviser_id=adviser().pk)
    assert Pep.objects.get(child=child).placement == placement


def test_a_full_pool_leaves_nothing_behind():
    PoolSize.objects.filter(pool="panels").update(size=0)
    child, boss = known_child(placed=False), head()
    before = Event.objects.count()
    with pytest.raises(NoPlaceFree):
        admission.admit(child_id=child.pk, pool="panels", on=TODAY, by=boss, adviser_id=adviser().pk)
    assert not Placement.objects.filter(child=child).exists()
    assert not child.adviser_allocations.exists()
    assert (Pep.objects.count(), Event.objects.count()) == (0, before)


def test_an_adviser_who_is_none_rolls_the_place_back():
    child = known_child(placed=False)
    with pytest.raises(Refused, match="not an advisory teacher"):
        admission.admit(child_id=child.pk, pool="social_care", on=TODAY, by=head(), adviser_id=person(Role.OFFICE).pk)
    assert not Placement.objects.filter(child=child).exists()


def test_the_adviser_who_works_with_the_child_already_stays():
    karen = adviser()
    child = known_child(placed=False, adviser=karen)
    admission.admit(child_id=child.pk, pool="social_care", on=TODAY, by=head(), adviser_id=karen.pk)
    assert child.adviser_allocations.count() == 1


def test_in_the_holidays_and_without_term_dates_the_place_is_given_without_a_plan(frozen):
    first, second, boss = known_child(placed=False), known_child(placed=False), head()
    frozen(date(2025, 12, 27))
    assert admission.admit(child_id=first.pk, pool="social_care", on=date(2025, 12, 27), by=boss)
    frozen(TODAY)
    Term.objects.filter(year=2025).delete()
    assert admission.admit(child_id=second.pk, pool="social_care", on=TODAY, by=boss)
    assert not Pep.objects.exists()


def test_a_place_that_starts_later_has_its_plan_on_that_day():
    child = known_child(placed=False)
    admission.admit(child_id=child.pk, pool="social_care", on=date(2026, 2, 23), by=head())
    assert not Pep.objects.exists()


def test_looked_after_children_and_people_without_the_right_get_no_place():
    child = known_child(placed=False)
    child.statuses.update(ends_on=TODAY)
    StatusFactory(child=child, starts_on=TODAY, status=PlanStatus.LOOKED_AFTER)
    with pytest.raises(Refused, match="looked after"):
        admission.admit(child_id=child.pk, pool="social_care", on=TODAY, by=head())
    karen = adviser()
    other = known_child(placed=False, adviser=karen)
    with pytest.raises(NotAllowed):
        admission.admit(child_id=other.pk, pool="social_care", on=TODAY, by=karen)


def test_the_end_of_a_place_cancels_what_was_not_sent_and_leaves_what_was():
    ours, theirs, boss = written(), sent(), head()
    for our in (ours, theirs):
        admission.end_place(placement_id=our.pep.placement_id, on=TODAY, reason="improved", by=boss)
        our.pep.refresh_from_db()
    assert (ours.pep.state, ours.pep.ended_reason, ours.pep.ended_by) == (PepState.CANCELLED, admission.PLACE_ENDED, boss)
    assert theirs.pep.state == PepState.SUBMITTED
    assert list(Event.objects.filter(verb="pep.cancelled").values_list("target_label", flat=True)) == [ours.pep.reference]


@pytest.mark.parametrize("days", [0, 3])
def test_a_place_given_again_in_the_cycle_goes_on_with_the_plan_that_ended_with_the_first(frozen, days):
    """By mistake ended, or from one pool to the other: there is one plan a child a cycle, and what was written is not lost."""
    our, boss = written(), head()
    admission.end_place(placement_id=our.pep.placement_id, on=TODAY, reason="improved", by=boss)
    again = admission.admit(child_id=our.child.pk, pool="panels", on=TODAY + timedelta(days=days), by=boss)
    frozen(TODAY + timedelta(days=days))
    planning.open_due(on=TODAY + timedelta(days=days))
    planning.open_due(on=TODAY + timedelta(days=days))
    our.pep.refresh_from_db()
    assert (our.pep.state, our.pep.placement, our.pep.ended_reason) == (PepState.IN_PROGRESS, again, "")
    assert our.pep.parts.filter(data={}).count() == 0
    resumed = Event.objects.get(verb="pep.resumed")
    assert (resumed.before, resumed.after, resumed.child_id) == ("cancelled", "in_progress", str(our.child.pk))


def test_a_plan_the_head_cancelled_stays_cancelled_while_its_place_goes_on():
    our = written()
    review.cancel(pep_id=our.pep.pk, reason="A twin's plan covers it", by=head(), now=timezone.now())
    assert planning.open_due(on=TODAY).opened == 0
    our.pep.refresh_from_db()
    assert our.pep.state == PepState.CANCELLED


def test_a_place_that_has_ended_is_not_ended_again_and_its_plans_stay():
    pep = PepFactory(started=True)
    pep.child.placements.update(state=PlacementState.ENDED, ended_on=TODAY, end_reason="improved")
    with pytest.raises(TransitionRefused):
        admission.end_place(placement_id=pep.placement_id, on=TODAY, reason="improved", by=head())
    pep.refresh_from_db()
    assert pep.state == PepState.IN_PROGRESS
