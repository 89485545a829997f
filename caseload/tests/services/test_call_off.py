"""A fact that is recorded for a day to come is called off: its row is empty, the one it closed is open again."""

from datetime import date

import pytest

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import OrganisationFactory, SettingFactory, adviser, person
from audit.models import Event
from caseload.facts import facts_of, facts_to_come
from caseload.models import FactKind, StatusEpisode
from caseload.services import history
from caseload.tests.factories import ChildFactory, StatusFactory, known_child
from core.errors import Refused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
LONG_AGO, SEPTEMBER, JANUARY, MAY = date(2024, 9, 2), date(2026, 9, 1), date(2027, 1, 1), date(2027, 5, 1)
ROWS = {
    FactKind.STATUS: "statuses",
    FactKind.SETTING: "enrolments",
    FactKind.LEAD: "lead_allocations",
    FactKind.ADVISER: "adviser_allocations",
}


@pytest.fixture
def office(frozen):
    frozen(TODAY)
    return person(Role.OFFICE)


@pytest.fixture
def child(office):
    return known_child(adviser=adviser())


def spans(child, kind=FactKind.STATUS):
    return [(row.starts_on, row.ends_on) for row in getattr(child, ROWS[kind]).order_by("starts_on", "pk")]


def record_all(child, by, starts_on):
    history.set_status(child_id=child.pk, status="cp", starts_on=starts_on, by=by)
    history.set_setting(child_id=child.pk, setting=SettingFactory(), starts_on=starts_on, by=by)
    history.set_lead(child_id=child.pk, team=OrganisationFactory(team=True), practitioner=None, starts_on=starts_on, by=by)
    history.set_adviser(child_id=child.pk, adviser=adviser(), starts_on=starts_on, by=by)


@pytest.mark.parametrize("kind", FactKind)
def test_the_row_to_come_is_empty_and_the_one_before_is_open_again(office, child, kind):
    now = facts_of(child, TODAY)
    record_all(child, office, JANUARY)
    row = history.call_off(kind=kind, child_id=child.pk, by=office)
    assert spans(child, kind) == [(LONG_AGO, None), (JANUARY, JANUARY)]
    name = "enrolment" if kind == FactKind.SETTING else kind
    assert getattr(facts_of(child, MAY), name) == getattr(now, name)
    assert facts_to_come(child, TODAY)[kind] == []
    assert [len(rows) for rows in facts_to_come(child, TODAY).values()].count(1) == 3
    event = Event.objects.get(verb=f"child.{kind}_called_off")
    before = getattr(child, ROWS[kind]).get(ends_on=None)
    assert (event.actor, event.child_id, event.target_id) == (office, str(child.pk), str(row.pk))
    assert event.changes == {"starts_on": "2027-01-01", "ended_on": None, "open_again": before.pk}


def test_what_the_row_to_come_stood_in_the_way_of_can_be_recorded(office, child):
    history.set_status(child_id=child.pk, status="cp", starts_on=JANUARY, by=office)
    with pytest.raises(Refused, match="Another status is recorded .* to Friday 1 January 2027"):
        history.set_status(child_id=child.pk, status="looked_after", starts_on=TODAY, by=office)
    history.call_off(kind="status", child_id=child.pk, by=office)
    history.set_status(child_id=child.pk, status="looked_after", starts_on=TODAY, by=office)
    assert spans(child) == [(LONG_AGO, TODAY), (TODAY, None), (JANUARY, JANUARY)]


def test_it_is_called_off_once(office, child):
    history.set_status(child_id=child.pk, status="cp", starts_on=JANUARY, by=office)
    history.call_off(kind="status", child_id=child.pk, by=office)
    with pytest.raises(Refused, match="No status is recorded for a day to come"):
        history.call_off(kind="status", child_id=child.pk, by=office)
    assert Event.objects.filter(verb="child.status_called_off").count() == 1


