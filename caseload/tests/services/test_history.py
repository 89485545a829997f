"""Dated facts: one closes the other, dates never cross, every refusal says what to do."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import MembershipFactory, OrganisationFactory, SettingFactory, adviser, person
from audit.models import Event
from caseload.models import AdviserAllocation, Enrolment, LeadAllocation, StatusEpisode
from caseload.services import history
from caseload.tests.factories import ChildFactory, EnrolmentFactory, StatusFactory
from core.errors import Refused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
SEPTEMBER, OCTOBER, MAY = date(2026, 9, 1), date(2026, 10, 1), date(2027, 5, 1)


@pytest.fixture
def office(frozen):
    frozen(TODAY)
    return person(Role.OFFICE)


@pytest.fixture
def child():
    return ChildFactory()


def spans(model):
    return [(row.starts_on, row.ends_on) for row in model.objects.order_by("starts_on", "pk")]


def test_a_new_status_ends_the_one_before_on_its_first_day(office, child):
    history.set_status(child_id=child.pk, status="cin", starts_on=SEPTEMBER, by=office)
    history.set_status(child_id=child.pk, status="cp", starts_on=OCTOBER, by=office)
    assert spans(StatusEpisode) == [(SEPTEMBER, OCTOBER), (OCTOBER, None)]
    assert [event.child_id for event in Event.objects.filter(verb="child.status_set")] == [str(child.pk)] * 2


def test_a_status_may_begin_on_a_day_to_come(office, child):
    history.set_status(child_id=child.pk, status="cin", starts_on=SEPTEMBER, by=office)
    history.set_status(child_id=child.pk, status="cp", starts_on=MAY, by=office)
    assert spans(StatusEpisode) == [(SEPTEMBER, MAY), (MAY, None)]


def test_the_same_status_twice_is_told(office, child):
    history.set_status(child_id=child.pk, status="cin", starts_on=SEPTEMBER, by=office)
    for day in (SEPTEMBER, OCTOBER):
        with pytest.raises(Refused, match="recorded already, from Tuesday 1 September 2026"):
            history.set_status(child_id=child.pk, status="cin", starts_on=day, by=office)
    assert Event.objects.count() == 1


def test_the_same_day_corrects_and_so_does_an_earlier_start(office, child):
    history.set_status(child_id=child.pk, status="cin", starts_on=OCTOBER, by=office)
    history.set_status(child_id=child.pk, status="cp", starts_on=OCTOBER, by=office)
    history.set_status(child_id=child.pk, status="cp", starts_on=SEPTEMBER, by=office)
    row = StatusEpisode.objects.get()
    assert (row.status, row.starts_on, row.ends_on) == ("cp", SEPTEMBER, None)
    assert Event.objects.filter(verb="child.status_corrected").count() == 2


def test_a_status_ends_and_another_may_follow(office, child):
    history.set_status(child_id=child.pk, status="cin", starts_on=SEPTEMBER, by=office)
    history.end_status(child_id=child.pk, on=OCTOBER, by=office)
    with pytest.raises(Refused, match="No status is open"):
        history.end_status(child_id=child.pk, on=OCTOBER, by=office)
    history.set_status(child_id=child.pk, status="cin", starts_on=TODAY, by=office)
    assert spans(StatusEpisode) == [(SEPTEMBER, OCTOBER), (TODAY, None)]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        (
            date(2026, 9, 15),
            None,
            "from Tuesday 1 September 2026 to Thursday 1 October 2026. Enter Thursday 1 October 2026 or a later date",
        ),
        (date(2026, 8, 1), date(2026, 9, 2), "from Tuesday 1 September 2026"),
        (date(2026, 11, 1), None, "A later status is recorded from Monday 23 November 2026"),
        (TODAY, SEPTEMBER, "must end on or after the day it starts"),
        (date(2010, 1, 1), None, "on or after the date of birth"),
    ],
)
def test_dates_that_cross_are_refused_and_change_nothing(office, child, starts_on, ends_on, words):
    StatusFactory(child=child, starts_on=SEPTEMBER, ends_on=OCTOBER)
    StatusFactory(child=child, starts_on=TODAY)
    before = spans(StatusEpisode)
    with pytest.raises(Refused, match=words):
        history.set_status(child_id=child.pk, status="cp", starts_on=starts_on, ends_on=ends_on, by=office)
    assert (spans(StatusEpisode), Event.objects.count()) == (before, 0)


def test_a_past_episode_fits_between(office, child):
    StatusFactory(child=child, starts_on=TODAY)
    history.set_status(child_id=child.pk, status="cp", starts_on=SEPTEMBER, ends_on=OCTOBER, by=office)
    assert spans(StatusEpisode) == [(SEPTEMBER, OCTOBER), (TODAY, None)]


def test_an_end_before_the_start_is_refused(office, child):
    StatusFactory(child=child, starts_on=OCTOBER)
    with pytest.raises(history.DatesCross, match="on or after the day it started, Thursday 1 October 2026"):
        history.end_status(child_id=child.pk, on=SEPTEMBER, by=office)


days = st.integers(0, 60).map(lambda number: SEPTEMBER + timedelta(days=number))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["cin", "cp", "looked_after", "end"]), days, st.none() | days), max_size=8))
def test_whatever_is_asked_no_two_rows_of_a_child_hold_on_one_day(office, acts):
    child = ChildFactory()
    for status, starts_on, ends_on in acts:
        try:
            if status == "end":
                history.end_status(child_id=child.pk, on=starts_on, by=office)
            else:
                history.set_status(child_id=child.pk, status=status, starts_on=starts_on, ends_on=ends_on, by=office)
        except Refused:
            continue
    rows = list(StatusEpisode.objects.filter(child=child))
    for number in range(70):
        day = SEPTEMBER + timedelta(days=number)
        assert sum(row.starts_on <= day and (row.ends_on is None or row.ends_on > day) for row in rows) <= 1
    assert sum(row.ends_on is None for row in rows) <= 1


def test_settings_follow_each_other_and_may_be_none(office, child):
    first, second = SettingFactory(), SettingFactory()
    history.set_setting(child_id=child.pk, setting=first, starts_on=SEPTEMBER, by=office)
    history.set_setting(child_id=child.pk, setting=second, starts_on=OCTOBER, by=office)
    history.end_setting(child_id=child.pk, on=TODAY, by=office)
    assert spans(Enrolment) == [(SEPTEMBER, OCTOBER), (OCTOBER, TODAY)]
    event = Event.objects.filter(verb="child.setting_set").last()
    assert event.changes["setting"] == str(second.pk)


def test_a_closed_setting_is_refused_from_its_last_day_on(office, child):
    closed = SettingFactory(status="2", closed_on=OCTOBER)
    with pytest.raises(Refused, match="closed on Thursday 1 October 2026"):
        history.set_setting(child_id=child.pk, setting=closed, starts_on=OCTOBER, by=office)
    assert history.set_setting(child_id=child.pk, setting=closed, starts_on=SEPTEMBER, by=office)


def test_a_team_holds_the_child_with_or_without_a_person(office, child):
    team = OrganisationFactory(team=True)
    worker = person(Role.LEAD_PRACTITIONER, team)
    row = history.set_lead(
        child_id=child.pk, team=team, practitioner=None, named_email="New.Worker@Example.org", starts_on=SEPTEMBER, by=office
    )
    assert (row.practitioner, row.named_email) == (None, "new.worker@example.org")
    row = history.set_lead(child_id=child.pk, team=team, practitioner=worker, starts_on=OCTOBER, by=office)
    assert (row.practitioner, row.named_email) == (worker, "")
    assert spans(LeadAllocation) == [(SEPTEMBER, OCTOBER), (OCTOBER, None)]
    assert "example.org" not in str([event.changes for event in Event.objects.all()])


def test_only_people_of_the_team_and_only_teams(office, child):
    team, other = OrganisationFactory(team=True), OrganisationFactory(team=True)
    stranger, manager = person(Role.LEAD_PRACTITIONER, other), person(Role.TEAM_MANAGER, team)
    for somebody in (stranger, manager, office):
        with pytest.raises(Refused, match="is not a lead practitioner of"):
            history.set_lead(child_id=child.pk, team=team, practitioner=somebody, starts_on=SEPTEMBER, by=office)
    for organisation in (SettingFactory().organisation, OrganisationFactory(team=True, active=False)):
        with pytest.raises(Refused, match="Select a social-care team"):
            history.set_lead(child_id=child.pk, team=organisation, practitioner=None, starts_on=SEPTEMBER, by=office)


def test_an_adviser_is_one_on_that_day(office, child):
    first = adviser()
    MembershipFactory(user=(gone := person(Role.OFFICE)), role=Role.ADVISORY_TEACHER, ends_on=SEPTEMBER)
    history.set_adviser(child_id=child.pk, adviser=first, starts_on=SEPTEMBER, by=office)
    with pytest.raises(Refused, match="is not an advisory teacher on Thursday 1 October 2026"):
        history.set_adviser(child_id=child.pk, adviser=gone, starts_on=OCTOBER, by=office)
    assert AdviserAllocation.objects.get().adviser == first


@pytest.mark.parametrize("role", [Role.DESIGNATED_TEACHER, Role.LEAD_PRACTITIONER, Role.TEAM_MANAGER, Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_who_may_not_change_facts(role, child, frozen):
    frozen(TODAY)
    by, setting, team, somebody = person(role), SettingFactory(), OrganisationFactory(team=True), adviser()
    EnrolmentFactory(child=child)
    for act in (
        lambda: history.set_status(child_id=child.pk, status="cin", starts_on=SEPTEMBER, by=by),
        lambda: history.end_status(child_id=child.pk, on=SEPTEMBER, by=by),
        lambda: history.set_setting(child_id=child.pk, setting=setting, starts_on=SEPTEMBER, by=by),
        lambda: history.end_setting(child_id=child.pk, on=SEPTEMBER, by=by),
        lambda: history.set_lead(child_id=child.pk, team=team, practitioner=None, starts_on=SEPTEMBER, by=by),
        lambda: history.set_adviser(child_id=child.pk, adviser=somebody, starts_on=SEPTEMBER, by=by),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_restricted_child_is_changed_by_named_people_only(office):
    with pytest.raises(NotAllowed):
        history.set_status(child_id=ChildFactory(restricted=True).pk, status="cin", starts_on=SEPTEMBER, by=office)


def test_an_unknown_status_is_refused(office, child):
    with pytest.raises(Refused, match="Select a plan status"):
        history.set_status(child_id=child.pk, status="closed", starts_on=SEPTEMBER, by=office)


def test_a_mistyped_year_does_not_shut_the_record_for_good(office, child):
    """A fact from 2206 would refuse every other one from today on."""
    history.set_status(child_id=child.pk, status="cin", starts_on=SEPTEMBER, by=office)
    with pytest.raises(Refused, match="more than a year ahead"):
        history.set_status(child_id=child.pk, status="cp", starts_on=date(2206, 11, 23), by=office)
    with pytest.raises(Refused, match="more than a year ahead"):
        history.end_status(child_id=child.pk, on=date(2206, 11, 23), by=office)
    assert spans(StatusEpisode) == [(SEPTEMBER, None)]
