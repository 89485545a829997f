"""What counts as answered, who reads what: over every question we ship."""

from types import SimpleNamespace

import pytest

from peps.answers import (
    DECLARATION,
    applies,
    exits,
    gaps,
    is_answered,
    is_empty,
    kept_codes,
    missing,
    section_state,
    tidy,
    unnumbered,
    visible,
    wish_unanswered,
)
from peps.asked import Asked, fill
from peps.states import PartKind
from peps.template_data import TEMPLATES
from peps.tests.factories import whole_answers, whole_target
from peps.wording import day, lines, target_lines

PRIMARY = {asked.code: asked for asked in next(each for each in TEMPLATES if each.code == "primary").questions}
CANARY = "CANARY-4711"


def part(kind, **data):
    return SimpleNamespace(kind=kind, data=data)


def test_a_whole_part_misses_nothing():
    for kind in PartKind:
        assert missing(PRIMARY.values(), part(kind, **whole_answers(kind)), [whole_target()]) == []


@pytest.mark.parametrize("code", [code for code, asked in PRIMARY.items() if asked.required and code != DECLARATION])
def test_each_mandatory_question_is_missed_when_it_is_empty(code):
    asked = PRIMARY[code]
    data = {other: answer for other, answer in whole_answers(asked.part).items() if other != code}
    found = missing(PRIMARY.values(), part(asked.part, **data), [] if code == "S18" else [whole_target()])
    assert {each for each, _sentence in found} >= {code}
    assert all(sentence.endswith((".", "”")) and "required" not in sentence for _code, sentence in found)


@pytest.mark.parametrize("code", [code for code, asked in PRIMARY.items() if any(spec["type"] == "exit" for spec in asked.fields)])
def test_the_honest_exit_answers_a_question_and_stays_visible(code):
    data = {code: {"not_known": "because nobody asked yet"}}
    assert gaps(PRIMARY[code], data) == []
    assert exits(PRIMARY.values(), data) == [(code, "because nobody asked yet")]


def test_every_mandatory_question_has_an_exit_or_is_one():
    ways_out = {code for code, asked in PRIMARY.items() if any(spec["type"] == "exit" for spec in asked.fields)}
    mandatory = {code for code, asked in PRIMARY.items() if asked.required}
    # Facts can be called wrong, C1 has "did not want to" and "was not able to", S25 is the declaration itself.
    assert mandatory - ways_out == {"S1", "W1", "C1", DECLARATION}


@pytest.mark.parametrize(
    ("code", "answer", "lacks"),
    [
        ("S2", {"role": "ta"}, "name"),
        ("S8", {"areas": {"reading": {"level": "below"}}}, "Reading (since the last plan), Writing ("),
        ("S8", {"areas": {"reading": {"level": "at", "pace": "early"}}}, "Writing (what is expected for the age, since the last plan)"),
        ("S13", {"one": "Greet"}, "second thing"),
        ("S23", {"answer": "yes"}, "who talked"),
        ("S23", {"answer": "will"}, "on which date"),
        ("S23", {"answer": "other"}, "the other reason"),
        ("S24", {"answer": "yes", "from_whom": "Father"}, "which answers"),
        ("C1", {"how": "said"}, "who wrote it down"),
        ("C1", {"how": "declined"}, "when {name} was asked"),
        ("C6", {"wish": "Football", "reply": "trying"}, "trying, by which date?"),
        ("W2", {"people": [{"name": "Ann"}]}, "person 1 (relationship to {name}, "),
        ("W3", {"answer": "yes"}, "what the setting must do"),
        ("W6", {"answer": "not_told"}, "manager's name"),
        ("V1", {"held": "none"}, "no meeting this term, because"),
        ("V1", {"held": "in_person", "on": "2026-01-20"}, "place"),
        ("V5", {"decision": "plan_end"}, "what has to be true"),
    ],
)
def test_what_was_begun_must_be_finished(code, answer, lacks):
    (sentence,) = gaps(PRIMARY[code], {code: answer})
    assert lacks in sentence


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("S2", {"role": "not_found"}),
        ("S23", {"answer": "advised_not"}),
        ("V5", {"decision": "continue"}),
        ("V1", {"held": "online", "on": "2026-01-20"}),
        ("S1", {"wrong": "Joined in May; from the register"}),
    ],
)
def test_fields_that_are_not_asked_for_are_not_missed(code, answer):
    assert gaps(PRIMARY[code], {code: answer}) == []


