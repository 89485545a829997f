"""The page of a part: writing it, reading it, two people at once."""

import json
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import person
from audit.models import Event, Viewing
from peps.models import Part, Target
from peps.services.templates import template_for
from peps.states import PartKind, PartState, PepState
from peps.tests.factories import NOW, PepFactory, counted, fill_part, whole_answers, whole_target, world

pytestmark = pytest.mark.django_db
CANARY = "CANARY-4711"
WHOLE_SETTING = {
    **{
        f"S8-areas-{area}-{name}": value
        for area in ("reading", "writing", "maths")
        for name, value in (("level", "below"), ("pace", "expected"))
    },
    "S9-one_thing": "A quiet start to the day",
    "S10-good_at": "Drawing maps",
    "S13-one": "Greet by name",
    "S13-two": "Say what comes next",
    "S13-three": "Give time",
    "S18-targets-0-what": "Reads aloud with ease",
    "S18-targets-0-now": "88 words a minute",
    "S18-targets-0-then": "105 words a minute",
    "S18-targets-0-by_date_day": "27",
    "S18-targets-0-by_date_month": "3",
    "S18-targets-0-by_date_year": "2026",
    "S18-targets-0-who": "Mrs Osei",
    "S18-targets-0-action": "Reads with the child",
    "S18-targets-0-kind": "learning",
    "S1-confirmed": "on",
    "S2-role": "ta",
    "S2-name": "Mrs Osei",
    "S23-answer": "advised_not",
    "S24-answer": "no",
}


@pytest.fixture(autouse=True)
def _january(frozen):
    frozen("2026-01-12 10:42")


def address(here, kind="setting"):
    return reverse("peps:part", args=[here.pep.pk, kind])


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def opened(client, here, kind="setting"):
    """The hidden inputs of the page as it is opened: the version and the marks of its answers."""
    form = client.get(address(here, kind)).context["form"]
    return {"version": form["version"].value(), "base": form["base"].value()}


def saved(here, kind="setting"):
    return Part.objects.get(pep=here.pep, kind=kind)


# Writing


@pytest.mark.parametrize("kind", list(PartKind))
def test_the_page_asks_every_question_with_help_and_the_safeguarding_line(kind):
    here = world()
    response = signed_in(here.adviser).get(address(here, kind))
    for question in here.pep.template.questions.filter(part=kind).exclude(code="S25"):
        assert f'id="q-{question.code}"' in response.text
    assert "vs-safeguarding" in response.text
    assert "{name}" not in response.text
    assert "statutory" not in response.text.lower()
    assert Viewing.objects.get().page == "pep"
    warned = "Facts and what you have seen. The child and the parents may read this." in response.text
    assert warned is (kind != PartKind.CHILD)
    assert ("You do not have to answer." in response.text) is (kind == PartKind.CHILD)


def test_a_whole_part_is_saved_and_done_in_one_press():
    here = world()
    client = signed_in(here.teacher)
    response = client.post(address(here), WHOLE_SETTING | opened(client, here) | {"done": "1"}, follow=True)
    assert "Saved and marked as done." in response.text
    part = saved(here)
    assert part.state == PartState.COMPLETE
    expected = whole_answers("setting") | {"S23": {"answer": "advised_not"}}
    assert {code: {k: v for k, v in answer.items() if k != "facts"} for code, answer in part.data.items()} == expected
    target = Target.objects.get()
    assert {name: str(getattr(target, name)) for name in whole_target()} == whole_target(action="Reads with the child")


@pytest.mark.parametrize("kind", list(PartKind))
def test_what_is_stored_comes_back_in_the_form_and_saves_unchanged(kind):
    here = world(started=True)
    here_part = fill_part(here.pep, kind, by=here.adviser, complete=False, **({"S24": {"answer": "no"}} if kind == "setting" else {}))
    client = signed_in(here.adviser)
    form = client.get(address(here, kind)).context["form"]
    posted = {name: value for name in form.fields for name, value in posted_values(form[name])}
    assert client.post(address(here, kind), posted).status_code == 302
    after = saved(here, kind)
    without_facts = {code: {k: v for k, v in answer.items() if k != "facts"} for code, answer in after.data.items()}
    assert without_facts == here_part.data
    events = Event.objects.filter(verb="pep.part_saved")
    changed = [code for event in events for code in event.changes["questions"]]
    assert set(changed) <= {"S1", "W1"}  # the block is confirmed with what the record says now


