"""The line of a fact to come on the child's page, and its button."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import SettingFactory, adviser, person
from caseload.models import Enrolment, FactKind
from caseload.services import history
from caseload.tests.factories import known_child
from core.tests.counting import statements

pytestmark = pytest.mark.django_db
JANUARY, MAY = date(2027, 1, 1), date(2027, 5, 1)


@pytest.fixture
def office(client, frozen):
    frozen("2026-11-23")
    user = person(Role.OFFICE)
    client.force_login(user)
    return user


@pytest.fixture
def child(office):
    return known_child(adviser=adviser(name="Alex Adviser"))


def page(client, child) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(f"/children/{child.pk}/").content.decode()).split())


def record_all(child, by, starts_on):
    school = SettingFactory(organisation__name="Hill School")
    lead = child.lead_allocations.first()
    history.set_status(child_id=child.pk, status="cp", starts_on=starts_on, by=by)
    history.set_setting(child_id=child.pk, setting=school, starts_on=starts_on, by=by)
    history.set_lead(child_id=child.pk, team=lead.team, practitioner=None, starts_on=starts_on, by=by)
    history.set_adviser(child_id=child.pk, adviser=adviser(name="Bo Adviser"), starts_on=starts_on, by=by)


def test_each_fact_to_come_has_its_line_and_is_called_off_from_it(client, office, child):
    assert "Call off" not in page(client, child)
    record_all(child, office, JANUARY)
    team = child.lead_allocations.first().team.name
    lines = {
        "status": ("Child protection plan", "plan status"),
        "setting": ("Hill School", "setting"),
        "lead": (f"The team manager, {team}", "lead practitioner"),
        "adviser": ("Bo Adviser", "advisory teacher"),
    }
    for kind, (what, name) in lines.items():
        line = f"From 1 January 2027: {what} Call off the {name} from 1 January 2027"
        assert line in page(client, child)
        response = client.post(reverse("caseload:call_off", args=[child.pk, kind]))
        assert response["Location"] == f"/children/{child.pk}/"
        after = page(client, child)
        assert f"The {name} from Friday 1 January 2027 is called off." in after
        assert line not in after
    assert "From 1 January 2027" not in page(client, child)


def test_the_button_carries_the_row_and_a_second_press_calls_off_no_other(client, office, child):
    history.set_status(child_id=child.pk, status="cp", starts_on=JANUARY, by=office)
    history.set_status(child_id=child.pk, status="looked_after", starts_on=MAY, by=office)
    shown = client.get(f"/children/{child.pk}/").content.decode()
    (seen,) = re.findall(r'name="seen" value="(\d+)"', shown)
    for said in ("is called off.", "was changed meanwhile"):
        client.post(f"/children/{child.pk}/call-off/status/", {"seen": seen})
        assert said in page(client, child)
    assert [(row.starts_on, row.ends_on) for row in child.statuses.all()[:2]] == [(MAY, MAY), (JANUARY, None)]


def test_nothing_to_come_is_told(client, office, child):
    client.post(f"/children/{child.pk}/call-off/adviser/")
    assert "No advisory teacher is recorded for a day to come, so there is none to call off." in page(client, child)


def test_what_was_called_off_stays_in_the_history_and_leaves_the_overview(client, office, child):
    history.set_status(child_id=child.pk, status="cp", starts_on=JANUARY, by=office)
    history.call_off(kind=FactKind.STATUS, child_id=child.pk, by=office)
    changes = " ".join(re.sub(r"<[^>]+>", " ", client.get(f"/children/{child.pk}/status/").content.decode()).split())
    assert "Child protection plan For Friday 1 January 2027, never held, entered by hand" in changes
    client.force_login(person(Role.HEAD))
    assert "Statuses and settings so far" in page(client, child)
    assert "Child protection plan" not in page(client, child)


def test_people_of_the_setting_are_shown_nothing_to_come(client, office, child):
    record_all(child, office, JANUARY)
    enrolment = Enrolment.objects.get(child=child, ends_on=JANUARY)
    client.force_login(person(Role.DESIGNATED_TEACHER, enrolment.setting.organisation))
    shown = page(client, child)
    assert enrolment.setting.name in shown
    for word in ("1 January 2027", "Child protection plan", "Hill School", "Bo Adviser", "Call off"):
        assert word not in shown


def test_the_lead_practitioner_reads_the_line_and_has_no_button(client, office, child):
    record_all(child, office, JANUARY)
    client.force_login(child.lead_allocations.get(ends_on=JANUARY).practitioner)
    shown = page(client, child)
    assert "From 1 January 2027: Child protection plan" in shown
    assert "Call off" not in shown
    assert client.post(f"/children/{child.pk}/call-off/status/").status_code == 403
    assert child.statuses.get(ends_on=None).starts_on == JANUARY


def test_a_hidden_and_a_missing_child_and_another_word_are_404(client, office, child):
    hidden = known_child(restricted=True)
    assert client.post(f"/children/{hidden.pk}/call-off/status/").status_code == 404
    assert client.post("/children/00000000-0000-4000-8000-000000000000/call-off/status/").status_code == 404
    assert client.post(f"/children/{child.pk}/call-off/place/").status_code == 404
    assert client.get(f"/children/{child.pk}/call-off/status/").status_code == 405


@pytest.mark.parametrize("role", [Role.OFFICE, Role.HEAD])
def test_the_page_costs_the_same_whatever_is_to_come(client, office, child, role):
    client.force_login(person(role))
    page(client, child)
    before = statements(lambda: page(client, child))
    record_all(child, office, JANUARY)
    assert statements(lambda: page(client, child)) == before
    for month, status in ((2, "cin"), (3, "cp"), (4, "looked_after")):
        history.set_status(child_id=child.pk, status=status, starts_on=date(2027, month, 1), by=office)
        history.set_setting(child_id=child.pk, setting=SettingFactory(), starts_on=date(2027, month, 1), by=office)
        history.set_adviser(child_id=child.pk, adviser=adviser(), starts_on=date(2027, month, 1), by=office)
    assert statements(lambda: page(client, child)) == before