def test_a_child_who_declined_owes_no_wish():
    declined = {"C1": {"how": "declined", "asked_on": "9 and 12 January"}}
    assert missing(PRIMARY.values(), part(PartKind.CHILD, **declined), []) == []
    assert gaps(PRIMARY["C6"], {"C1": {"how": "wrote"}}) != []


def test_an_optional_area_that_was_begun_is_finished():
    row = {"level": "at", "pace": "expected"}
    whole = {"reading": row, "writing": row, "maths": row}
    assert gaps(PRIMARY["S8"], {"S8": {"areas": whole}}) == []
    assert "Speaking and listening" in gaps(PRIMARY["S8"], {"S8": {"areas": {**whole, "speaking": {"level": "at"}}}})[0]


@pytest.mark.parametrize(
    ("targets", "sentence"),
    [
        ([], "Write at least one target."),
        ([whole_target(then="")], "Finish target 1: by then."),
        ([whole_target(), whole_target(by_date="", who="")], "Finish target 2: by when, who."),
        ([whole_target(kind="wellbeing")], "Make at least one target about learning or attendance."),
    ],
)
def test_targets_have_now_then_when_and_who(targets, sentence):
    assert gaps(PRIMARY["S18"], {}, targets) == [sentence]


def test_one_target_about_attendance_is_enough():
    assert gaps(PRIMARY["S18"], {}, [whole_target(kind="wellbeing"), whole_target(kind="attendance")]) == []


def test_targets_without_a_figure():
    assert unnumbered([whole_target(), whole_target(now="Alone at break", then="Joins a game")]) == [2]


def test_a_section_is_empty_then_looked_at_then_complete():
    learning = [PRIMARY["S9"], PRIMARY["S10"]]
    assert section_state(learning, {}) == "empty"
    assert section_state(learning, {"S9": {"one_thing": "Calm"}}) == "draft"
    assert section_state(learning, {"S9": {"one_thing": "Calm"}, "S10": {"good_at": "Maps"}}) == "complete"
    assert section_state([PRIMARY["S18"]], {}, [whole_target(who="")]) == "draft"


def test_an_optional_question_is_answered_when_something_stands_there():
    assert not is_answered(PRIMARY["W5"], {})
    assert is_answered(PRIMARY["W5"], {"W5": {"home": "A new baby"}})


def test_what_was_carried_and_what_waits_for_the_adults():
    assert kept_codes({"S2": {"name": "A", "kept": True}, "S10": {"good_at": "B"}}) == ["S2"]
    assert wish_unanswered({"C6": {"wish": "Football"}})
    assert not wish_unanswered({"C6": {"wish": "Football", "reply": "done"}})
    assert not wish_unanswered({})


def test_tidy_drops_what_is_empty_and_keeps_zero():
    assert tidy({"a": " x ", "b": "", "c": [{"d": ""}, {"d": "y"}], "e": False, "f": 0, "g": {"h": None}}) == {
        "a": "x",
        "c": [{"d": "y"}],
        "f": 0,
    }
    assert is_empty(None)
    assert is_empty("")
    assert not is_empty(0)


def test_a_condition_on_another_question_counts_as_met_without_the_data():
    wish = PRIMARY["C6"].fields[0]
    assert applies(wish, {})
    assert not applies(wish, {}, {"C1": {"how": "not_able"}})


# Audiences


def every_field(code):
    asked = PRIMARY[code]
    return {spec["name"]: CANARY for spec in asked.fields if spec["type"] in {"text", "long", "exit"}}


@pytest.mark.parametrize("letter", "FSPY")
def test_a_question_reaches_only_the_audiences_of_its_letters(letter):
    for code, asked in PRIMARY.items():
        if letter not in asked.audiences:
            assert visible(asked, every_field(code) | {"answer": "yes", "how": "said"}, letter) is None
            assert lines(asked, every_field(code) | {"answer": "yes"}, letter) == []


def test_the_letters_are_those_of_the_forms():
    expected = {"S8": "FSP", "S9": "FSP", "S10": "FSPY", "S13": "FSPY", "S18": "FSPY", "S2": "FSPY", "S23": "FS", "S24": "F", "S25": "FS"}
    expected |= {"S1": "FSP", "C1": "FSPY", "C6": "FSPY", "W1": "FS", "W2": "FS", "W3": "FS", "W4": "FSP", "W5": "FSP", "W6": "FS"}
    expected |= {"V1": "FSPY", "V5": "FSP", "V6": "FS"}
    assert {code: asked.audiences for code, asked in PRIMARY.items()} == expected


