"""What stands on paper, as HTML: the words of a plan for one audience, before any PDF is made."""

import re
from html import unescape

import pytest
from django.utils.html import strip_tags

from peps import printing, snapshot
from peps.models import Target
from peps.states import Audience, PartKind
from peps.tests.factories import fill_part, whole_target, world
from peps.tests.flow import IN_TIME, agreed, sent, written

pytestmark = pytest.mark.django_db
FULL, SETTING = Audience.FULL, Audience.SETTING
ON = IN_TIME.date()
# Each stands in an answer that only the full audience reads (forms.md I, column "Shown in").
F_ONLY = {
    PartKind.SETTING: {"S24": {"answer": "yes", "answers": ["S9"], "from_whom": "CANARY-S24A", "why": "CANARY-S24B"}},
    PartKind.LEAD: {
        "W2": {
            "people": [
                {
                    "name": "Dana",
                    "relationship": "Mother",
                    "responsibility": "yes",
                    "invite": "yes",
                    "copy": "yes",
                    "safe_way": "CANARY-W2",
                }
            ]
        },
        "W3": {
            "answer": "yes",
            "who": "CANARY-W3A",
            "protected": "both",
            "order": "CANARY-W3B",
            "instruction": "Only Dana collects.",
        },
    },
    PartKind.ADVISER: {"V5": {"decision": "plan_end", "condition": "CANARY-V5"}},
}


@pytest.fixture(autouse=True)
def _spring(frozen):
    frozen(IN_TIME)


def with_canaries(our):
    for kind, answers in F_ONLY.items():
        fill_part(our.pep, kind, by=our.adviser, **answers)
    return our


def words(pep, audience, version="Version 1"):
    html = printing.html(snapshot.build(pep, on=ON), audience=audience, version=version)
    return re.sub(r"\s+", " ", unescape(strip_tags(html.split("<h1>")[1])))


def test_the_canaries_stand_in_the_full_plan_and_nowhere_in_the_settings():
    our = with_canaries(written())
    full, setting = words(our.pep, FULL), words(our.pep, SETTING)
    assert len(set(re.findall(r"CANARY-\w+", full))) == 6
    assert "CANARY" not in setting
    assert "Only Dana collects." in setting
    assert "Support is planned to end next term" in setting
    assert "Attends every day" in setting, "W4 is for the setting too"


def test_questions_that_only_the_full_audience_reads_are_not_even_asked_on_the_settings_copy():
    our = with_canaries(written())
    assert "kept from a parent" in words(our.pep, FULL)
    assert "kept from a parent" not in words(our.pep, SETTING)


def test_a_draft_of_council_staff_is_not_for_the_setting_and_its_own_is():
    our = world(started=True)
    fill_part(our.pep, PartKind.LEAD, by=our.lead, complete=False, W4={"says": "Half a thought"})
    fill_part(our.pep, PartKind.SETTING, by=our.teacher, complete=False)
    full, setting = words(our.pep, FULL), words(our.pep, SETTING)
    assert "Half a thought" in full
    assert "Half a thought" not in setting
    assert "A quiet start to the day" in setting


def test_the_paper_says_what_it_is_and_never_statutory():
    for our in (agreed(), sent()):
        for audience in Audience:
            text = words(our.pep, audience)
            assert "Personal Education Plan" in text
            assert printing.AGREEMENT in text
            assert "statutory" not in text.lower()


def test_the_child_comes_first_and_then_the_targets():
    our = written()
    Target.objects.create(pep=our.pep, position=2, **whole_target(what="Comes on time"))
    text = words(our.pep, SETTING)
    in_order = [
        "Child's own part",
        "More football",
        "Targets for next term",
        "Target 1",
        "Target 2",
        "Comes on time",
        "Setting's part",
        "Social care's part",
    ]
    places = [text.index(each) for each in in_order]
    assert places == sorted(places)


def test_a_draft_says_so_and_an_agreed_plan_names_who_and_when():
    assert printing.DRAFT_NOTICE in words(sent().pep, FULL)
    our = agreed()
    text = words(our.pep, FULL)
    assert printing.DRAFT_NOTICE not in text
    assert f"{our.pep.signed_off_by.name}, 4 February 2026" in text
    assert f"Done by {our.teacher.name}, 12 January 2026." in text


def test_a_frozen_plan_prints_the_same_after_the_record_has_moved_on():
    our = agreed()
    frozen = our.pep.versions.get().snapshot
    before = printing.html(frozen, audience=FULL, version="Version 1")
    our.child.first_name = "Renamed"
    our.child.save()
    our.pep.template.questions.update(text="Another question?")
    assert printing.html(our.pep.versions.get().snapshot, audience=FULL, version="Version 1") == before
    assert snapshot.digest(frozen) == our.pep.versions.get().sha256


def test_what_is_typed_is_printed_as_typed():
    our = written()
    fill_part(our.pep, PartKind.CHILD, by=our.teacher, C6={"wish": "<b>Bold</b> & {name} {{ x }}", "reply": "done"})
    html = printing.html(snapshot.build(our.pep, on=ON), audience=FULL, version="Version 1")
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; {name} {{ x }}" in html


def test_the_title_and_the_file_name_are_references_only():
    our = written()
    html = printing.html(snapshot.build(our.pep, on=ON), audience=FULL, version="Version 1")
    assert f"<title>{our.pep.reference}</title>" in html
    assert printing.file_name(our.pep.reference, SETTING, 1) == f"{our.pep.reference}-setting-v1.pdf"
    assert printing.file_name(our.pep.reference, FULL, None) == f"{our.pep.reference}-full-draft.pdf"


def test_a_plan_nobody_has_begun_prints_too():
    text = words(world().pep, FULL)
    assert "Not done yet." in text
    assert "Not answered yet." in text
