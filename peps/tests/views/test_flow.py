"""Checking and sending, reviewing, ending: what the pages show, do and refuse."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import adviser, person
from audit.models import Viewing
from peps.services import review
from peps.states import PartKind, PepState
from peps.tests.factories import fill_part, world
from peps.tests.flow import IN_TIME, agreed, head, sent, written, wrote

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _spring(frozen):
    frozen(IN_TIME)


def get(client, name, our, user, **extra):
    client.force_login(user)
    return client.get(reverse(f"peps:{name}", args=[our.pep.pk]), **extra)


def post(client, name, our, user, **data):
    client.force_login(user)
    return client.post(reverse(f"peps:{name}", args=[our.pep.pk]), data, follow=True)


def state(our):
    our.pep.refresh_from_db()
    return our.pep.state


def test_what_is_missing_is_listed_with_a_link_to_its_question_and_no_button(client):
    our = written()
    fill_part(our.pep, PartKind.SETTING, by=our.teacher, S9={})
    page = get(client, "check", our, our.teacher)
    assert "1 answer is missing" in page.text
    assert f"{reverse('peps:part', args=[our.pep.pk, 'setting'])}#q-S9" in page.text
    assert "Send to the Virtual School" not in page.text
    assert Viewing.objects.filter(page="pep check", child_id=str(our.child.pk)).count() == 1


def test_a_whole_plan_is_sent_with_the_tick_and_not_without(client):
    our = written()
    refused = post(client, "check", our, our.teacher)
    assert "Tick that you have checked this part." in refused.text
    assert state(our) == PepState.IN_PROGRESS
    done = post(client, "check", our, our.teacher, declared="on")
    assert "has been sent to the Virtual School" in done.text
    assert state(our) == PepState.SUBMITTED


def test_a_second_press_says_that_it_was_sent_already(client):
    our = sent()
    assert "had been sent already" in post(client, "check", our, our.teacher, declared="on").text
    assert "cannot be sent now" in get(client, "check", our, our.teacher, follow=True).text


def test_a_send_with_something_missing_by_now_is_refused_with_a_sentence(client):
    our = written()
    fill_part(our.pep, PartKind.CHILD, by=our.teacher, C1={})
    page = post(client, "check", our, our.teacher, declared="on")
    assert "Some answers are missing" in page.text
    assert state(our) == PepState.IN_PROGRESS


def test_who_may_see_the_plan_but_not_send_it_is_refused(client):
    our = written()
    for user in (our.lead, head(), adviser(), person(Role.SAFEGUARDING_LEAD, our.pep.setting.organisation)):
        assert get(client, "check", our, user).status_code == 403
    assert "on the setting" in get(client, "check", our, our.adviser).text
    assert get(client, "check", our, person(Role.DESIGNATED_TEACHER)).status_code == 404


def test_the_review_shows_every_part_with_who_wrote_and_what_a_good_answer_has(client):
    our = sent()
    page = get(client, "review", our, head()).text
    for words in ("More football", "A quiet start to the day", "Attends every day", "Clear targets", "Reads aloud with ease"):
        assert words in page
    assert f"Written by {our.lead.name}" in page
    assert "A good answer:" in page
    assert "You cannot sign this plan off now" not in page


def test_the_rule_that_stops_a_person_stands_on_the_page_and_the_button_does_not(client):
    our = sent()
    wrote(our, PartKind.LEAD, our.adviser)
    page = get(client, "review", our, our.adviser).text
    assert "You wrote in the social care" in page.replace("You wrote in social", "You wrote in the social")
    assert 'name="sign_off"' not in page
    refused = post(client, "review", our, our.adviser, sign_off="1")
    assert "so a colleague signs off" in refused.text
    assert "Error:" in refused.text
    assert state(our) == PepState.SUBMITTED


def test_a_plan_is_signed_off_by_one_press(client):
    our = sent()
    done = post(client, "review", our, head(), sign_off="1")
    assert "The plan is signed off" in done.text
    assert state(our) == PepState.SIGNED_OFF


def test_a_return_keeps_what_was_typed_when_it_is_refused(client):
    our = sent()
    refused = post(client, "review", our, our.adviser, **{"return": "1", "return-reason": "A number, please."})
    assert "Tick the parts that need a change." in refused.text
    assert "A number, please." in refused.text
    done = post(client, "review", our, our.adviser, **{"return": "1", "return-reason": "A number, please.", "return-parts": ["setting"]})
    assert "has been returned" in done.text
    assert state(our) == PepState.RETURNED


def test_after_two_returns_the_page_asks_to_ring(client):
    our = sent()
    for _ in range(2):
        review.give_back(pep_id=our.pep.pk, reason="Look again.", parts=["setting"], by=our.adviser, now=IN_TIME)
        review.submit(pep_id=our.pep.pk, by=our.teacher, now=IN_TIME, declared=True)
    page = get(client, "review", our, our.adviser).text
    assert "Ring the designated teacher" in page
    assert "Return for changes" not in page


@pytest.mark.parametrize("make", [written, agreed])
def test_a_plan_that_was_not_sent_or_is_agreed_is_not_reviewed(client, make):
    page = get(client, "review", make(), head(), follow=True)
    assert page.redirect_chain
    assert "Only a plan that was sent" in page.text


def test_settings_do_not_reach_the_review_and_strangers_find_nothing(client):
    our = sent()
    assert get(client, "review", our, our.teacher).status_code == 403
    assert get(client, "review", our, adviser("secondary")).status_code == 404


def test_a_plan_ends_with_a_reason(client):
    our, boss = world(), head()
    assert "Select how the plan ends." in post(client, "end", our, boss, reason="Moved away.").text
    done = post(client, "end", our, boss, how="excuse", reason="Starts next week.")
    assert "The plan has ended" in done.text
    assert state(our) == PepState.NOT_REQUIRED
    assert "has ended already" in get(client, "end", our, boss, follow=True).text


def test_a_sent_plan_can_be_cancelled_only(client):
    page = get(client, "end", sent(), head()).text
    assert "Cancel it" in page
    assert "Not required" not in page


def test_titles_carry_the_reference_and_no_name(client):
    our = sent(called="Zebedee")
    boss = head()
    for name in ("review", "end", "print"):
        title = get(client, name, our, boss).text.split("</title>")[0]
        assert our.pep.reference in title
        assert "Zebedee" not in title