def test_a_setting_never_reads_the_safe_way_to_reach_a_person():
    answer = {"people": [{"name": "Ann", "invite": "yes", "safe_way": CANARY}]}
    assert visible(PRIMARY["W2"], answer, "S") == {"people": [{"name": "Ann", "invite": "yes"}]}
    assert CANARY not in str(lines(PRIMARY["W2"], answer, "S"))
    assert CANARY in str(lines(PRIMARY["W2"], answer, "F"))


def test_of_a_protected_address_a_setting_reads_the_instruction_only():
    answer = {"answer": "yes", "who": CANARY, "protected": "home", "order": CANARY, "may_know": CANARY, "instruction": "Ring us first"}
    assert visible(PRIMARY["W3"], answer, "S") == {"instruction": "Ring us first"}
    assert visible(PRIMARY["W3"], {"answer": "no"}, "S") is None
    assert visible(PRIMARY["W3"], {"not_known": CANARY}, "S") is None
    assert visible(PRIMARY["W3"], answer, "P") is None


def test_what_is_marked_sensitive_never_reaches_the_family():
    assert visible(PRIMARY["W5"], {"home": "x"}, "P") == {"home": "x"}
    assert visible(PRIMARY["W5"], {"home": "x", "sensitive": True}, "P") is None
    assert visible(PRIMARY["W5"], {"home": "x", "sensitive": True}, "S") is not None


def test_a_field_whose_condition_no_longer_holds_is_not_shown():
    assert visible(PRIMARY["W3"], {"answer": "no", "who": CANARY, "instruction": CANARY}, "F") == {"answer": "no"}


def test_facts_are_narrowed_like_fields():
    facts = [
        {"label": "Team", "value": "North", "source": "list", "on": "2026-01-05", "audiences": "FS"},
        {"label": "Team inbox", "value": CANARY, "source": "list", "on": "", "audiences": "F"},
    ]
    assert CANARY not in str(visible(PRIMARY["W1"], {"confirmed": True, "facts": facts}, "S"))
    assert visible(PRIMARY["W1"], {"confirmed": True, "facts": facts}, "F")["facts"] == facts


# In words


def test_answers_in_words():
    assert [(line.label, line.text) for line in lines(PRIMARY["S2"], {"role": "ta", "name": "Mrs Osei"}, "S")] == [
        ("Role", "Teaching assistant"),
        ("Name", "Mrs Osei"),
    ]
    (area,) = lines(PRIMARY["S8"], {"areas": {"reading": {"level": "above", "pace": "faster"}}}, "F")
    assert (area.label, area.text) == ("Reading", "What is expected for the age: Above\nSince the last plan: Faster")
    assert "Not recorded" in str(
        lines(PRIMARY["S1"], {"facts": [{"label": "SENCO", "value": "", "source": "", "on": "", "audiences": "FS"}]}, "S")
    )
    assert [line.text for line in lines(PRIMARY["S24"], {"answer": "yes", "answers": ["S9"]}, "F")][1].startswith(
        "Learning: What one thing"
    )


def test_only_the_full_audience_reads_how_the_place_goes_on():
    answer = {"decision": "review", "review_on": "2026-07-01"}
    assert [line.text for line in lines(PRIMARY["V5"], answer, "S", "Maya")] == ["Support continues"]
    assert [line.text for line in lines(PRIMARY["V5"], answer, "F", "Maya")] == ["Continue, with a review", "1 July 2026"]


def test_the_child_is_named_only_where_it_is_shown():
    assert fill("Which adult does {name} go to?", "Maya") == "Which adult does Maya go to?"
    (line,) = lines(PRIMARY["C1"], {"how": "wrote"}, "F", "Maya")
    assert line.text == "Maya wrote it"
    typed = {"wish": "I like {name}"}
    assert lines(PRIMARY["C6"], typed, "F", "Maya")[0].text == "I like {name}"


def test_a_target_in_words():
    found = {line.label: line.text for line in target_lines(whole_target(in_childs_words="Read more"), "Maya")}
    assert found["By when"] == "27 March 2026"
    assert found["Kind"] == "Learning"
    assert found["How would you say it to Maya?"] == "Read more"
    assert day("2026-12-11") == "11 December 2026"


def test_a_question_survives_being_frozen():
    for asked in PRIMARY.values():
        assert Asked.from_json(asked.as_json()) == Asked.of(Asked.from_json(asked.as_json()))
        assert Asked.of(asked).as_json() == asked.as_json()
