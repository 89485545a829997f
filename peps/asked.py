"""One question of a plan as plain data: what the shipped templates are written in and what a frozen plan keeps. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

Spec = Mapping[str, Any]


class Question(Protocol):
    """What the pure functions read of a question: a row of peps.models.Question, or an Asked."""

    code: Any
    part: Any
    section: Any
    order: Any
    text: Any
    help: Any
    kind: Any
    fields: Any
    starts: Any
    required: Any
    audiences: Any
    criterion: Any


@dataclass
class Asked:
    """A question outside the database; the attributes are those of the row."""

    code: str
    part: str
    section: str
    text: str
    fields: Sequence[Spec]
    starts: str
    audiences: str
    required: bool = False
    help: str = ""
    kind: str = "fields"
    criterion: str = ""
    order: int = 0

    @classmethod
    def of(cls, question: Question) -> "Asked":
        """The plain copy of a question, for a frozen plan."""
        return cls(**{name: getattr(question, name) for name in cls.__dataclass_fields__})

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Asked":
        """The question that `as_json` wrote."""
        return cls(**stored)

    def as_json(self) -> dict[str, Any]:
        """Plain values only, in a fixed order."""
        return asdict(self) | {"fields": [dict(spec) for spec in self.fields]}


def fill(text: str, called: str) -> str:
    """The text with the child's name where {name} stands; done when it is shown, so that no stored text carries a name."""
    return text.replace("{name}", called)
