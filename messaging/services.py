"""The outbox's one door in (`queue`) and one door out (`deliver_due`)."""

import logging
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic
from typing import Any

from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from messaging import kinds
from messaging.mail import compose, message_id
from messaging.models import Heartbeat, Message
from messaging.states import MessageState

log = logging.getLogger("vsh.messaging")
BATCH = 500
CLAIM_LASTS = timedelta(minutes=15)
MAX_ATTEMPTS = 5
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=15))  # after the 1st, 2nd ... attempt
SERVER_GONE_WAIT = timedelta(minutes=2)  # safety.md G20: out within 15 minutes of recovery


class NotInTransaction(Exception):
    """A message belongs to the transaction of the act that causes it."""


@dataclass(frozen=True)
class Draft:
    """A message to be queued; the parameters of `queue`."""

    key: str
    kind: str
    to: Any
    about: models.Model
    due_at: datetime | None = None


@dataclass(frozen=True)
class Delivered:
    """What one run of `deliver_due` did; `later` are attempts that failed and are made again."""

    sent: int = 0
    suppressed: int = 0
    failed: int = 0
    later: int = 0


def queue(*, key: str, kind: str, to: Any, about: models.Model, due_at: datetime | None = None) -> Message | None:
    """Put one mail into the outbox, in the caller's transaction; None where the key is there already (no error, no second row).

    Raises NotInTransaction, and kinds.UnknownKind for a kind that no app has registered.
    """
    _require_transaction()
    message = _message(Draft(key=key, kind=kind, to=to, about=about, due_at=due_at), timezone.now())
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return Message.objects.filter(pk=message.pk).first()


def queue_many(drafts: Iterable[Draft]) -> int:
    """Put many mails into the outbox, in the caller's transaction, and say how many were new; safe to repeat. Raises as `queue` does."""
    _require_transaction()
    rest, now, new = iter(drafts), timezone.now(), 0
    while batch := [_message(draft, now) for draft in islice(rest, BATCH)]:
        Message.objects.bulk_create(batch, ignore_conflicts=True)
        new += Message.objects.filter(pk__in=[message.pk for message in batch]).count()
    return new


def deliver_due(*, now: datetime, limit: int = 200) -> Delivered:
    """Send what is due, at most `limit` mails, and say what became of them. Raises RuntimeError inside a transaction.

    Each mail is claimed by a conditional UPDATE that is committed before the mail goes, so one worker of many sends it; a claim
    older than 15 minutes (a worker that died) is open again, which may repeat a mail with the same Message-ID but loses none.
    One bad mail does not stop the others and is given up after five attempts. A mail server that cannot be reached ends the run and
    costs no attempt: the mails wait until it is back.
    """
    started, done = monotonic(), {"sent": 0, "suppressed": 0, "failed": 0, "later": 0}
    due = list(Message.objects.filter(_claimable(now)).order_by("try_at", "pk").values_list("pk", flat=True)[:limit])
    mailer = mail.get_connection()
    try:
        for pk in due:
            moment = now + timedelta(seconds=monotonic() - started)
            if message := _claim(pk, moment):
                outcome, server_gone = _deliver(message, mailer, moment)
                done[outcome] += 1
                if server_gone:
                    break
    finally:
        mailer.close()
    return Delivered(**done)


def try_again(*, message_id: Any, now: datetime) -> bool:
    """Put a failed message back into the queue with fresh attempts; False where it had not failed. The caller checks and records."""
    failed = Message.objects.filter(pk=message_id, state=MessageState.FAILED)
    return bool(failed.update(state=MessageState.QUEUED, attempts=0, try_at=now, error=""))


def beat(name: str, detail: str = "", *, now: datetime | None = None) -> None:
    """Leave a sign of life of the job `name`; /readyz and the health page read its age."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now or timezone.now(), "detail": detail})


def _message(draft: Draft, now: datetime) -> Message:
    kinds.get(draft.kind)
    due_at = draft.due_at or now
    return Message(
        key=draft.key,
        kind=draft.kind,
        recipient=draft.to,
        about_type=draft.about._meta.label,
        about_id=str(draft.about.pk),
        about_label=getattr(draft.about, "reference", "") or "",
        created_at=now,
        due_at=due_at,
        try_at=due_at,
        message_id=message_id(draft.key),
    )


def _claimable(now: datetime) -> Q:
    waiting = Q(state=MessageState.QUEUED, try_at__lte=now)
    abandoned = Q(state=MessageState.CLAIMED, claimed_at__lte=now - CLAIM_LASTS)
    return waiting | abandoned


def _claim(pk: Any, now: datetime) -> Message | None:
    """The message, if this worker is the one that gets it. The commit comes before the sending, so never inside a transaction."""
    with transaction.atomic(durable=True):
        mine = Message.objects.filter(_claimable(now), pk=pk).update(state=MessageState.CLAIMED, claimed_at=now)
    return Message.objects.select_related("recipient").get(pk=pk) if mine else None


def _deliver(message: Message, mailer: BaseEmailBackend, now: datetime) -> tuple[str, bool]:
    """What became of a claimed message, and whether the mail server is gone."""
    try:
        if reason := _reason_to_suppress(message):
            return _close(message, MessageState.SUPPRESSED, error=reason), False
        mailer.send_messages([compose(message)])
    except Exception as error:  # whatever is wrong with one message, the others go on
        server_gone = _is_server_gone(error)
        return _put_back(message, error, now, server_gone=server_gone), server_gone
    return _close(message, MessageState.SENT, sent_at=now), False


def _reason_to_suppress(message: Message) -> str:
    recipient = message.recipient
    if not recipient.is_active:
        return "the person's account is closed"
    if not kinds.get(message.kind).may_receive(recipient, message.about_id):
        return "the person may not or need not see it any more"
    return ""


def _put_back(message: Message, error: Exception, now: datetime, *, server_gone: bool) -> str:
    """Try again later, or give the message up after its last attempt. Only the kind of error is kept: its text may hold an address."""
    trouble = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
    attempts = message.attempts if server_gone else message.attempts + 1
    log.warning("mail not sent", extra={"message_pk": str(message.pk), "kind": message.kind, "error": trouble, "attempts": attempts})
    if attempts >= MAX_ATTEMPTS:
        return _close(message, MessageState.FAILED, error=trouble, attempts=attempts)
    wait = SERVER_GONE_WAIT if server_gone else BACKOFF[attempts - 1]
    _close(message, MessageState.QUEUED, error=trouble, attempts=attempts, try_at=now + wait)
    return "later"


def _close(message: Message, state: MessageState, **values: Any) -> str:
    """End this worker's claim, unless it has lost it meanwhile."""
    mine = Message.objects.filter(pk=message.pk, state=MessageState.CLAIMED, claimed_at=message.claimed_at)
    mine.update(state=state, claimed_at=None, **values)
    return state.value


def _is_server_gone(error: Exception) -> bool:
    """Whether the mail server, not the message, is the trouble (smtplib's own errors are OSErrors too)."""
    if isinstance(error, smtplib.SMTPException):
        gone = (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPAuthenticationError)
        return isinstance(error, gone) or getattr(error, "smtp_code", None) == 421  # 421: service not available
    return isinstance(error, OSError)


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction("A message is queued in the transaction of its act: call this inside transaction.atomic().")
