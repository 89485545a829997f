"""Documents for tests: with bytes on the disk, clean unless said otherwise."""

from datetime import UTC, date, datetime
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from accounts.tests.factories import OrganisationFactory, UserFactory
from caseload.tests.factories import ChildFactory
from documents import storage
from documents.models import Attachment, DocumentType
from documents.services import receiving
from documents.states import AttachmentState, Audience
from documents.tests.good_files import pdf

NOW = datetime(2026, 1, 12, 10, 0, tzinfo=UTC)
DAY = date(2026, 1, 9)


class AttachmentFactory(factory.django.DjangoModelFactory):
    """A clean PDF of a child; `waiting` and `rejected` are the other ends. `data` are the bytes."""

    class Meta:
        model = Attachment
        exclude = ["child", "data"]

    child = factory.SubFactory(ChildFactory)
    data = factory.LazyFunction(pdf)
    owner_type = "child"
    owner_id = factory.LazyAttribute(lambda row: row.child.pk)
    child_id = factory.LazyAttribute(lambda row: row.child.pk)
    type = factory.LazyFunction(lambda: DocumentType.objects.get(code="school_report"))
    name = factory.Sequence(lambda n: f"report {n}.pdf")
    document_date = DAY
    audience = Audience.SHARED
    retention = "child"
    dispose_on = date(2042, 3, 5)
    format = "pdf"
    stored_name = factory.LazyAttribute(lambda row: storage.store(row.data))
    sha256 = factory.LazyAttribute(lambda row: storage.sha256(row.data))
    size = factory.LazyAttribute(lambda row: len(row.data))
    organisation = factory.SubFactory(OrganisationFactory)
    uploaded_by = factory.SubFactory(UserFactory)
    uploaded_at = NOW
    scan_after = NOW
    state = AttachmentState.CLEAN
    scanned_at = NOW
    scanned_by = "clamav"

    class Params:
        waiting = factory.Trait(state=AttachmentState.RECEIVED, scanned_at=None, scanned_by="")
        rejected = factory.Trait(state=AttachmentState.REJECTED, rejected_reason="Something harmful.")


def upload(name: str = "report.pdf", data: bytes | None = None) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, pdf() if data is None else data)


def receive(child: Any, by: User, *files: Any, **changes: Any) -> receiving.Received:
    """What the page does."""
    wanted = {"owner_type": "child", "owner_id": child.pk, "type_code": "school_report", "document_date": DAY, "audience": ""}
    return receiving.receive(**wanted | changes, files=files or [upload()], by=by, now=NOW)
