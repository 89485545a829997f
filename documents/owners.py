"""What a document can belong to: the apps above register each kind of owner when the portal starts.

A document is visible through its owner, so each kind brings the queryset of owners that a person may see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet


@dataclass(frozen=True)
class OwnerKind:
    """One kind of owner. Its objects have a UUID as key and a `reference` that says nothing about a person.

    `visible` gives the owners a person may see, `of_child` those of one child, newest first (empty for kinds without a child).
    `child_id` and `born` tell the child and its birthday, where there is one; `label` is how the owner is called in a list.
    """

    name: str
    visible: Callable[[Any], QuerySet]
    of_child: Callable[[Any, UUID], QuerySet]
    child_id: Callable[[Any], UUID | None]
    born: Callable[[Any], date | None]
    label: Callable[[Any], str]


@dataclass(frozen=True)
class ChildPage:
    """How the page of a child's documents greets: who the child is, as every other page of the child does."""

    find: Callable[[Any, UUID], Model | None]
    head: Callable[[Any, Any], dict[str, Any]]


class UnknownOwner(LookupError):
    """No app registered this kind of owner."""


_kinds: dict[str, OwnerKind] = {}
_pages: list[ChildPage] = []


def register(kind: OwnerKind) -> None:
    """Add a kind of owner; from AppConfig.ready. Raises ValueError for a name that is taken."""
    if kind.name in _kinds:
        raise ValueError(f"Documents of “{kind.name}” are registered already.")
    _kinds[kind.name] = kind


def register_child_page(page: ChildPage) -> None:
    """Say how a child is found and shown; from AppConfig.ready, once. Raises ValueError the second time."""
    if _pages:
        raise ValueError("The page of a child's documents is registered already.")
    _pages.append(page)


def kind_of(name: str) -> OwnerKind:
    """The kind called `name`. Raises UnknownOwner."""
    try:
        return _kinds[name]
    except KeyError as missing:
        raise UnknownOwner(name) from missing


def kinds() -> tuple[OwnerKind, ...]:
    """All kinds, in the order of registration."""
    return tuple(_kinds.values())


def child_page() -> ChildPage:
    """The registered page of a child. Raises UnknownOwner where no app registered one."""
    if not _pages:
        raise UnknownOwner("child page")
    return _pages[0]


def find(user: Any, name: str, pk: UUID | str) -> Model | None:
    """The owner, if this person may see it."""
    return kind_of(name).visible(user).filter(pk=pk).first()
