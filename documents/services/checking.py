"""Scanning what waits. It fails closed: without a clear answer of the scanner a document stays where it is, unreadable.

Only a demonstration or a test runs without a scanner; there a document becomes readable as "nothing scanned it", and pages say so.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from audit.services import SystemActor, record
from core.transitions import require
from documents import scanning, storage
from documents.models import Attachment
from documents.states import ATTACHMENT_MOVES, AttachmentState

log = logging.getLogger("vsh.documents")
SCANNER = SystemActor("document scanner")
CLAIM_LASTS = timedelta(minutes=10)
NOTHING = "nothing"
INFECTED = "The virus check found something harmful in it, so it was deleted. Check the computer it came from, and ask your IT support."
CHANGED = "The file was not as it had been stored, so it was deleted. Add it again."


@dataclass
class Checked:
    """What one run did; `later` are documents without a clear answer."""

    clean: int = 0
    rejected: int = 0
    later: int = 0


def nothing_is_scanned() -> bool:
    """Whether this is a demonstration or a test without a scanner. Never true in production, whatever is set."""
    return not scanning.is_on() and not settings.PRODUCTION


def scan_due(*, now: datetime, limit: int = 5) -> Checked:
    """Have the documents that wait scanned, longest wait first, at most `limit`; where the scanner is away the run ends.

    Each is claimed by a conditional UPDATE; a claim of ten minutes is open again. Safe to run twice and by several workers.
    """
    done = Checked()
    stale = Attachment.objects.filter(state=AttachmentState.SCANNING, scan_after__lte=now)
    stale.update(state=require(ATTACHMENT_MOVES, "wait", AttachmentState.SCANNING))
    due = Attachment.objects.filter(state=AttachmentState.RECEIVED, scan_after__lte=now).order_by("scan_after", "pk")
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        mine = _claim(pk, now)
        if mine is None:
            continue
        try:
            _check(mine, now, done)
        except scanning.ScannerUnavailable as down:
            log.error("the scanner cannot be reached", extra={"error": str(down)})
            _put_back(mine, now, done)
            break
        except scanning.NoVerdict as unclear:
            log.warning("no clear answer of the scanner", extra={"document": mine.reference, "error": str(unclear)})
            _put_back(mine, now, done)
    return done


def _claim(pk: UUID, now: datetime) -> Attachment | None:
    """The document, if this worker is the one that gets it."""
    scanning_now = require(ATTACHMENT_MOVES, "scan", AttachmentState.RECEIVED)
    mine = Attachment.objects.filter(pk=pk, state=AttachmentState.RECEIVED, scan_after__lte=now)
    claimed = mine.update(state=scanning_now, scan_after=now + CLAIM_LASTS, scan_attempts=F("scan_attempts") + 1)
    return Attachment.objects.get(pk=pk) if claimed else None


def _check(mine: Attachment, now: datetime, done: Checked) -> None:
    data = storage.read(mine.stored_name)
    if storage.sha256(data) != mine.sha256:
        log.error("stored document differs from its hash", extra={"document": mine.reference})
        done.rejected += _decide(mine, "reject", now, reason=CHANGED)
    elif nothing_is_scanned():
        done.clean += _decide(mine, "pass", now, scanner=NOTHING)
    elif found := scanning.scan(data).found:
        log.warning("the scanner found malware", extra={"document": mine.reference, "malware": found})
        done.rejected += _decide(mine, "reject", now, reason=INFECTED)
    else:
        done.clean += _decide(mine, "pass", now)


def _decide(mine: Attachment, move: str, now: datetime, *, reason: str = "", scanner: str = "clamav") -> bool:
    """Write the verdict, if the claim still holds; the bytes of a rejected document go when that is certain."""
    with transaction.atomic():
        row = Attachment.objects.select_for_update(of=("self",)).get(pk=mine.pk)
        if row.scan_attempts != mine.scan_attempts or row.state != AttachmentState.SCANNING:
            return False
        before, row.state = row.state, require(ATTACHMENT_MOVES, move, row.state)
        row.scanned_at, row.scanned_by, row.rejected_reason = now, scanner, reason
        row.save(update_fields=["state", "scanned_at", "scanned_by", "rejected_reason"])
        if row.state == AttachmentState.REJECTED:
            transaction.on_commit(lambda: storage.forget(row.stored_name))
        record(
            actor=SCANNER,
            verb=f"document.{row.state}",
            target=row,
            child=row.child_id,
            before=before,
            after=row.state,
            changes={"scanner": scanner},
        )
    return True


def _put_back(mine: Attachment, now: datetime, done: Checked) -> None:
    """Back to waiting, tried again after one minute, then two, up to fifteen."""
    pause = timedelta(minutes=min(mine.scan_attempts, 15))
    waiting = require(ATTACHMENT_MOVES, "wait", AttachmentState.SCANNING)
    still_mine = Attachment.objects.filter(pk=mine.pk, state=AttachmentState.SCANNING, scan_attempts=mine.scan_attempts)
    done.later += still_mine.update(state=waiting, scan_after=now + pause)