def posted_values(bound):
    """What a browser sends for an input."""
    value = bound.value()
    if hasattr(bound.field, "earliest"):
        return list(
            zip((f"{bound.html_name}_{part}" for part in bound.field.widget.parts), bound.field.widget.decompress(value), strict=True)
        )
    if value in (None, False, ""):
        return []
    return [(bound.html_name, "on" if value is True else value)]


def test_saving_asks_for_nothing_and_marking_as_done_says_what_is_missing():
    here = world()
    client = signed_in(here.teacher)
    response = client.post(address(here), {"S9-one_thing": "Calm", **opened(client, here), "done": "1"}, follow=True)
    assert saved(here).data == {"S9": {"one_thing": "Calm"}}
    assert saved(here).state == PartState.DRAFT
    assert "Saved, but this part is not done yet" in response.text
    assert '<a href="#q-S8">Answer “How is Maya doing?”</a>' in response.text
    assert "Write at least one target." in response.text


def test_a_double_press_is_one_save_and_no_conflict():
    here = world()
    client = signed_in(here.teacher)
    hidden = opened(client, here)
    for _press in range(2):
        response = client.post(address(here), WHOLE_SETTING | hidden | {"done": "1"})
        assert response.status_code == 302
    assert saved(here).version == 1
    assert list(Event.objects.order_by("seq").values_list("verb", flat=True)) == ["pep.started", "pep.part_saved", "pep.part_done"]


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"S9-one_thing": "x" * 1_000_000}, "must be 400 characters or fewer. You have typed 1000000."),
        ({"S9-one_thing": "a\x00b"}, "Delete the character that cannot be stored"),
        ({"S2-role": "president"}, "Select one of the answers offered for"),
        ({"S23-on_day": "31", "S23-on_month": "2", "S23-on_year": "2026"}, "must be a real date, like 3 9 2026."),
        ({"S23-on_day": "3", "S23-on_month": "9", "S23-on_year": "1826"}, "must be on or after 1 January 2000."),
        ({"S23-on_day": "9" * 30, "S23-on_month": "9" * 30, "S23-on_year": "2026"}, "must be a real date, like 3 9 2026."),
        ({"S24-answers": ["S9", "S99"]}, "Select one of the answers offered"),
        ({"version": "soon"}, "Reload the page and type the change again."),
        ({"version": "\x00"}, "Reload the page and type the change again."),
    ],
)
def test_a_wrong_shape_gets_a_sentence_and_keeps_what_was_typed(posted, sentence):
    here = world()
    client = signed_in(here.teacher)
    response = client.post(address(here), {"S13-one": "Kept on the page", **opened(client, here), **posted})
    assert response.status_code == 200
    assert sentence in response.text
    assert "Kept on the page" in response.text
    assert saved(here).version == 0


@pytest.mark.parametrize("base", ["", "{", "[]", "[" * 100_000, "7", '"text"', '{"S9": 5}'])
def test_marks_that_did_not_come_back_whole_do_no_harm(base):
    here = world()
    client = signed_in(here.teacher)
    assert client.post(address(here), {"S9-one_thing": "Calm", "version": 0, "base": base}).status_code == 302
    assert saved(here).data == {"S9": {"one_thing": "Calm"}}


def test_one_more_line_stands_ready_after_each_save():
    here = world()
    client = signed_in(here.lead)
    posted = {f"W2-people-{number}-name": f"Person {number}" for number in range(8)}
    client.post(address(here, "lead"), posted | opened(client, here, "lead"))
    assert len(saved(here, "lead").data["W2"]["people"]) == 6  # the most; the rest was never on the page
    here = world()
    client = signed_in(here.lead)
    client.post(address(here, "lead"), {"W2-people-0-name": "Ann", "W2-people-1-name": "Ben", **opened(client, here, "lead")})
    assert "W2-people-2-name" in client.get(address(here, "lead")).text


def test_no_box_that_is_kept_from_the_family_says_that_they_may_read_it():
    here = world()
    lead, setting = (signed_in(here.adviser).get(address(here, kind)).context["form"] for kind in ("lead", "setting"))
    assert "parents" not in lead["W3-instruction"].help_text + setting["S24-why"].help_text
    assert "The child and the parents may read this." in lead["W5-home"].help_text


