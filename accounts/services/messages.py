"""What the office may do with the outbox: have a failed message tried again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.policies import require
from accounts.roles import Permission
from audit import services as audit
from core.errors import Refused
from messaging import services as outbox
from messaging.models import Message


@transaction.atomic
def send_again(*, message_id: UUID, by: User, now: datetime) -> None:
    """Puts a failed message back into the queue. Raises NotAllowed, Message.DoesNotExist, Refused for one that has not failed."""
    require(by, Permission.VIEW_HEALTH)
    message = Message.objects.get(pk=message_id)
    if not outbox.try_again(message_id=message_id, now=now):
        raise Refused("This message has not failed, so there is nothing to send again.")
    audit.record(actor=by, verb="message.sent_again", target=message)
