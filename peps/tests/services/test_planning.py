"""The nightly sweep: what it opens, closes, moves and leaves alone."""

from datetime import date

import pytest

from accounts.tests.factories import SettingFactory
from audit.models import Event
from caseload.models import Enrolment, StatusEpisode
from caseload.states import PlacementState, PlanStatus
from caseload.tests.factories import EnrolmentFactory, PlacementFactory, StatusFactory, known_child
from core.models import ClosureDay, Cycle, Term
from peps.models import Part, Pep
from peps.services import planning
from peps.states import PartKind, PepKind, PepState
from peps.tests.factories import PepFactory
from peps.tests.flow import agreed

pytestmark = pytest.mark.django_db
SPRING = date(2026, 1, 12)
HOLIDAY = date(2025, 12, 27)


def starts(child, on):
    child.placements.update(started_on=on, offered_on=min(on, date(2025, 9, 1)))


def test_every_started_place_gets_its_plan_with_four_parts_once():
    child = known_child()
    done = planning.open_due(on=SPRING)
    pep = Pep.objects.get(child=child)
    assert (done.opened, done.note) == (1, "")
    assert pep.reference == f"PEP-{child.reference[3:]}-2025-2"
    assert (pep.state, pep.kind, pep.opened_on) == (PepState.NOT_STARTED, PepKind.FIRST, SPRING)
    assert pep.due_on == date(2026, 3, 19), "ten school days before Thursday 2 April"
    assert pep.setting == child.enrolments.get().setting
    assert pep.template.code == "primary"
    assert set(Part.objects.filter(pep=pep).values_list("kind", flat=True)) == set(PartKind.values)
    event = Event.objects.get(verb="pep.opened")
    assert (event.actor_label, event.child_id, event.target_label) == ("system:peps.open_due", str(child.pk), pep.reference)


def test_running_again_opens_nothing_and_leaves_no_second_event():
    known_child()
    planning.open_due(on=SPRING)
    assert planning.open_due(on=SPRING).opened == 0
    assert planning.open_due(on=date(2026, 3, 30)).opened == 0
    assert (Pep.objects.count(), Event.objects.filter(verb="pep.opened").count()) == (1, 1)


def test_the_next_cycle_brings_the_next_plan_which_is_a_termly_one_once_a_plan_was_agreed(frozen):
    our = agreed()
    other = known_child()
    planning.open_due(on=SPRING)
    summer = date(2026, 4, 20)
    done = planning.open_due(on=summer)
    assert (done.opened, done.closed) == (2, 1)
    assert Pep.objects.get(child=our.child, cycle__number=3).kind == PepKind.TERMLY
    assert Pep.objects.get(child=other, cycle__number=3).kind == PepKind.FIRST, "its spring plan was never agreed"
    our.pep.refresh_from_db()
    assert our.pep.state == PepState.CLOSED
    assert Event.objects.get(verb="pep.closed").target_label == our.pep.reference


def test_a_new_place_after_an_agreed_plan_in_an_old_one_begins_with_a_first_plan():
    our = agreed()
    our.child.placements.update(state=PlacementState.ENDED, ended_on=date(2026, 4, 1), end_reason="improved")
    PlacementFactory(child=our.child, started_on=date(2026, 4, 20))
    planning.open_due(on=date(2026, 4, 20))
    assert Pep.objects.get(child=our.child, cycle__number=3).kind == PepKind.FIRST


def test_between_two_cycles_nothing_opens_and_the_answer_says_so():
    known_child()
    assert planning.open_due(on=HOLIDAY) == planning.Sweep(note=planning.HOLIDAY)
    assert not Pep.objects.exists()


def test_without_term_dates_nothing_opens_and_no_day_is_guessed():
    known_child()
    Term.objects.filter(year=2025).delete()
    done = planning.open_due(on=SPRING)
    assert done.opened == 0
    assert "no term dates for the school year 2025/26" in str(done)
    assert not Pep.objects.exists()


def test_a_cycle_whose_closures_leave_no_school_day_opens_nothing_and_says_so(monkeypatch):
    known_child()
    spring = Cycle.objects.get(year=2025, number=2)
    days = planning.school_days_of(planning.calendar(), spring.dates_in(planning.calendar()))
    ClosureDay.objects.bulk_create(ClosureDay(on=day, name="Closed", kind="closure") for day in days)
    done = planning.open_due(on=SPRING)
    assert (done.opened, done.waiting) == (0, 1)
    assert "has no school days" in done.note