@pytest.mark.parametrize(
    ("born", "areas", "absent"),
    [
        (date(2022, 3, 5), ["social-level", "maths-pace"], "social-scale"),
        (date(2012, 3, 5), ["science-level", "going_well-subject", "english-scale"], "science-subject"),
        (date(2008, 3, 5), ["course-on_track", "english-on_track"], "course-level"),
    ],
)
def test_each_phase_has_its_own_areas_of_learning(born, areas, absent):
    here = world()
    here.child.date_of_birth = born
    here.child.save()
    here.pep.template = template_for(here.child.school_year(date(2026, 1, 12)))
    here.pep.save()
    client = signed_in(here.teacher)
    form = client.get(address(here)).context["form"]
    assert {f"S8-areas-{area}" for area in areas} <= set(form.fields)
    assert f"S8-areas-{absent}" not in form.fields
    typed = {
        name: field.choices[0][0] if hasattr(field, "choices") else "x"
        for name, field in form.fields.items()
        if name.startswith("S8-areas")
    }
    client.post(address(here), typed | opened(client, here))
    (learning, *_rest) = client.get(reverse("peps:plan", args=[here.pep.pk])).context["parts"][1].tasks
    assert saved(here).data["S8"]["areas"]
    assert learning["state"] == "Started, not complete"


def test_a_word_that_is_no_part_is_not_found():
    here = world()
    client = signed_in(here.teacher)
    for word in ("school", "settings", "Setting", "setting%00", "check2"):
        assert client.get(f"/peps/{here.pep.pk}/{word}/").status_code == 404


def test_writing_for_somebody_else_is_said():
    here = world()
    assert "does not sign this plan off" in signed_in(here.adviser).get(address(here)).text
    assert "does not sign this plan off" not in signed_in(here.teacher).get(address(here)).text


def test_a_changed_record_is_confirmed_again():
    here = world()
    client = signed_in(here.teacher)
    client.post(address(here), {"S1-confirmed": "on", **opened(client, here)})
    assert client.get(address(here)).context["form"]["S1-confirmed"].value() is True
    person(Role.SAFEGUARDING_LEAD, here.pep.setting.organisation, name="Nora New")
    response = client.get(address(here))
    assert not response.context["form"]["S1-confirmed"].value()
    assert "The record has changed since this was confirmed." in response.text
    assert "Nora New" in response.text


# Last term


def earlier_plan(here):
    first = PepFactory(child=here.child, cycle=here.pep.cycle.__class__.objects.get(year_id=2025, number=1), signed_off=True)
    fill_part(first, PartKind.SETTING, by=here.teacher)
    fill_part(first, PartKind.CHILD, by=here.teacher)
    return first


def test_last_term_is_shown_and_nothing_is_copied():
    here = world()
    earlier_plan(here)
    response = signed_in(here.teacher).get(address(here))
    assert ">Last term<" in response.text
    assert "Drawing maps" in response.text
    assert response.context["form"]["S10-good_at"].value() is None
    assert saved(here).data == {}


def test_still_true_takes_it_over_word_for_word_and_marks_it():
    here = world()
    earlier_plan(here)
    client = signed_in(here.teacher)
    ticks = {"S10-still_true": "on", "S13-still_true": "on", "S13-one": "Greet by first name", "S18-keep_target-1": "on"}
    client.post(address(here), ticks | opened(client, here))
    data = saved(here).data
    assert data["S10"] == {"good_at": "Drawing maps", "kept": True}
    assert data["S13"] == {"one": "Greet by first name"}  # what is typed comes before what is ticked
    assert (here.pep.targets.get().what, here.pep.targets.get().by_date) == ("Reads aloud with ease", None)
    client.post(address(here), {"S10-good_at": "Drawing maps and cities", **opened(client, here)})
    assert saved(here).data["S10"] == {"good_at": "Drawing maps and cities"}


def test_the_childs_words_are_shown_again_and_never_carried():
    here = world()
    earlier_plan(here)
    response = signed_in(here.teacher).get(address(here, "child"))
    assert ">Last time you said<" in response.text
    assert "More football" in response.text
    assert "still_true" not in response.text


# Two people at once


def test_the_second_of_two_gets_both_texts_and_loses_nothing():
    here = world()
    teacher, adviser = signed_in(here.teacher), signed_in(here.adviser)
    first, second = opened(teacher, here), opened(adviser, here)
    teacher.post(address(here), {"S9-one_thing": "Theirs <b>", "S10-good_at": "Maps", **first})
    response = adviser.post(address(here), {"S9-one_thing": "Mine & mine", "S13-one": "Greet", **second})
    assert response.templates[0].name == "peps/conflict.html"
    assert "Theirs &lt;b&gt;" in response.text
    assert "Mine &amp; mine" in response.text
    assert "Greet" in response.text
    assert saved(here).data == {"S9": {"one_thing": "Theirs <b>"}, "S10": {"good_at": "Maps"}}

    form = response.context["form"]
    posted = {name: value for name in form.fields for name, value in posted_values(form[name])}
    assert adviser.post(address(here), posted | {"S9-one_thing": "Both together"}).status_code == 302
    assert saved(here).data == {"S9": {"one_thing": "Both together"}, "S10": {"good_at": "Maps"}, "S13": {"one": "Greet"}}


