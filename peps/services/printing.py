"""Prints: asked for on a page, made by the worker, stored once, given out after the right and the hash were checked.

The signed original is made once an audience and its bytes never change; a copy is the original with a footer laid over it.
"""

import logging
import os
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.models import User
from accounts.policies import NotAllowed, require
from accounts.roles import Permission
from audit.services import record
from core import pdf
from core.errors import Refused
from peps import printing as paper
from peps import snapshot
from peps.models import Pep, Print, Version
from peps.scopes import reads_full
from peps.states import AGREED, Audience, PrintPurpose, PrintState
from peps.wording import day

log = logging.getLogger("vsh.prints")
CLAIM_LASTS = timedelta(minutes=15)
MAX_ATTEMPTS = 3
FOLDER = "prints"
GIVEN_UP = "The PDF could not be made. Ask for it again, and ring the Virtual School if it fails once more."
TOO_LONG = "The plan is too long for a PDF. Ring the Virtual School: some answers have to be shortened."


class BytesChanged(Refused):
    """The stored file is not the one that was made."""

    def __init__(self) -> None:
        super().__init__("This PDF is not as it was stored, so it is not given out. Ring the Virtual School and name the reference.")


@dataclass(frozen=True)
class Rendered:
    """What one run made; `later` are attempts that failed and are made again."""

    ready: int = 0
    failed: int = 0
    later: int = 0


@transaction.atomic
def request(*, pep_id: uuid.UUID | str, audience: str, recipient: str, by: User, now: datetime) -> Print:
    """Ask for a PDF of a plan: a draft while it is not agreed, else a copy of the signed original. The worker makes it.

    The same wish twice while the first one waits is one print. Raises NotAllowed for a plan or an audience the person does not read.
    """
    pep = Pep.objects.get(pk=pep_id)
    require(by, Permission.PRINT_PEP, pep)
    if audience not in Audience.values or (audience == Audience.FULL and not reads_full(by)):
        raise NotAllowed("You may print the setting's copy of this plan. Ask the Virtual School for another one.")
    version = Version.objects.filter(pep=pep).order_by("-number").first() if pep.state in AGREED else None
    purpose = PrintPurpose.COPY if version else PrintPurpose.DRAFT
    what = {"pep": pep, "version": version, "purpose": purpose, "audience": audience, "recipient": recipient.strip(), "requested_by": by}
    waiting = Print.objects.filter(**what, state__in=[PrintState.QUEUED, PrintState.CLAIMED]).first()
    if waiting:
        return waiting
    # An original that failed gets another chance when somebody needs it.
    Print.objects.filter(version=version, audience=audience, purpose=PrintPurpose.ORIGINAL, state=PrintState.FAILED).update(
        state=PrintState.QUEUED, attempts=0, error=""
    )
    asked = Print.objects.create(**what, requested_at=now)
    changes = {"print": asked.pk, "purpose": purpose, "audience": audience, "version": version.number if version else None}
    record(actor=by, verb="pep.print_asked", target=pep, child=pep.child_id, changes=changes)
    return asked


def render_due(*, now: datetime, limit: int = 10) -> Rendered:
    """Make the PDFs that wait, originals first, at most `limit`; only a worker calls this. Raises RuntimeError inside a transaction.

    Each is claimed by a conditional UPDATE, so one worker of many makes it; a claim of 15 minutes is open again; after three attempts
    it has failed. The bytes lie on disk with their hash before the row says ready.
    """
    done = {"ready": 0, "failed": 0, "later": 0}
    first = Case(When(purpose=PrintPurpose.ORIGINAL, then=Value(0)), default=Value(1), output_field=IntegerField())
    for pk in list(_claimable(now).order_by(first, "requested_at", "pk").values_list("pk", flat=True)[:limit]):
        if mine := _claim(pk, now):
            done[_make(mine, now)] += 1
    return Rendered(**done)


def open_file(wanted: Print) -> bytes:
    """The bytes of a print that is ready, if they are still those that were made. Raises BytesChanged, and logs it as an error."""
    data = _path(wanted.stored_name).read_bytes() if _path(wanted.stored_name).is_file() else b""
    if pdf.sha256(data) != wanted.sha256:
        log.error("stored print differs from its hash", extra={"print_pk": str(wanted.pk)})
        raise BytesChanged
    return data


