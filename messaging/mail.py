"""Turns a message into a text mail: a reference, a link and nothing about the child (safety.md T13)."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from messaging import kinds
from messaging.models import Message

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "virtual-school-portal/messages")


def message_id(key: str) -> str:
    """The Message-ID of the mail with this key: always the same, so that a rare repeat is recognised as one."""
    return f"<{uuid.uuid5(NAMESPACE, key)}@{urlsplit(settings.PORTAL_ORIGIN).hostname}>"


def compose(message: Message) -> EmailMessage:
    """The mail of `message`. Raises kinds.UnknownKind and kinds.UnsafeContext, and whatever its template raises."""
    kind = kinds.get(message.kind)
    context = kinds.safe_context(kind, message.recipient, message.about_id)
    body = render_to_string(
        kind.template,
        {
            **context,
            "link": f"{settings.PORTAL_ORIGIN}{context['path']}",
            "service_name": settings.SERVICE_NAME,
            "council_name": settings.COUNCIL_NAME,
            "safeguarding_phone": settings.SAFEGUARDING_PHONE,
            "virtual_school_phone": settings.VIRTUAL_SCHOOL_PHONE,
        },
    )
    return EmailMessage(
        subject=kind.subject.format(**context),
        body=body,
        to=[message.recipient.email],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )
