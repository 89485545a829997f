"""The moves table, over every pair of move and state."""

from enum import StrEnum

import pytest
from django.db.models import TextChoices

from core.errors import Refused
from core.transitions import TransitionRefused, available, move, require


class State(TextChoices):
    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent to the panel"
    WAITING = "waiting", "Waiting for you"
    DECIDED = "decided", "Decided"


MOVES = {
    "send": move(State.DRAFT, to=State.SENT),
    "ask_for_more": move(State.SENT, to=State.WAITING),
    "decide": move(State.SENT, State.WAITING, to=State.DECIDED),
}
ALLOWED = {
    ("send", "draft"): "sent",
    ("ask_for_more", "sent"): "waiting",
    ("decide", "sent"): "decided",
    ("decide", "waiting"): "decided",
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", MOVES)
def test_every_move_from_every_state(name, state):
    if (name, state.value) in ALLOWED:
        assert require(MOVES, name, state) == ALLOWED[name, state.value]
    else:
        with pytest.raises(TransitionRefused):
            require(MOVES, name, state)
    assert (name in available(MOVES, state)) == ((name, state.value) in ALLOWED)


def test_a_state_read_from_the_database_is_plain_text():
    assert require(MOVES, "send", "draft") is State.SENT
    assert available(MOVES, "sent") == ("ask_for_more", "decide")


def test_the_refusal_is_a_sentence_with_the_label_of_the_state():
    with pytest.raises(Refused) as refusal:
        require(MOVES, "ask_for_more", "waiting")
    assert refusal.value.message == (
        "“Ask for more” is not possible while this is “Waiting for you”. Reload the page to see where it stands now."
    )
    assert str(refusal.value) == refusal.value.message


def test_a_state_that_is_in_no_line_is_refused_and_named():
    with pytest.raises(TransitionRefused, match="“archived”"):
        require(MOVES, "send", "archived")
    assert available(MOVES, "archived") == ()


def test_plain_enums_without_labels_work():
    class Light(StrEnum):
        RED = "red"
        GREEN = "green"

    table = {"go": move(Light.RED, to=Light.GREEN)}
    assert require(table, "go", "red") is Light.GREEN
    with pytest.raises(TransitionRefused, match="“green”"):
        require(table, "go", Light.GREEN)


def test_a_wrong_name_or_an_empty_line_is_a_mistake_of_the_programmer():
    with pytest.raises(KeyError):
        require(MOVES, "sned", "draft")
    with pytest.raises(ValueError, match="at least one state"):
        move(to=State.SENT)