def file_name(wanted: Print) -> str:
    """What the download is called: reference, audience and version, never a name."""
    return paper.file_name(wanted.pep.reference, wanted.audience, wanted.version.number if wanted.version else None)


def _claimable(now: datetime) -> QuerySet[Print]:
    """What can be made now. A copy waits for its original while that is not finished either way."""
    open_ = Q(state=PrintState.QUEUED) | Q(state=PrintState.CLAIMED, claimed_at__lte=now - CLAIM_LASTS)
    unfinished = Print.objects.filter(
        version=OuterRef("version"),
        audience=OuterRef("audience"),
        purpose=PrintPurpose.ORIGINAL,
        state__in=[PrintState.QUEUED, PrintState.CLAIMED],
    )
    return Print.objects.filter(open_).filter(~Q(purpose=PrintPurpose.COPY) | ~Exists(unfinished))


def _claim(pk: uuid.UUID, now: datetime) -> Print | None:
    """The print, if this worker is the one that gets it; one whose attempts are used up fails instead."""
    with transaction.atomic(durable=True):
        row = _claimable(now).filter(pk=pk)
        if not row.filter(attempts__lt=MAX_ATTEMPTS).update(state=PrintState.CLAIMED, claimed_at=now, attempts=F("attempts") + 1):
            row.filter(attempts__gte=MAX_ATTEMPTS).update(state=PrintState.FAILED, claimed_at=None, finished_at=now, error=GIVEN_UP)
            return None
    return Print.objects.select_related("pep", "version", "requested_by").get(pk=pk)


def _make(mine: Print, now: datetime) -> str:
    """What became of a claimed print: ready, failed, later."""
    try:
        data = _bytes(mine, now)
        stored = _store(data)
    except (pdf.PdfTooLong, Refused) as hopeless:
        return _close(mine, PrintState.FAILED, now, error=TOO_LONG if isinstance(hopeless, pdf.PdfTooLong) else hopeless.message)
    except Exception as error:  # whatever is wrong with one plan, the others are made; the text of the error may hold what is in it
        log.warning("print not made", extra={"print_pk": str(mine.pk), "error": type(error).__name__, "attempts": mine.attempts})
        if mine.attempts >= MAX_ATTEMPTS:
            return _close(mine, PrintState.FAILED, now, error=GIVEN_UP)
        _close(mine, PrintState.QUEUED, None)
        return "later"
    return _close(mine, PrintState.READY, now, stored_name=stored, sha256=pdf.sha256(data), size=len(data))


def _bytes(mine: Print, now: datetime) -> bytes:
    version = mine.version
    if version is None:
        on = timezone.localdate(now)
        document = paper.html(snapshot.build(mine.pep, on=on), audience=mine.audience, version=f"Draft of {day(on)}")
        return pdf.render(document, draft=True)
    if mine.purpose == PrintPurpose.COPY:
        return _copy(mine)
    if snapshot.digest(version.snapshot) != version.sha256:
        log.error("frozen plan differs from its hash", extra={"print_pk": str(mine.pk)})
        raise BytesChanged
    return pdf.render(paper.html(version.snapshot, audience=mine.audience, version=f"Version {version.number}"))


def _copy(mine: Print) -> bytes:
    originals = Print.objects.filter(version=mine.version, audience=mine.audience, purpose=PrintPurpose.ORIGINAL)
    original = originals.filter(state=PrintState.READY).first()
    if original is None:
        raise Refused(GIVEN_UP)
    by = mine.requested_by.name if mine.requested_by else ""
    asked_on = day(timezone.localdate(mine.requested_at))
    return pdf.copy_for(open_file(original), footer=f"Copy for {mine.recipient or by}. Printed by {by} on {asked_on}")


def _close(mine: Print, state: PrintState, finished_at: datetime | None, **values: object) -> str:
    """End this worker's claim, unless it has lost it meanwhile."""
    held = Print.objects.filter(pk=mine.pk, state=PrintState.CLAIMED, claimed_at=mine.claimed_at)
    held.update(state=state, claimed_at=None, finished_at=finished_at, **values)
    return state.value


def _path(stored_name: str) -> Path:
    return Path(settings.PRIVATE_ROOT) / FOLDER / stored_name


def _store(data: bytes) -> str:
    """Write the bytes under a name nobody can guess and nothing had before; they are on the disk when this returns."""
    name = f"{uuid.uuid4().hex}.pdf"
    folder = _path(name).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(_path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return name
