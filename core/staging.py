"""From the preview of a file to its commit: staged once, decided once, and only while nothing has changed in between.

A commit in an importing app's service is one transaction, in this order: the person's right, `open_batch`, `require_basis`,
the writes (from `rows_in`), `finish`, the audit event.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from core.errors import Refused
from core.models import ImportBatch, ImportRow

CHUNK = 500
State = ImportBatch.State


class BatchNotFound(Refused):
    """No such preview of this person."""


class AlreadyDecided(Refused):
    """The file was taken in or discarded before; nothing was changed."""


class BasisChanged(Refused):
    """What the preview was compared with has changed meanwhile; nothing was changed."""


def digest(lines: Iterable[Any]) -> str:
    """A fingerprint of what a preview is compared with; the same lines in the same order give the same one."""
    found = hashlib.sha256()
    for line in lines:
        found.update(json.dumps(line, cls=DjangoJSONEncoder).encode() + b"\n")
    return found.hexdigest()


@transaction.atomic
def stage(
    *,
    kind: str,
    file_name: str,
    parameters: dict[str, Any],
    counts: dict[str, int],
    basis: str,
    rows: Iterable[ImportRow],
    by: Any,
    now: datetime,
) -> ImportBatch:
    """Stores a preview: a new batch and its rows, which come unsaved and without a batch."""
    batch = ImportBatch.objects.create(
        kind=kind, file_name=_shown_name(file_name), parameters=parameters, counts=counts, basis=basis, previewed_by=by, previewed_at=now
    )
    rows = list(rows)
    for row in rows:
        row.batch = batch
    ImportRow.objects.bulk_create(rows, batch_size=CHUNK)
    return batch


def open_batch(*, batch_id: UUID, kind: str, by: Any) -> ImportBatch:
    """The person's own batch, locked for its commit or discard; call inside a transaction.

    All open batches of the kind are locked in one order, so that two files of a kind are never taken in side by side.
    Raises BatchNotFound, and AlreadyDecided for one that was taken in or discarded before.
    """
    waiting = ImportBatch.objects.select_for_update().filter(kind=kind, state=State.PREVIEWED).order_by("pk")
    found = {batch.pk: batch for batch in waiting}.get(batch_id)
    if found is not None and found.previewed_by_id == by.pk:
        return found
    batch = ImportBatch.objects.visible_to(by).filter(kind=kind, pk=batch_id).first()
    if batch is None:
        raise BatchNotFound("This preview is not there any more. Upload the file again.")
    when = date_format(timezone.localtime(batch.finished_at), "l j F Y, H:i")
    if batch.state == State.COMMITTED:
        raise AlreadyDecided(f"This file was already taken in on {when}. Nothing was changed now.")
    raise AlreadyDecided(f"This preview was discarded on {when}. Upload the file again.")


def require_basis(batch: ImportBatch, basis: str) -> None:
    """Raises BasisChanged unless the preview was compared with exactly this."""
    if batch.basis != basis:
        raise BasisChanged("The records changed after this preview was made, so nothing was taken in. Upload the file again.")


def rows_in(batch: ImportBatch, *groups: str, size: int = CHUNK) -> Iterator[list[ImportRow]]:
    """The rows of these groups in the order of the file, as lists of at most `size`; one statement, read in pieces."""
    chunk: list[ImportRow] = []
    for row in batch.rows.filter(group__in=groups).iterator(chunk_size=size):
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def finish(batch: ImportBatch, *, state: str, by: Any, now: datetime, keep_rows: bool) -> None:
    """Marks a batch from `open_batch` as taken in or discarded. Keep rows only of public data: children's staged rows go now."""
    batch.state, batch.finished_by, batch.finished_at = state, by, now
    batch.save(update_fields=["state", "finished_by", "finished_at"])
    if not keep_rows:
        batch.rows.all().delete()


@transaction.atomic
def forget_old_previews(*, kind: str, before: datetime) -> int:
    """Deletes previews of a kind that nobody decided on since `before`, with their rows; safe to repeat. Returns how many."""
    old = ImportBatch.objects.select_for_update().filter(kind=kind, state=State.PREVIEWED, previewed_at__lt=before)
    ids = sorted(old.values_list("pk", flat=True))
    ImportBatch.objects.filter(pk__in=ids).delete()
    return len(ids)


def _shown_name(file_name: str) -> str:
    """The name without folders, short enough for its column; both kinds of slash, for files that came from Windows."""
    return PurePath(file_name.replace("\\", "/")).name[-100:]
