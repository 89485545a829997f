"""The kinds of message. Each app registers its own in its module message_kinds, which is imported at the start.

No part of a child can reach a mail: a kind's context may hold plain words only, with a reference and a path (safety.md T13).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Plain = str | int | date
MayReceive = Callable[[Any, str], bool]
MakeContext = Callable[[Any, str], Mapping[str, Plain]]


class UnknownKind(LookupError):
    """Nobody has registered this kind of message."""


class UnsafeContext(ValueError):
    """A kind tried to put something other than plain words into a mail."""


@dataclass(frozen=True)
class Kind:
    """How one kind of message is written and who may still get it at the moment of sending."""

    name: str
    subject: str
    template: str
    may_receive: MayReceive
    context: MakeContext
    statutory: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: str, *, subject: str, template: str, may_receive: MayReceive, context: MakeContext, statutory: bool = False) -> None:
    """Make a kind known. Raises ValueError where another kind has the name.

    `subject` is a format text over the context ("{reference} is due"); `template` extends messaging/email/base.txt.
    `may_receive(user, about_id)` is asked again when the mail goes: it says False to a person who has lost the right and where the
    mail has no purpose any more. `context(user, about_id)` returns `reference`, `path` and safe words. `statutory` mails cannot be
    switched off by the person.
    """
    new = Kind(kind, subject, template, may_receive, context, statutory)
    if _kinds.setdefault(kind, new) != new:
        raise ValueError(f"The kind of message '{kind}' is registered twice.")


def get(kind: str) -> Kind:
    """The registered kind. Raises UnknownKind."""
    try:
        return _kinds[kind]
    except KeyError:
        raise UnknownKind(f"No app has registered the kind of message '{kind}'.") from None


def registered() -> Mapping[str, Kind]:
    """Every kind by name: for the checks and tests that go through all mails."""
    return dict(_kinds)


def subject_of(message: Any) -> str:
    """The subject of a stored message by its reference, for the log; the kind's name where no app knows it any more."""
    kind = _kinds.get(message.kind)
    return kind.subject.format_map(_Reference(reference=message.about_label)) if kind else str(message.kind)


class _Reference(dict[str, str]):
    """Words that only the sending knows are left out of the log."""

    def __missing__(self, word: str) -> str:
        return ""


def safe_context(kind: Kind, user: Any, about_id: str) -> dict[str, Plain]:
    """The kind's context for this mail. Raises UnsafeContext unless it is plain words with a `reference` and a `path` on the portal."""
    context = dict(kind.context(user, about_id))
    not_plain = sorted(name for name, value in context.items() if not isinstance(value, Plain))
    if not_plain:
        raise UnsafeContext(f"'{kind.name}' may give plain words only; these are not: {', '.join(not_plain)}.")
    if not context.get("reference") or not str(context.get("path", "")).startswith("/"):
        raise UnsafeContext(f"'{kind.name}' must give a reference and a path that starts with a slash.")
    return context
