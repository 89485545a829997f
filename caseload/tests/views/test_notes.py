"""Writing, correcting and pinning a note in the pages, as an adviser does it, and what the others then see."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import SettingFactory, adviser, person
from audit.models import Viewing
from caseload.models import CaseNote
from caseload.tests.factories import NoteFactory, known_child

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 14)
DAY = {"happened_on_day": "12", "happened_on_month": "1", "happened_on_year": "2026"}


@pytest.fixture
def ours(client, frozen):
    frozen(TODAY)
    user = adviser()
    client.force_login(user)
    return user


@pytest.fixture
def child(ours):
    lead = person(Role.LEAD_PRACTITIONER, name="Sam Lee")
    setting = SettingFactory(organisation__name="Hill Primary")
    team = lead.memberships.get().organisation
    return known_child(first_name="Ada", last_name="Marsh", setting=setting, practitioner=lead, team=team, adviser=ours)


def body(**changes):
    return {"kind": "call", "readers": "virtual_school", "text": "The mother rang.", **DAY, **changes}


def page(client, name, thing):
    return client.get(reverse(name, args=[thing.pk])).content.decode()


def test_who_will_see_the_note_stands_above_the_box_with_names_and_nothing_is_chosen(client, child):
    text = page(client, "caseload:add_note", child)
    box = text.index("<textarea")
    for words in ("Who will see this note?", "Virtual School only", "Sam Lee", "Hill Primary (designated teacher and safeguarding lead)"):
        assert text.index(words) < box
    assert "Ring, do not write it here and wait" in text[:box]
    assert "checked" not in text[text.index("Who will see this note?") : box]
    assert "Ada" not in re.search(r"<title>(.*?)</title>", text, re.S)[1]
    assert Viewing.objects.get().page == "write a note"


def test_a_child_on_no_roll_has_no_setting_to_write_for(client, child):
    child.enrolments.update(ends_on=TODAY)
    assert "setting:" not in page(client, "caseload:add_note", child)


def test_an_empty_form_says_what_to_do_and_keeps_the_text(client, child):
    answer = client.post(reverse("caseload:add_note", args=[child.pk]), {"text": "Typed already"})
    text = answer.content.decode()
    for words in ("Select what the note is about.", "Enter the day it happened.", "Select who will see this note.", "Typed already"):
        assert words in text
    assert not CaseNote.objects.exists()


def test_a_move_between_opening_and_saving_does_not_send_the_note_to_the_next_setting(client, child):
    before = child.enrolments.get().setting
    child.enrolments.update(setting=SettingFactory(organisation__name="Vale Primary"))
    answer = client.post(reverse("caseload:add_note", args=[child.pk]), body(readers=f"setting:{before.pk}"))
    assert "Vale Primary" in answer.content.decode()
    assert not CaseNote.objects.exists()


def test_an_adviser_writes_a_note_corrects_it_and_pins_it_and_the_designated_teacher_sees_none_of_it(client, child):
    timeline = reverse("desk:timeline", args=[child.pk])
    assert client.post(reverse("caseload:add_note", args=[child.pk]), body()).url == timeline
    note = CaseNote.objects.get()
    corrected = body(text="The aunt rang.", readers="social_care")
    assert client.post(reverse("caseload:correct_note", args=[note.pk]), corrected).url == timeline
    last = CaseNote.objects.get(number=2)
    assert client.post(reverse("caseload:pin_note", args=[last.pk]), {"pinned": "yes"}).url == timeline
    text = client.get(timeline).content.decode()
    assert text.index("The aunt rang.") < text.index("Before the correction") < text.index("The mother rang.")
    assert "Pinned" in text
    setting = child.enrolments.get().setting
    client.force_login(person(Role.DESIGNATED_TEACHER, setting.organisation))
    text = client.get(timeline).content.decode()
    assert "rang" not in text
    assert "Write a note" not in text
    client.force_login(child.lead_allocations.get().practitioner)
    text = client.get(timeline).content.decode()
    assert "The aunt rang." in text
    assert "The mother rang." not in text


def test_the_page_of_a_correction_shows_the_note_as_it_stands_and_fills_the_form(client, child):
    note = NoteFactory(child=child, setting=child.enrolments.get().setting, text="The mother rang.")
    text = page(client, "caseload:correct_note", note)
    assert text.count("The mother rang.") == 2
    chosen = re.search(r'value="setting:[^"]+"[^>]*checked', text) or re.search(r'checked[^>]*value="setting:', text)
    assert chosen


def test_a_correction_too_late_is_told_in_the_form(client, child):
    note = NoteFactory(child=child)
    NoteFactory(child=child, corrects=note, number=2)
    answer = client.post(reverse("caseload:correct_note", args=[note.pk]), body())
    assert "corrected meanwhile" in answer.content.decode()
    assert CaseNote.objects.count() == 2


def test_a_note_out_of_sight_is_a_404(client, child):
    hidden = NoteFactory(child=known_child(restricted=True))
    for name in ("correct_note", "pin_note"):
        assert client.post(reverse(f"caseload:{name}", args=[hidden.pk]), body(pinned="yes")).status_code == 404
