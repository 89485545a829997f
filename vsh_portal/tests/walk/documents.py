"""The documents of the walk's world: one for everybody around the child, one for the council, a picture; canaries in names and bytes."""

from typing import Any

from documents.states import Audience
from documents.tests.factories import AttachmentFactory
from documents.tests.good_files import picture
from vsh_portal.tests.walk.names import CHILDREN, canary


def add_documents(world: Any) -> None:
    """Three documents for each child, put in by the office."""
    common = {"organisation": world.plain["virtual_school"], "uploaded_by": world.people["office"]}
    for key in CHILDREN:
        child = world.children[key]
        shown, secret = canary(key, "document"), canary(key, "secret")
        world.things["document", key] = AttachmentFactory(
            child=child, name=f"{shown}.pdf", data=f"%PDF-1.7 {canary(key, 'bytes')}".encode(), **common
        )
        world.things["document_council", key] = AttachmentFactory(
            child=child, name=f"{secret}.pdf", data=f"%PDF-1.7 {secret}".encode(), audience=Audience.COUNCIL, **common
        )
        world.things["document_picture", key] = AttachmentFactory(
            child=child, name=f"{shown}.png", data=picture(kind="PNG"), format="png", **common
        )