@pytest.mark.parametrize(
    ("starts_on", "due"),
    [
        (date(2026, 1, 5), date(2026, 3, 19)),
        (date(2026, 3, 2), date(2026, 3, 30)),  # 20 working days later, after the plain day
        (date(2026, 3, 30), date(2026, 4, 2)),  # never across the cycle
    ],
)
def test_a_place_that_starts_in_the_cycle_has_twenty_working_days(starts_on, due):
    child = known_child()
    starts(child, starts_on)
    planning.open_due(on=starts_on)
    assert Pep.objects.get(child=child).due_on == due


def test_a_place_that_starts_after_the_last_school_day_waits_for_the_next_cycle():
    child = known_child()
    ClosureDay.objects.create(on=date(2026, 4, 2), name="Closed", kind="closure")
    starts(child, date(2026, 4, 2))
    assert planning.open_due(on=date(2026, 4, 2)).waiting == 1
    assert not Pep.objects.exists()
    assert planning.open_due(on=date(2026, 4, 20)).opened == 1


def test_a_place_that_starts_later_waits_for_its_day():
    child = known_child()
    starts(child, date(2026, 2, 23))
    assert planning.open_due(on=SPRING).opened == 0
    assert planning.open_due(on=date(2026, 2, 23)).opened == 1


def test_offers_ended_places_and_looked_after_children_get_no_plan():
    PlacementFactory(offered=True)
    PlacementFactory(ended=True)
    looked_after = known_child()
    StatusEpisode.objects.filter(child=looked_after).update(ends_on=date(2025, 12, 1))
    StatusFactory(child=looked_after, starts_on=date(2025, 12, 1), status=PlanStatus.LOOKED_AFTER)
    assert planning.open_due(on=SPRING).opened == 0


def test_a_school_year_without_questions_waits_and_says_so():
    known_child(date_of_birth=date(1980, 1, 1))
    child = known_child()
    done = planning.open_due(on=SPRING)
    assert (done.opened, done.waiting) == (1, 1)
    assert "no questions for this school year" in done.note
    assert Pep.objects.get().child == child


def test_a_child_on_no_roll_gets_a_plan_without_a_setting_and_it_follows_the_child():
    child = known_child()
    Enrolment.objects.filter(child=child).update(ends_on=date(2025, 12, 1))
    planning.open_due(on=SPRING)
    assert Pep.objects.get().setting is None
    new = SettingFactory()
    EnrolmentFactory(child=child, setting=new, starts_on=date(2026, 1, 19))
    assert planning.open_due(on=date(2026, 1, 19)).moved == 1
    assert planning.open_due(on=date(2026, 1, 20)).moved == 0
    assert Pep.objects.get().setting == new
    assert Event.objects.get(verb="pep.setting_changed").changes == {"setting": {"from": None, "to": str(new.pk)}}


def test_a_plan_that_was_begun_stays_with_the_setting_that_began_it():
    pep = PepFactory(started=True)
    old = pep.setting
    Enrolment.objects.filter(child=pep.child).update(ends_on=SPRING)
    EnrolmentFactory(child=pep.child, starts_on=SPRING)
    assert planning.open_due(on=SPRING).moved == 0
    pep.refresh_from_db()
    assert pep.setting == old


def test_the_sample_is_settled_by_the_id_and_near_its_percentage(settings):
    ids = [Pep().pk for _ in range(4000)]
    share = sum(map(planning.in_sample, ids)) / len(ids)
    assert 0.07 < share < 0.13
    assert [planning.in_sample(pk) for pk in ids[:50]] == [planning.in_sample(pk) for pk in ids[:50]]
    settings.REVIEW_SAMPLE_PERCENT = 100
    assert all(map(planning.in_sample, ids))
    settings.REVIEW_SAMPLE_PERCENT = 0
    assert not any(map(planning.in_sample, ids))


def test_the_number_of_statements_does_not_grow_with_the_places(django_assert_max_num_queries):
    for _ in range(12):
        known_child()
    with django_assert_max_num_queries(30):
        planning.open_due(on=SPRING)
    assert Pep.objects.count() == 12
