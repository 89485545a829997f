"""The scanner's answers, and that everything but a clear one leaves a document waiting and unreadable."""

from datetime import timedelta

import pytest

from audit.models import Event
from documents import scanning, storage
from documents.models import Attachment
from documents.services import checking, giving
from documents.states import AttachmentState
from documents.tests.bad_files import EICAR
from documents.tests.factories import NOW, AttachmentFactory
from documents.tests.good_files import pdf
from documents.tests.scanner import JUDGE, StandIn, standing_in

UNCLEAR = {
    "nothing at all": b"",
    "no end": b"stream: OK",
    "garbage": b"\xff\xfe\x00",
    "another command": b"PONG\0",
    "an error": b"INSTREAM size limit exceeded. ERROR\0",
    "ok of something else": b"stream: OK or not\0",
    "found nothing": b"stream:  FOUND\0",
    "very long": b"A" * 10_000 + b"\0",
}


@pytest.fixture
def socket_path(tmp_path, settings):
    settings.CLAMAV_SOCKET = str(tmp_path / "clamd.ctl")
    return tmp_path / "clamd.ctl"


def waiting(data=None):
    return AttachmentFactory(waiting=True, **({"data": data} if data else {}))


def test_the_scanner_gets_every_byte_and_says_clean(socket_path):
    data = pdf() + b" " * 200_000
    with standing_in(socket_path) as scanner:
        assert scanning.scan(data) == scanning.Verdict()
    assert scanner.received == [data]


def test_what_is_found_is_named(socket_path):
    with standing_in(socket_path):
        assert scanning.scan(b"%PDF-" + EICAR).found == "Win.Test.EICAR_HDB-1"


def test_a_scanner_on_a_port(settings):
    with standing_in("tcp") as scanner:
        host, port = scanner.listener.getsockname()
        settings.CLAMAV_SOCKET = f"{host}:{port}"
        assert scanning.scan(EICAR).found


@pytest.mark.parametrize("address", ["", "/nowhere/clamd.ctl", "127.0.0.1:1", "127.0.0.1:port"])
def test_a_scanner_that_is_away(settings, address):
    settings.CLAMAV_SOCKET = address
    with pytest.raises(scanning.ScannerUnavailable):
        scanning.scan(b"x")


@pytest.mark.parametrize("case", UNCLEAR)
def test_an_unclear_answer_is_no_answer(socket_path, case):
    with standing_in(socket_path, UNCLEAR[case]), pytest.raises(scanning.NoVerdict):
        scanning.scan(b"x")


@pytest.mark.django_db
def test_a_clean_document_becomes_readable(socket_path):
    document = waiting()
    with standing_in(socket_path):
        assert checking.scan_due(now=NOW) == checking.Checked(clean=1)
    document.refresh_from_db()
    assert (document.state, document.scanned_by, document.scanned_at) == (AttachmentState.CLEAN, "clamav", NOW)
    event = Event.objects.get(verb="document.clean")
    assert (event.actor_label, event.before, event.after) == ("system:document scanner", "scanning", "clean")
    assert event.child_id == str(document.child_id)
    assert storage.read(document.stored_name)


@pytest.mark.django_db
def test_an_infected_document_is_rejected_and_its_bytes_go(socket_path, django_capture_on_commit_callbacks):
    document = waiting(pdf() + EICAR)
    with standing_in(socket_path), django_capture_on_commit_callbacks(execute=True):
        assert checking.scan_due(now=NOW) == checking.Checked(rejected=1)
    document.refresh_from_db()
    assert (document.state, document.rejected_reason) == (AttachmentState.REJECTED, checking.INFECTED)
    assert storage.read(document.stored_name) == b""
    assert Event.objects.filter(verb="document.rejected", target_id=str(document.pk)).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [*UNCLEAR.values(), StandIn.SILENCE])
def test_without_a_clear_answer_it_waits_longer_and_longer(socket_path, answer, monkeypatch):
    monkeypatch.setattr(scanning, "TIMEOUT", 0.2)
    document = waiting()
    with standing_in(socket_path, answer):
        assert checking.scan_due(now=NOW) == checking.Checked(later=1)
        assert checking.scan_due(now=NOW + timedelta(seconds=59)) == checking.Checked()
        assert checking.scan_due(now=NOW + timedelta(seconds=60)) == checking.Checked(later=1)
    document.refresh_from_db()
    assert (document.state, document.scan_after) == (AttachmentState.RECEIVED, NOW + timedelta(minutes=3))
    with pytest.raises((giving.NotReady, giving.Refused)):
        giving.give(attachment_id=document.pk, by=document.uploaded_by, verb="document.downloaded")
    with standing_in(socket_path.with_name("again"), JUDGE) as scanner:
        scanning.settings.CLAMAV_SOCKET = scanner.listener.getsockname()
        assert checking.scan_due(now=NOW + timedelta(minutes=3)) == checking.Checked(clean=1)


@pytest.mark.django_db
def test_a_scanner_that_is_down_ends_the_run_and_nothing_is_lost(socket_path):
    documents = [waiting() for _ in range(3)]
    assert checking.scan_due(now=NOW) == checking.Checked(later=1)
    assert set(Attachment.objects.values_list("state", flat=True)) == {AttachmentState.RECEIVED}
    with standing_in(socket_path):
        assert checking.scan_due(now=NOW + timedelta(minutes=1)).clean == len(documents)


@pytest.mark.django_db
def test_production_without_a_scanner_lets_nothing_through(settings):
    settings.PRODUCTION, settings.CLAMAV_SOCKET = True, ""
    document = waiting()
    assert checking.scan_due(now=NOW) == checking.Checked(later=1)
    document.refresh_from_db()
    assert document.state == AttachmentState.RECEIVED


@pytest.mark.django_db
def test_a_demonstration_says_that_nothing_scanned_it(settings):
    settings.CLAMAV_SOCKET = ""
    document = waiting()
    assert checking.scan_due(now=NOW) == checking.Checked(clean=1)
    document.refresh_from_db()
    assert document.scanned_by == checking.NOTHING


@pytest.mark.django_db
def test_changed_bytes_are_rejected_without_asking(socket_path):
    document = waiting()
    storage.path_of(document.stored_name).write_bytes(b"%PDF-another")
    assert checking.scan_due(now=NOW) == checking.Checked(rejected=1)
    document.refresh_from_db()
    assert document.rejected_reason == checking.CHANGED


@pytest.mark.django_db
def test_a_worker_that_died_holds_a_document_for_ten_minutes(socket_path):
    document = waiting()
    assert checking._claim(document.pk, NOW)
    assert checking._claim(document.pk, NOW) is None
    with standing_in(socket_path):
        assert checking.scan_due(now=NOW + timedelta(minutes=9)) == checking.Checked()
        assert checking.scan_due(now=NOW + timedelta(minutes=10)) == checking.Checked(clean=1)


@pytest.mark.django_db
def test_a_late_verdict_of_a_lost_claim_counts_for_nothing(socket_path):
    document = waiting()
    first = checking._claim(document.pk, NOW)
    Attachment.objects.filter(pk=document.pk).update(state=AttachmentState.RECEIVED, scan_after=NOW)
    assert checking._claim(document.pk, NOW).scan_attempts == 2
    assert checking._decide(first, "pass", NOW) is False
