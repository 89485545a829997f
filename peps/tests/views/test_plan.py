"""The task list of a plan: its parts, whose turn it is, the time left, the buttons."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import person
from audit.models import Viewing
from core.selectors import calendar
from peps.plan_page import time_left
from peps.states import PartKind, PepState
from peps.tests.factories import counted, fill_part, world

pytestmark = pytest.mark.django_db
NOT_LEGAL = (
    "A local agreement between the family, the setting, social care and the Virtual School. "
    "It is not a legal document and nobody has to sign it to keep a service."
)


@pytest.fixture(autouse=True)
def _january(frozen):
    frozen("2026-01-12")


def page(client, here, user):
    client.force_login(user)
    return client.get(reverse("peps:plan", args=[here.pep.pk]))


def test_everybody_who_may_see_the_plan_gets_the_page_and_it_is_written_down(client):
    here = world()
    people = [here.teacher, here.lead, here.adviser, person(Role.HEAD), person(Role.OFFICE)]
    people += [person(Role.TEAM_MANAGER, here.lead.memberships.get().organisation)]
    for user in people:
        response = page(client, here, user)
        assert response.status_code == 200
        assert NOT_LEGAL in response.text
        assert "statutory" not in response.text.lower()
        assert Viewing.objects.order_by("-seq").first().page == "pep"
    assert Viewing.objects.count() == len(people)


@pytest.mark.parametrize("role", [Role.DESIGNATED_TEACHER, Role.LEAD_PRACTITIONER, Role.SAFEGUARDING_LEAD])
def test_strangers_get_the_same_404_as_for_no_plan(client, role):
    here = world()
    client.force_login(person(role))
    for name, args in (("plan", []), ("part", ["setting"])):
        there = client.get(reverse(f"peps:{name}", args=[here.pep.pk, *args]))
        nowhere = client.get(reverse(f"peps:{name}", args=["00000000-0000-4000-8000-000000000000", *args]))
        assert (there.status_code, nowhere.status_code) == (404, 404)
    assert client.post(reverse("peps:part", args=[here.pep.pk, "setting"])).status_code == 404
    assert client.post(reverse("peps:reopen", args=[here.pep.pk, "setting"])).status_code == 404


def test_a_role_without_plans_is_refused(client):
    assert page(client, world(), person(Role.PANEL_CLERK)).status_code == 403


def test_the_title_names_no_child(client):
    here = world(called="Zebedee")
    head = page(client, here, here.teacher).text.split("</title>")[0]
    assert here.pep.reference in head
    assert "Zebedee" not in head


def test_the_child_speaks_first_and_the_teacher_sees_the_sections(client):
    here = world()
    parts = page(client, here, here.teacher).context["parts"]
    assert [part.kind for part in parts] == ["child", "setting", "lead", "adviser"]
    setting = parts[1]
    assert [task["title"] for task in setting.tasks] == [
        "Learning",
        "What works",
        "Targets and support for next term",
        "Where Maya learns",
        "Before you send",
    ]
    assert here.teacher.name in setting.owner
    assert here.lead.name in parts[2].owner
    assert (parts[2].tasks[0]["href"], parts[2].tasks[0]["hint"]) == ("", "Expected by 19 March 2026")


def test_a_draft_of_others_is_not_sent_yet_and_a_done_part_opens(client):
    here = world(started=True)
    fill_part(here.pep, PartKind.LEAD, by=here.lead, complete=False)
    task = page(client, here, here.teacher).context["parts"][2].tasks[0]
    assert (task["state"], task["href"]) == ("Not sent yet", "")
    fill_part(here.pep, PartKind.LEAD, by=here.lead)
    task = page(client, here, here.teacher).context["parts"][2].tasks[0]
    assert task["state"] == "Done"
    assert task["hint"] == f"Done by {here.lead.name} on 12 January 2026"
    assert task["href"]
    assert page(client, here, person(Role.OFFICE)).status_code == 200


def test_states_in_the_words_of_the_reader(client):
    here = world(submitted=True)
    assert page(client, here, here.teacher).context["state"] == "Sent"
    assert page(client, here, here.adviser).context["state"] == "Submitted"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-01-12", "43 school days left"),
        ("2026-03-18", "1 school day left"),
        ("2026-03-19", "due today"),
        ("2026-03-25", "late, 6 days"),
    ],
)
def test_the_time_left_in_school_days(frozen, day, words):
    here = world()
    frozen(day)
    assert time_left(calendar(), here.pep, date.fromisoformat(day)) == words


def test_no_deadline_is_told_once_it_is_sent(client):
    here = world(submitted=True)
    assert page(client, here, here.teacher).context["time_left"] == ""


@pytest.mark.parametrize(
    ("traits", "who", "labels"),
    [
        ({}, "teacher", []),
        ({"started": True}, "teacher", ["Check and send", "Print"]),
        ({"submitted": True}, "teacher", ["Print"]),
        ({"submitted": True}, "adviser", ["Review", "Print"]),
        ({"started": True}, "lead", ["Print"]),
        ({"signed_off": True}, "adviser", ["Print"]),
    ],
)
def test_the_buttons_of_each_person(client, traits, who, labels):
    here = world(**traits)
    assert [action["label"] for action in page(client, here, getattr(here, who)).context["actions"]] == labels


def test_a_returned_plan_says_why(client):
    here = world(state=PepState.RETURNED, returns=1, return_reason="Target 2 has no date")
    assert "Target 2 has no date" in page(client, here, here.teacher).text


def test_as_many_statements_with_three_targets_as_with_one(client):
    counts = []
    for targets in (1, 3):
        here = world(started=True)
        for kind in PartKind:
            fill_part(here.pep, kind, by=here.teacher, complete=False)
        for position in range(2, targets + 1):
            here.pep.targets.create(position=position, what="Another")
        page(client, here, here.teacher)  # the first one opens the session and the chain
        with counted() as found:
            client.get(reverse("peps:plan", args=[here.pep.pk]))
        counts.append(found())
    assert counts[0] == counts[1]