def test_the_other_text_can_be_taken_instead():
    here = world()
    teacher, adviser = signed_in(here.teacher), signed_in(here.adviser)
    first, second = opened(teacher, here), opened(adviser, here)
    teacher.post(address(here), {"S9-one_thing": "Theirs", **first})
    form = adviser.post(address(here), {"S9-one_thing": "Mine", **second}).context["form"]
    posted = {name: value for name in form.fields for name, value in posted_values(form[name])}
    adviser.post(address(here), posted | {"S9-use_theirs": "on"})
    assert saved(here).data == {"S9": {"one_thing": "Theirs"}}


def test_a_third_save_while_choosing_asks_again():
    here = world()
    teacher, adviser = signed_in(here.teacher), signed_in(here.adviser)
    first, second = opened(teacher, here), opened(adviser, here)
    teacher.post(address(here), {"S9-one_thing": "One", **first})
    form = adviser.post(address(here), {"S9-one_thing": "Two", **second}).context["form"]
    posted = {name: value for name in form.fields for name, value in posted_values(form[name])}
    teacher.post(address(here), {"S9-one_thing": "Three", **opened(teacher, here)})
    response = adviser.post(address(here), posted)
    assert response.templates[0].name == "peps/conflict.html"
    assert "Three" in response.text
    assert "Two" in response.text


def test_two_who_wrote_in_different_questions_are_put_together_without_asking():
    here = world()
    teacher, adviser = signed_in(here.teacher), signed_in(here.adviser)
    first, second = opened(teacher, here), opened(adviser, here)
    teacher.post(address(here), {"S9-one_thing": "Theirs", **first})
    response = adviser.post(address(here), {"S10-good_at": "Mine", **second}, follow=True)
    assert "Saved, together with what somebody else wrote meanwhile." in response.text
    assert saved(here).data == {"S9": {"one_thing": "Theirs"}, "S10": {"good_at": "Mine"}}


def test_two_parts_never_meet():
    here = world()
    teacher, lead = signed_in(here.teacher), signed_in(here.lead)
    first, second = opened(teacher, here), opened(lead, here, "lead")
    assert teacher.post(address(here), {"S9-one_thing": "Calm", **first}).status_code == 302
    assert lead.post(address(here, "lead"), {"W4-says": "Attends", **second}).status_code == 302


def test_a_part_done_meanwhile_keeps_the_text_and_offers_to_open_it():
    here = world(started=True)
    teacher = signed_in(here.teacher)
    hidden = opened(teacher, here)
    fill_part(here.pep, PartKind.SETTING, by=here.adviser)
    response = teacher.post(address(here), {"S9-one_thing": "My new text", **hidden})
    assert "This part was marked as done." in response.text
    assert "My new text" in response.text
    assert 'name="open_again"' in response.text
    assert saved(here).data["S9"] == whole_answers("setting")["S9"]
    conflict = teacher.post(address(here), {"S9-one_thing": "My new text", **hidden, "open_again": "1"})
    assert conflict.templates[0].name == "peps/conflict.html"
    assert "My new text" in conflict.text


def test_a_plan_sent_meanwhile_keeps_the_text():
    here = world(started=True)
    teacher = signed_in(here.teacher)
    hidden = opened(teacher, here)
    here.pep.state, here.pep.submitted_at, here.pep.submitted_by = PepState.SUBMITTED, NOW, here.adviser
    here.pep.save()
    response = teacher.post(address(here), {"S9-one_thing": "Too late", **hidden})
    assert "ask the adviser to return the plan" in response.text
    assert "Too late" in response.text
    assert saved(here).version == 0


# Reading


def test_a_done_part_is_read_and_opened_again_by_its_writers():
    here = world(started=True)
    fill_part(here.pep, PartKind.SETTING, by=here.teacher)
    response = signed_in(here.teacher).get(address(here))
    assert response.templates[0].name == "peps/part_read.html"
    assert "Drawing maps" in response.text
    assert "Reads aloud with ease" in response.text
    client = signed_in(here.teacher)
    assert client.post(reverse("peps:reopen", args=[here.pep.pk, "setting"])).status_code == 302
    assert saved(here).state == PartState.DRAFT
    assert client.get(reverse("peps:reopen", args=[here.pep.pk, "setting"])).status_code == 405


