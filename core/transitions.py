"""A workflow as a table of moves (architecture.md 3, point 6): the table is the truth for services, buttons, docs and tests."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import Refused


class TransitionRefused(Refused):
    """The move does not start from the state the record is in."""


@dataclass(frozen=True)
class Move:
    """From any of `sources` to `to`."""

    sources: tuple[str, ...]
    to: str


Moves = Mapping[str, Move]


def move(*states: str, to: str) -> Move:
    """One line of a table: `"accept": move(State.AT_PANEL, State.WAITING, to=State.ACCEPTED)`."""
    if not states:
        raise ValueError("A move starts from at least one state.")
    return Move(sources=states, to=to)


def require(moves: Moves, name: str, state: str) -> str:
    """The state the move leads to. Raises TransitionRefused if it does not start from `state`, KeyError for a name not in the table."""
    wanted = moves[name]
    if state not in wanted.sources:
        asked = name.replace("_", " ").capitalize()
        stands = _label(moves, state)
        raise TransitionRefused(f"“{asked}” is not possible while this is “{stands}”. Reload the page to see where it stands now.")
    return wanted.to


def available(moves: Moves, state: str) -> tuple[str, ...]:
    """The names of the moves that start from `state`, in the order of the table."""
    return tuple(name for name, each in moves.items() if state in each.sources)


def _label(moves: Moves, state: str) -> str:
    """The words for a state: a row read from the database holds plain text, the table holds the choices with their labels."""
    known = {str(each): each for line in moves.values() for each in (*line.sources, line.to)}
    return str(getattr(known.get(state, state), "label", state))
