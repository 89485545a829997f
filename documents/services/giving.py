"""Handing a document out: the right, the state and the bytes are checked at every single time."""

import logging
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.policies import require
from accounts.roles import Permission
from audit.services import record, viewed
from core.errors import Refused
from documents import storage
from documents.models import Attachment
from documents.states import AttachmentState

log = logging.getLogger("vsh.documents")


class NotReady(Refused):
    """The document has not passed the virus check."""

    def __init__(self) -> None:
        super().__init__("This document has not passed the virus check, so it is not given out.")


class BytesChanged(Refused):
    """The stored file is not the one that was received."""

    def __init__(self) -> None:
        super().__init__("This document is not as it was stored, so it is not given out. Ring the Virtual School and name the reference.")


def give(*, attachment_id: UUID | str, by: User, verb: str) -> tuple[Attachment, bytes]:
    """The document and its bytes, with an event (`verb`) and a viewing of the child written before.

    Raises NotAllowed, NotReady for one that is not clean, and BytesChanged, which is logged as an error.
    """
    attachment = Attachment.objects.select_related("type").get(pk=attachment_id)
    require(by, Permission.VIEW_DOCUMENTS, attachment)
    if attachment.state != AttachmentState.CLEAN:
        raise NotReady
    data = storage.read(attachment.stored_name)
    if storage.sha256(data) != attachment.sha256:
        log.error("stored document differs from its hash", extra={"document": attachment.reference})
        raise BytesChanged
    with transaction.atomic():
        record(actor=by, verb=verb, target=attachment, child=attachment.child_id)
        if attachment.child_id:
            viewed(user=by, child=attachment.child_id, page="document")
    return attachment, data
