"""Reading the audit trail, and proving that nobody has changed it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from audit.chain import GENESIS, digest
from audit.models import CHAINS, ChainHead, Event, Viewing

CHUNK = 2000
Awaited = defaultdict[int, list[tuple[str, str]]]  # number -> the (hash, whose word it is) that must stand there


@dataclass(frozen=True)
class Head:
    """Where a chain ended at some moment."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What verifying a chain found; `broken_seq` is the first entry that is not what it was."""

    chain: str
    count: int
    broken_seq: int | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """True where no entry was changed, removed, added or moved."""
        return self.broken_seq is None


def events_of(child_id: Any) -> QuerySet[Event]:
    """What was done about a child, newest first."""
    return Event.objects.filter(child_id=str(child_id)).select_related("actor").order_by("-seq")


def viewings_of(child_id: Any) -> QuerySet[Viewing]:
    """Who opened a child's pages, newest first."""
    return Viewing.objects.filter(child_id=str(child_id)).select_related("user").order_by("-seq")


def head_of(chain: str) -> Head:
    """The end of a chain; number 0 where nothing was ever written."""
    row = ChainHead.objects.filter(name=chain).values_list("seq", "hash").first()
    return Head(*row) if row else Head(0, GENESIS)


def heads() -> dict[str, dict[str, Any]]:
    """The ends of all chains as plain values: kept outside the database, they show later that a whole table was swapped."""
    return {chain: vars(head_of(chain)).copy() for chain in CHAINS}


def verify(chain: str, *, exported: Head | None = None) -> Verdict:
    """Walk a chain from its first entry, streaming, and say whether every entry is what it was when it was written.

    Finds an entry that was edited, deleted, inserted or moved, and a tail that was cut off; with `exported`, a head kept outside
    the database, also a table that was replaced as a whole by someone who holds the key. Entries written meanwhile do not disturb.
    """
    awaited = Awaited(list)
    for anchor, name in [(head_of(chain), "the head of the chain"), (exported, "the exported head")]:
        if anchor is not None:
            awaited[anchor.seq].append((anchor.hash, name))
    seq, previous = 0, GENESIS
    for values in _entries(chain):
        if reason := _fault(chain, values, seq, previous) or _unlike(awaited.get(values["seq"], []), values["hash"]):
            return Verdict(chain, seq, broken_seq=seq + 1, reason=reason)
        seq, previous = values["seq"], values["hash"]
    if reason := _fault_of_tail(chain, seq, awaited):
        return Verdict(chain, seq, broken_seq=seq + 1, reason=reason)
    return Verdict(chain, seq)


def _entries(chain: str) -> Iterator[dict[str, Any]]:
    model = CHAINS[chain]
    names = (*model.HASHED, "hash")
    rows = model.objects.order_by("seq").values_list(*names).iterator(chunk_size=CHUNK)
    return (dict(zip(names, row, strict=True)) for row in rows)


def _fault(chain: str, values: Mapping[str, Any], seq: int, previous: str) -> str:
    """Why this entry cannot follow number `seq` with hash `previous`; empty where it does."""
    if values["seq"] != seq + 1:
        return "an entry is missing" if values["seq"] > seq + 1 else "an entry was put in"
    if values["prev_hash"] != previous:
        return "the entry does not follow the one before it"
    if values["hash"] != digest(chain, {name: values[name] for name in CHAINS[chain].HASHED}):
        return "the entry was changed"
    return ""


def _unlike(expected: list[tuple[str, str]], found: str) -> str:
    """Names the first anchor whose hash this entry should have and has not."""
    return next((f"the entry is not the one of {name}" for hash_, name in expected if hash_ != found), "")


def _fault_of_tail(chain: str, last: int, awaited: Awaited) -> str:
    """Why a chain cannot end at number `last`; empty where it can."""
    beyond = [(seq, name) for seq, names in awaited.items() for _hash, name in names if seq > last]
    if beyond:
        return f"the chain ends before {beyond[0][1]}, number {beyond[0][0]}"
    if head_of(chain).seq < last:
        return "entries stand behind the head of the chain"
    return ""
