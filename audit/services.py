"""The only way into the audit trail.

Call `record` and `viewed` as the last statements of the transaction, `record` before `viewed`: each locks the head of its
chain until the commit, and that lock is global. A row that is locked after it (a row that others lock first, or the parent of
a new foreign key that others hold with a plain `select_for_update`) can deadlock on PostgreSQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from audit.chain import GENESIS, digest, plain
from audit.models import ChainHead, Event, Viewing

BATCH = 500
Entry = TypeVar("Entry", Event, Viewing)


class NotInTransaction(Exception):
    """An act and its trace must be one transaction (safety.md T19)."""


class AnonymousActor(Exception):
    """Nobody acts anonymously: pass a signed-in user or a SystemActor."""


@dataclass(frozen=True)
class SystemActor:
    """A job that acts by itself, by name: SystemActor("reminders")."""

    name: str

    def __post_init__(self) -> None:
        if not self.name:
            raise AnonymousActor("A job that acts by itself needs a name.")

    @property
    def label(self) -> str:
        """How the job is written in the trail."""
        return f"system:{self.name}"


@dataclass(frozen=True)
class Act:
    """What was done to one thing; the parameters of `record` without the actor."""

    verb: str
    target: models.Model
    child: Any = None
    before: str = ""
    after: str = ""
    changes: dict[str, Any] | None = None
    reason: str = ""


def record(
    *,
    actor: Any,
    verb: str,
    target: models.Model,
    child: Any = None,
    before: str = "",
    after: str = "",
    changes: dict[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """Write one event in the caller's transaction and return it.

    `actor` is a user or a SystemActor; the role and organisation are those of the hat the user wears. `child` is an instance or
    an id. Raises NotInTransaction, AnonymousActor, and ValueError for a target without a key.
    """
    act = Act(verb=verb, target=target, child=child, before=before, after=after, changes=changes, reason=reason)
    return record_many(actor=actor, acts=[act])[0]


def record_many(*, actor: Any, acts: Sequence[Act]) -> list[Event]:
    """Write the acts of one actor, in order, under one lock of the chain; for sweeps and imports. Raises as `record` does."""
    _require_transaction()
    who = _event_actor(actor)
    return _append([Event(**who, **_event_values(act)) for act in acts])


def viewed(*, user: Any, child: Any, page: str) -> Viewing:
    """Write that `user` opened `page` of `child` (an instance or an id), in the caller's transaction and so before the answer
    leaves. Raises NotInTransaction and AnonymousActor: jobs read no pages."""
    _require_transaction()
    _require_person(user)
    if not _key(child):
        raise ValueError("A viewing names the child that was seen.")
    return _append([Viewing(user=user, child_id=_key(child), page=page, **_hat(user))])[0]


def _append(entries: list[Entry]) -> list[Entry]:
    """Number, seal and insert `entries` at the end of their chain."""
    if not entries:
        return entries
    model = type(entries[0])
    head, _new = ChainHead.objects.select_for_update(no_key=True).get_or_create(name=model.CHAIN, defaults={"hash": GENESIS})
    now = timezone.now()
    for entry in entries:
        entry.seq, entry.at, entry.prev_hash = head.seq + 1, now, head.hash
        entry.hash = digest(model.CHAIN, {name: getattr(entry, name) for name in model.HASHED})
        head.seq, head.hash = entry.seq, entry.hash
    model.objects.bulk_create(entries, batch_size=BATCH)
    head.save(update_fields=["seq", "hash"])
    return entries


def _event_actor(actor: Any) -> dict[str, Any]:
    if isinstance(actor, SystemActor):
        return {"actor_label": actor.label}
    _require_person(actor)
    return {"actor": actor, **_hat(actor)}


def _event_values(act: Act) -> dict[str, Any]:
    if not _key(act.target):
        raise ValueError("An event names a saved target.")
    return {
        "verb": act.verb,
        "target_type": act.target._meta.label,
        "target_id": _key(act.target),
        "target_label": getattr(act.target, "reference", "") or "",
        "child_id": _key(act.child),
        "before": str(act.before),
        "after": str(act.after),
        "reason": act.reason,
        "changes": plain(act.changes or {}),
    }


def _hat(user: Any) -> dict[str, str]:
    """Role and organisation of the membership the user acts under, where one is chosen."""
    hat = getattr(user, "hat", None)
    return {"role": str(hat.role), "organisation": hat.organisation.name} if hat else {}


def _key(thing: Any) -> str:
    """The primary key of an instance, or the id itself, as text; empty for None."""
    key = getattr(thing, "pk", thing)
    return "" if key is None else str(key)


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction("An act and its audit entry are written in one transaction: call this inside transaction.atomic().")


def _require_person(user: Any) -> None:
    if getattr(user, "pk", None) is None:
        raise AnonymousActor("An audit entry names a signed-in user, or a SystemActor for a job.")