def test_a_setting_reads_of_social_care_only_what_is_for_it():
    here = world(started=True)
    answers = {
        "W2": {"people": [{"name": "Ann Mother", "relationship": "Mother", "safe_way": CANARY}]},
        "W3": {"answer": "yes", "who": CANARY, "protected": "home", "order": CANARY, "may_know": CANARY, "instruction": "Ring us first"},
    }
    fill_part(here.pep, PartKind.LEAD, by=here.lead, **answers)
    here.lead.memberships.get().organisation.__class__.objects.filter(pk=here.lead.memberships.get().organisation_id).update(
        email="canary-4711@example.org"
    )
    fill_part(here.pep, PartKind.ADVISER, by=here.adviser, V5={"decision": "plan_end", "condition": CANARY})
    for kind in (PartKind.LEAD, PartKind.ADVISER):
        response = signed_in(here.teacher).get(address(here, kind))
        assert CANARY.lower() not in response.text.lower()
        assert CANARY in signed_in(here.lead).get(address(here, kind)).text
    read = signed_in(here.teacher).get(address(here, "lead")).text
    assert "Ring us first" in read
    assert "Ann Mother" in read
    assert "Support is planned to end next term" in response.text


def test_what_is_kept_from_others_is_not_read_in_the_setting_once_the_part_is_done():
    here = world(started=True)
    kept = {"answer": "yes", "answers": ["S9"], "from_whom": CANARY, "why": CANARY}
    fill_part(here.pep, PartKind.SETTING, by=here.teacher, S24=kept)
    assert CANARY not in signed_in(here.teacher).get(address(here)).text
    assert CANARY in signed_in(here.lead).get(address(here)).text


def test_a_draft_is_read_by_its_own_side_and_the_virtual_school():
    here = world(started=True)
    fill_part(here.pep, PartKind.LEAD, by=here.lead, complete=False, W4={"says": CANARY})
    manager = person(Role.TEAM_MANAGER, here.lead.memberships.get().organisation)
    for user, reads in ((here.teacher, False), (manager, True), (person(Role.OFFICE), True), (here.adviser, True)):
        text = signed_in(user).get(address(here, "lead")).text
        assert (CANARY in text) is reads
        assert ("Not sent yet." in text) is not reads


def test_the_last_plan_of_another_setting_shows_a_new_setting_only_what_is_for_settings():
    here = world()
    first = earlier_plan(here)
    fill_part(first, PartKind.SETTING, by=here.teacher, S24={"answer": "yes", "from_whom": CANARY, "why": CANARY, "answers": ["S9"]})
    assert CANARY not in signed_in(here.teacher).get(address(here)).text


@pytest.mark.parametrize("kind", [PartKind.LEAD, PartKind.ADVISER])
def test_a_reader_cannot_write(kind):
    here = world(started=True)
    fill_part(here.pep, kind, by=here.adviser)
    teacher = signed_in(here.teacher)
    assert teacher.post(address(here, kind), {"version": 1}).status_code == 403
    assert teacher.post(reverse("peps:reopen", args=[here.pep.pk, kind])).status_code == 403
    assert saved(here, kind).state == PartState.COMPLETE


def test_as_many_statements_with_three_targets_and_people_as_with_one():
    counts = []
    for many in (1, 3):
        here = world(started=True)
        people = [{"name": f"Person {number}"} for number in range(many)]
        fill_part(here.pep, PartKind.LEAD, by=here.lead, complete=False, W2={"people": people})
        fill_part(here.pep, PartKind.SETTING, by=here.teacher, complete=False)
        for position in range(2, many + 1):
            Target.objects.create(pep=here.pep, position=position, what="Another")
        client = signed_in(here.adviser)
        client.get(address(here))
        with counted() as found:
            client.get(address(here))
            client.get(address(here, "lead"))
        counts.append(found())
    assert counts[0] == counts[1]


def test_marks_are_of_answers_and_hold_no_text():
    here = world()
    fill_part(here.pep, PartKind.SETTING, by=here.teacher, complete=False)
    marks = json.loads(opened(signed_in(here.teacher), here)["base"])
    assert set(marks) == {"S8", "S9", "S10", "S13", "S18", "S1", "S2", "S23", "S24"}
    assert all(len(mark) == 16 for mark in marks.values())
