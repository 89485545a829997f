"""Saving asks for the shape and nothing else."""

import pytest

from peps.asked import Asked
from peps.shapes import counted, problems, target_problems
from peps.template_data import TEMPLATES
from peps.template_data.specs import checks, date, grid, long, radios, rows, text, tick
from peps.tests.factories import whole_answers, whole_target

PRIMARY = {asked.code: asked for asked in next(each for each in TEMPLATES if each.code == "primary").questions}
OPTIONS = [["a", "A"], ["b", "B"], ["c", "C"]]
ASKED = Asked(
    code="X1",
    part="setting",
    section="Any",
    text="Anything?",
    starts="new",
    audiences="F",
    fields=[
        text("line", "Line", max=10),
        long("lines", "Lines"),
        radios("one", "One of them", OPTIONS),
        checks("some", "Some of them", OPTIONS, most=2),
        tick("yes", "Yes"),
        date("on", "On"),
        {"name": "hours", "type": "number", "label": "Hours"},
        {"name": "mail", "type": "email", "label": "Mail"},
        rows("people", "Person", [text("name", "Name", max=10)], most=2),
        grid("areas", "Area", [["r", "Reading"]], [radios("level", "Level", OPTIONS)]),
    ],
)


@pytest.mark.parametrize("kind", ["child", "setting", "lead", "adviser"])
def test_whole_answers_have_the_right_shape(kind):
    assert [sentence for code, answer in whole_answers(kind).items() for sentence in problems(PRIMARY[code], answer)] == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"line": "x" * 20, "lines": "x" * 600},  # twice the length: a nudge, not a wall
        {"one": "a", "some": ["a", "b"], "yes": True, "on": "2026-01-12", "hours": 0, "mail": "a@example.org"},
        {"people": [{"name": "Ann"}, {"name": "Ben"}], "areas": {"r": {"level": "c"}}},
        {"kept": True, "facts": [{"anything": "of the portal's own"}]},
    ],
)
def test_what_is_taken(answer):
    assert problems(ASKED, answer) == []


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"line": "x" * 21}, "Line must be 20 characters or fewer. You have typed 21."),
        ({"lines": "x" * 1_000_000}, "Lines must be 600 characters or fewer. You have typed 1000000."),
        ({"lines": "a\x00b"}, "Type Lines again: it holds a character that cannot be stored."),
        ({"lines": 7}, "Type Lines again: it holds a character that cannot be stored."),
        ({"one": "z"}, "Select one of the answers offered for “One of them”."),
        ({"one": ["a"]}, "Select one of the answers offered for “One of them”."),
        ({"some": ["a", "z"]}, "Choose from the answers offered for “Some of them”."),
        ({"some": ["a", "a"]}, "Choose from the answers offered for “Some of them”."),
        ({"some": [{}]}, "Choose from the answers offered for “Some of them”."),
        ({"some": ["a", "b", "c"]}, "Choose at most 2 answers to “Some of them”."),
        ({"yes": "on"}, "Tick “Yes” or leave it."),
        ({"on": "31.2.2026"}, "Enter a real date for “On”, like 3 9 2026."),
        ({"on": "0001-01-01"}, "Enter a real date for “On”, like 3 9 2026."),
        ({"on": 5}, "Enter a real date for “On”, like 3 9 2026."),
        ({"hours": True}, "Enter a whole number for “Hours”, like 12."),
        ({"hours": -1}, "Enter a whole number for “Hours”, like 12."),
        ({"people": [{"name": "x" * 21}]}, "Name must be 20 characters or fewer. You have typed 21."),
        ({"people": [{}, {}, {}]}, "Enter at most 2 under “Person”."),
        ({"people": {"name": "Ann"}}, "Enter “Person” again; it did not arrive as a whole."),
        ({"people": [{"age": 3}]}, "Reload the page: it has a question that this plan does not ask."),
        ({"areas": {"z": {}}}, "Reload the page: “Area” has a line that this plan does not ask."),
        ({"areas": {"r": {"level": "z"}}}, "Select one of the answers offered for “Level”."),
        ({"unknown": "x"}, "Reload the page: it has a question that this plan does not ask."),
    ],
)
def test_what_is_refused_and_why(answer, sentence):
    assert problems(ASKED, answer) == [sentence]


def test_an_answer_that_is_no_answer():
    assert problems(ASKED, "text") == ["Answer “Anything?” again; it did not arrive as a whole."]


@pytest.mark.parametrize(
    ("targets", "wrong"),
    [
        ([whole_target(), {}], False),
        ([{}, {}, {}, {}], True),
        ([whole_target(what="x" * 601)], True),
        ([whole_target(kind="money")], True),
        ([whole_target(by_date="soon")], True),
    ],
)
def test_targets(targets, wrong):
    assert bool(target_problems(targets)) is wrong


def test_lengths_are_three_hundred_unless_said():
    assert counted(long("a", "A")) == 300
    assert counted(long("a", "A", max=200)) == 200