def test_recorded_again_for_the_same_day_it_is_called_off_again(office, child):
    """The empty row of the first time ends on that day as well, and is not the one to open."""
    for _ in range(2):
        history.set_status(child_id=child.pk, status="cp", starts_on=JANUARY, by=office)
        history.call_off(kind="status", child_id=child.pk, by=office)
    assert spans(child) == [(LONG_AGO, None), (JANUARY, JANUARY), (JANUARY, JANUARY)]


@pytest.mark.parametrize("starts_on", [SEPTEMBER, TODAY])
def test_what_holds_already_is_not_called_off(office, child, starts_on):
    history.set_status(child_id=child.pk, status="cp", starts_on=starts_on, by=office)
    with pytest.raises(Refused, match="none to call off"):
        history.call_off(kind="status", child_id=child.pk, by=office)
    assert spans(child) == [(LONG_AGO, starts_on), (starts_on, None)]


def test_of_several_the_last_goes_first(office, child):
    history.set_status(child_id=child.pk, status="cp", starts_on=JANUARY, by=office)
    history.set_status(child_id=child.pk, status="looked_after", starts_on=MAY, by=office)
    assert [(row.starts_on, row.words, row.last) for row in facts_to_come(child, TODAY)["status"]] == [
        (JANUARY, "Child protection plan", False),
        (MAY, "Looked after", True),
    ]
    history.call_off(kind="status", child_id=child.pk, by=office)
    assert spans(child) == [(LONG_AGO, JANUARY), (JANUARY, None), (MAY, MAY)]
    history.call_off(kind="status", child_id=child.pk, by=office)
    assert spans(child) == [(LONG_AGO, None), (JANUARY, JANUARY), (MAY, MAY)]


def test_an_old_page_calls_off_no_other_row(office, child):
    seen = history.set_status(child_id=child.pk, status="cp", starts_on=JANUARY, by=office)
    history.set_status(child_id=child.pk, status="looked_after", starts_on=MAY, by=office)
    before = spans(child)
    with pytest.raises(Refused, match="changed meanwhile"):
        history.call_off(kind="status", child_id=child.pk, by=office, seen=str(seen.pk))
    assert spans(child) == before


def test_a_row_with_an_end_is_called_off_too(office, child):
    history.set_status(child_id=child.pk, status="cp", starts_on=JANUARY, ends_on=MAY, by=office)
    history.call_off(kind="status", child_id=child.pk, by=office)
    assert spans(child) == [(LONG_AGO, None), (JANUARY, JANUARY)]
    assert Event.objects.get(verb="child.status_called_off").changes["ended_on"] == "2027-05-01"


def test_a_row_that_ended_earlier_stays_ended(office):
    child = ChildFactory()
    StatusFactory(child=child, starts_on=LONG_AGO, ends_on=SEPTEMBER)
    history.set_status(child_id=child.pk, status="cp", starts_on=JANUARY, by=office)
    history.call_off(kind="status", child_id=child.pk, by=office)
    assert spans(child) == [(LONG_AGO, SEPTEMBER), (JANUARY, JANUARY)]
    assert Event.objects.get(verb="child.status_called_off").changes["open_again"] is None


@pytest.mark.parametrize("role", [Role.DESIGNATED_TEACHER, Role.LEAD_PRACTITIONER, Role.TEAM_MANAGER, Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_who_may_not_call_off(child, role):
    StatusEpisode.objects.filter(child=child).update(starts_on=JANUARY)
    with pytest.raises(NotAllowed):
        history.call_off(kind="status", child_id=child.pk, by=person(role))
    assert spans(child) == [(JANUARY, None)]


def test_of_a_restricted_child_named_people_only(office):
    child = ChildFactory(restricted=True)
    StatusFactory(child=child, starts_on=JANUARY)
    with pytest.raises(NotAllowed):
        history.call_off(kind="status", child_id=child.pk, by=office)
    assert spans(child) == [(JANUARY, None)]
