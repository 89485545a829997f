"""Taking documents in: each file is judged by itself, the good ones are stored, the others named with what to do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any, Protocol
from uuid import UUID

from django.db import transaction

from accounts.models import Organisation, User
from accounts.policies import NotAllowed, require
from accounts.roles import PERMISSIONS, Permission
from accounts.scopes import hats_of
from audit.services import Act, record_many
from documents import owners, storage
from documents.inspection import Accepted, FileRefused, inspect
from documents.inspection.files import MAX_BYTES
from documents.models import Attachment, DocumentType
from documents.retention import dispose_on
from documents.scopes import audiences_of
from documents.states import AttachmentState

MOST_AT_ONCE = 10


class Upload(Protocol):
    """A file that came: a name and bytes to read."""

    name: Any

    @property
    def file(self) -> IO[bytes] | None: ...

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class NotTaken:
    """A file that was not taken in, and what to do instead. The name goes to the person who sent it and nowhere else."""

    name: str
    code: str
    message: str


@dataclass
class Received:
    """What became of each file."""

    taken: list[Attachment] = field(default_factory=list)
    refused: list[NotTaken] = field(default_factory=list)


def receive(
    *,
    owner_type: str,
    owner_id: UUID | str,
    files: Iterable[Upload],
    type_code: str,
    document_date: date,
    audience: str,
    by: User,
    now: datetime,
) -> Received:
    """Take several files in for one owner; each waits for the scanner before anybody can read it.

    `audience` may be empty for the usual one of the type. A refused file leaves an entry in the audit trail without its name, and no
    byte. Raises NotAllowed where the person may not add documents, does not see the owner, or is not in the audience.
    """
    require(by, Permission.ADD_DOCUMENTS)
    owner = owners.find(by, owner_type, owner_id)
    if owner is None:
        raise NotAllowed("You may not add documents here. If you need to, ask the Virtual School.")
    kind = DocumentType.objects.get(code=type_code)
    common = _common(owner_type, owner, kind, document_date, audience or usual_audience(kind, by), by, now)
    received = Received()
    rows: list[Attachment] = []
    try:
        for file in files:
            if len(rows) + len(received.refused) >= MOST_AT_ONCE:
                received.refused.append(NotTaken(str(file.name), "too_many", f"Choose at most {MOST_AT_ONCE} files at a time."))
                continue
            _take(file, common, rows, received.refused)
        with transaction.atomic():
            received.taken = Attachment.objects.bulk_create(rows)
            record_many(actor=by, acts=_acts(owner, common["child_id"], received))
    except BaseException:
        for row in rows:
            storage.forget(row.stored_name)
        raise
    return received


def usual_audience(kind: DocumentType, by: User) -> str:
    """The audience of the type, or, where the person is not in it, the narrowest one they are in; empty for nobody's."""
    theirs = [str(audience) for audience in audiences_of(by)]
    return kind.audience if kind.audience in theirs else next(reversed(theirs), "")


def _common(owner_type: str, owner: Any, kind: DocumentType, document_date: date, audience: str, by: User, now: datetime) -> dict[str, Any]:
    """What all documents of one upload share. Raises NotAllowed for an audience the person is not in."""
    if audience not in audiences_of(by):
        raise NotAllowed("You can only choose readers among whom you are yourself. Choose again.")
    about = owners.kind_of(owner_type)
    return {
        "owner_type": owner_type,
        "owner_id": owner.pk,
        "child_id": about.child_id(owner),
        "type": kind,
        "document_date": document_date,
        "audience": audience,
        "retention": kind.retention,
        "dispose_on": dispose_on(kind.retention, document_date=document_date, born=about.born(owner)),
        "organisation": _organisation(by),
        "uploaded_by": by,
        "uploaded_at": now,
        "scan_after": now,
    }


def _organisation(by: User) -> Organisation:
    """That of the hat under which the person adds documents."""
    return next(hat.organisation for hat in hats_of(by) if Permission.ADD_DOCUMENTS in PERMISSIONS.get(hat.role, frozenset()))


def _take(file: Upload, common: dict[str, Any], rows: list[Attachment], refused: list[NotTaken]) -> None:
    try:
        accepted = inspect(str(file.name), file.read(MAX_BYTES + 1))
        digest = storage.sha256(accepted.data)
        _refuse_twice(digest, common, rows)
    except FileRefused as refusal:
        refused.append(NotTaken(str(file.name), refusal.code, refusal.message))
    else:
        rows.append(_row(accepted, digest, common))


def _refuse_twice(digest: str, common: dict[str, Any], rows: list[Attachment]) -> None:
    """The same file with the same owner for the same readers is there once, however often the button is pressed."""
    same = Attachment.objects.exclude(state=AttachmentState.REJECTED).filter(
        owner_type=common["owner_type"],
        owner_id=common["owner_id"],
        audience=common["audience"],
        organisation=common["organisation"],
        sha256=digest,
    )
    if any(row.sha256 == digest for row in rows) or same.exists():
        raise FileRefused("twice", "This file is here already. Nothing more is needed.")


def _row(accepted: Accepted, digest: str, common: dict[str, Any]) -> Attachment:
    """The row of a file whose bytes lie on the disk: they come first, so that no row is without them."""
    return Attachment(
        **common,
        name=accepted.name,
        format=accepted.format.code,
        size=len(accepted.data),
        sha256=digest,
        stored_name=storage.store(accepted.data),
    )


def _acts(owner: Any, child_id: UUID | None, received: Received) -> list[Act]:
    """Who took in what, and why a file was refused: formats and codes, never a name."""
    taken = [
        Act(
            verb="document.received",
            target=row,
            child=child_id,
            after=row.state,
            changes={"type": row.type_id, "audience": row.audience, "format": row.format, "owner": row.owner_type},
        )
        for row in received.taken
    ]
    return taken + [
        Act(verb="document.refused", target=owner, child=child_id, changes={"why": refusal.code})
        for refusal in received.refused
        if refusal.code != "too_many"
    ]
