"""The change pages of a child."""

import re

import pytest

from accounts.roles import Role
from accounts.tests.factories import OrganisationFactory, SettingFactory, adviser, person
from audit.models import Viewing
from caseload.tests.factories import known_child

pytestmark = pytest.mark.django_db
PAGES = ["edit", "status", "setting", "lead", "adviser"]
OCTOBER = {"starts_on_day": "1", "starts_on_month": "10", "starts_on_year": "2026"}


@pytest.fixture
def office(client, frozen):
    frozen("2026-11-23")
    user = person(Role.OFFICE)
    client.force_login(user)
    return user


@pytest.fixture
def child(office):
    return known_child(first_name="Ada", last_name="Marsh", adviser=adviser(name="Alex Adviser"))


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize("fact", PAGES)
def test_each_page_shows_the_child_and_writes_down_who_read_it(client, office, child, fact):
    response = client.get(f"/children/{child.pk}/{fact}/")
    assert response.status_code == 200
    assert "Ada Marsh" in words(response)
    title = re.search(r"<title>(.*?)</title>", response.content.decode(), re.S)[1]
    assert child.reference in title
    assert "Ada" not in title
    viewing = Viewing.objects.get()
    assert (viewing.user, viewing.child_id, viewing.page) == (office, str(child.pk), fact)


@pytest.mark.parametrize("fact", PAGES)
def test_a_restricted_and_a_missing_child_are_the_same_404(client, office, child, fact):
    hidden = known_child(restricted=True)
    missing = "00000000-0000-4000-8000-000000000000"
    for verb in (client.get, client.post):
        assert verb(f"/children/{hidden.pk}/{fact}/").status_code == verb(f"/children/{missing}/{fact}/").status_code == 404
    assert not Viewing.objects.exists()


@pytest.mark.parametrize("fact", PAGES)
@pytest.mark.parametrize("role", [Role.DESIGNATED_TEACHER, Role.LEAD_PRACTITIONER, Role.TEAM_MANAGER])
def test_who_may_not_open_them(client, frozen, fact, role):
    frozen("2026-11-23")
    child = known_child()
    client.force_login(person(role))
    assert client.get(f"/children/{child.pk}/{fact}/").status_code == 403


def test_every_fact_is_recorded_from_its_page(client, office, child):
    setting, team = SettingFactory(urn="654321"), OrganisationFactory(team=True)
    worker, other = person(Role.LEAD_PRACTITIONER, team), adviser()
    for fact, data in {
        "status": {"status": "cp"},
        "setting": {"roll": "setting", "setting": "654321"},
        "lead": {"team": team.pk, "practitioner": worker.pk},
        "adviser": {"adviser": other.pk},
    }.items():
        response = client.post(f"/children/{child.pk}/{fact}/", {**data, **OCTOBER})
        assert response["Location"] == f"/children/{child.pk}/", fact
    assert child.statuses.get(ends_on=None).status == "cp"
    assert child.enrolments.get(ends_on=None).setting == setting
    assert child.lead_allocations.get(ends_on=None).practitioner == worker
    assert child.adviser_allocations.get(ends_on=None).adviser == other
    history = words(client.get(f"/children/{child.pk}/adviser/"))
    assert "Alex Adviser From Monday 2 September 2024 to Thursday 1 October 2026, entered by hand" in history


def test_a_status_and_a_roll_may_end(client, office, child):
    client.post(f"/children/{child.pk}/status/", {"status": "none", **OCTOBER})
    client.post(f"/children/{child.pk}/setting/", {"roll": "none", **OCTOBER})
    assert not child.statuses.filter(ends_on=None).exists()
    assert not child.enrolments.filter(ends_on=None).exists()


def test_details_are_corrected(client, office, child):
    born = {"date_of_birth_day": "5", "date_of_birth_month": "3", "date_of_birth_year": "2017"}
    response = client.post(f"/children/{child.pk}/edit/", {"first_name": "Ada", "last_name": "Lovelace", "sex": "F", **born})
    assert response.status_code == 302
    child.refresh_from_db()
    assert (child.last_name, child.sex) == ("Lovelace", "F")


@pytest.mark.parametrize(
    ("fact", "data", "said"),
    [
        ("status", {}, "Select the plan status."),
        ("status", {"status": "xx"}, "Select one of the answers"),
        ("status", {"status": "cin"}, "recorded already"),
        ("status", {"status": "cp", "starts_on_year": "2001"}, "on or after the date of birth"),
        ("status", {"status": "cp", "starts_on_year": "2020"}, "A later status is recorded"),
        ("status", {"status": "cp", "starts_on_month": "x"}, "must be a real date"),
        ("setting", {"roll": "setting"}, "Enter the URN or the name of the setting."),
        ("setting", {"roll": "setting", "setting": "999"}, "No open setting fits"),
        ("setting", {"roll": "setting", "setting": "example"}, "Several settings fit"),
        ("lead", {}, "Select the social-care team."),
        ("lead", {"team": "nothing"}, "Select one of the answers"),
        ("adviser", {"adviser": "0"}, "Select one of the answers"),
    ],
)
def test_bad_input_is_answered_in_words(client, office, child, fact, data, said):
    SettingFactory()
    before = child.statuses.count(), child.enrolments.count(), child.lead_allocations.count()
    response = client.post(f"/children/{child.pk}/{fact}/", {**OCTOBER, **data})
    assert response.status_code == 200
    assert said in words(response)
    assert (child.statuses.count(), child.enrolments.count(), child.lead_allocations.count()) == before


def test_a_child_who_leaves_the_advisers_sight_ends_on_the_list(client, frozen):
    frozen("2026-11-23")
    mine = adviser("primary")
    child = known_child(secondary=True, adviser=mine)
    client.force_login(mine)
    response = client.post(f"/children/{child.pk}/adviser/", {"adviser": adviser("secondary").pk, **OCTOBER})
    assert response["Location"] == "/children/"


def test_a_page_opened_before_somebody_elses_correction_does_not_undo_it(client, office, child, frozen):
    opened = client.get(f"/children/{child.pk}/edit/").context["form"]
    born = child.date_of_birth
    typed = {"first_name": "Ada", "last_name": "Marsh", "sex": "F", "as_of": opened["as_of"].value()}
    typed |= {"date_of_birth_day": born.day, "date_of_birth_month": born.month, "date_of_birth_year": born.year}
    frozen("2026-11-23 12:00")
    theirs = {**typed, "upn": "B801200005001"}
    assert client.post(f"/children/{child.pk}/edit/", theirs).status_code == 302
    frozen("2026-11-23 12:05")
    mine = client.post(f"/children/{child.pk}/edit/", {**typed, "known_as": "Addie"})
    assert "Somebody else changed these details meanwhile" in words(mine)
    assert mine.context["form"]["known_as"].value() == "Addie"
    child.refresh_from_db()
    assert (child.upn, child.known_as) == ("B801200005001", "")
