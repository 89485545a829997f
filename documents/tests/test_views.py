"""The pages of documents, and what goes out with a file."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import SettingFactory, person
from audit.models import Event, Viewing
from caseload.tests.factories import known_child
from documents import storage
from documents.models import Attachment
from documents.services import checking
from documents.states import AttachmentState, Audience
from documents.tests.bad_files import BAD, NAMES
from documents.tests.factories import AttachmentFactory, upload
from documents.tests.good_files import GOOD
from peps.tests.factories import PepFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def child():
    return known_child()


@pytest.fixture
def head(client):
    user = person(Role.HEAD)
    client.force_login(user)
    return user


def answers(child, *files, **changes):
    day = {"document_date_day": "9", "document_date_month": "1", "document_date_year": "2026"}
    return {"documents": list(files), "type": "school_report", "place": f"child:{child.pk}", "audience": "", **day, **changes}


def address(name, thing):
    return reverse(f"documents:{name}", args=[thing.pk])


def test_an_empty_list_says_what_can_be_there(client, head, child):
    page = client.get(address("child", child))
    assert "No documents yet." in page.content.decode()
    assert Viewing.objects.get().page == "documents"


def test_a_list_tells_where_each_stands(client, head, child):
    AttachmentFactory(child=child, name="clean.pdf")
    AttachmentFactory(child=child, name="waits.pdf", waiting=True)
    AttachmentFactory(child=child, name="bad.pdf", rejected=True)
    text = client.get(address("child", child)).content.decode()
    for words in ("Ready", "Waiting for the virus check", "Rejected", "Something harmful.", "5 March 2042", "Setting and council staff"):
        assert words in text
    assert text.count("/preview/") == 1


def test_a_list_costs_the_same_for_one_and_for_fifty(client, head, child):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address("child", child)).status_code == 200
        return len([each for each in queries if "FROM" in each["sql"] or "INTO" in each["sql"]])

    AttachmentFactory(child=child)
    statements()
    one = statements()
    AttachmentFactory.create_batch(48, child=child)
    assert statements() == one


def test_the_demonstration_says_that_nothing_is_scanned(client, head, child, settings):
    settings.CLAMAV_SOCKET = ""
    for name in ("child", "add"):
        assert "Nothing is scanned for viruses here" in client.get(address(name, child)).content.decode()
    settings.CLAMAV_SOCKET = "/run/clamav/clamd.ctl"
    for name in ("child", "add"):
        assert "Nothing is scanned" not in client.get(address(name, child)).content.decode()


def test_several_files_are_added_at_once(client, head, child, frozen):
    frozen("2026-01-12")
    sent = client.post(address("add", child), answers(child, upload("one.pdf"), upload("two.jpg", GOOD["jpg"][1])), follow=True)
    text = sent.content.decode()
    assert sent.redirect_chain == [(address("child", child), 302)]
    assert "2 documents were received." in text
    assert Attachment.objects.filter(state=AttachmentState.RECEIVED).count() == 2


def test_a_refused_file_is_named_beside_those_that_came_in(client, head, child, frozen):
    frozen("2026-01-12")
    page = client.post(address("add", child), answers(child, upload("one.pdf"), upload("two.pdf", b"<html>")))
    text = page.content.decode()
    assert "“two.pdf” was not taken in. What is in the file is not what its name says" in text
    assert "Do not choose them again" in text
    assert [row.name for row in Attachment.objects.all()] == ["one.pdf"]


def test_an_empty_form_says_what_to_do(client, head, child):
    text = client.post(address("add", child), {}).content.decode()
    for words in ("Choose the file or files to add.", "Select what kind of document it is.", "Enter the date on the document."):
        assert words in text
    assert not Attachment.objects.exists()


def test_a_document_of_tomorrow_is_refused(client, head, child, frozen):
    frozen("2026-01-08")
    text = client.post(address("add", child), answers(child, upload())).content.decode()
    assert "must be on or before 8 January 2026" in text


def test_a_plan_can_be_chosen_and_no_foreign_one(client, head, child, frozen):
    frozen("2026-01-12")
    plan, foreign = PepFactory(child=child), PepFactory()
    client.post(address("add", child), answers(child, upload(), place=f"pep:{plan.pk}"))
    assert Attachment.objects.get().owner_id == plan.pk
    text = client.post(address("add", child), answers(child, upload(), place=f"pep:{foreign.pk}")).content.decode()
    assert "Select one of the answers offered" in text
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("case", [case for case in BAD if case not in NAMES])
def test_no_bad_file_is_ever_served(client, head, child, case, frozen):
    frozen("2026-01-12")
    name, data, _codes = BAD[case]
    client.post(address("add", child), answers(child, upload(name, data or b"")))
    checking.scan_due(now=timezone.now())
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("case", NAMES)
def test_a_name_never_reaches_a_header_or_a_path(client, head, child, case, frozen, settings):
    frozen("2026-01-12")
    settings.CLAMAV_SOCKET = ""
    name = NAMES[case][0].encode("utf-8", "replace").decode()
    body = answers(child)
    body["documents"] = upload("plain.pdf")
    body["documents"]._name = name
    client.post(address("add", child), body)
    for document in Attachment.objects.all():
        Attachment.objects.filter(pk=document.pk).update(state="clean", scanned_at="2026-01-12T10:00Z", scanned_by="clamav")
        answer = client.get(address("download", document))
        assert answer["Content-Disposition"] == f'attachment; filename="{document.reference}.pdf"'
        assert len(document.stored_name) == 64


@pytest.mark.parametrize("case", ["pdf", "docx", "xlsx"])
def test_a_download_is_saved_and_can_do_nothing(client, head, child, case):
    data = GOOD[case][1]
    document = AttachmentFactory(child=child, data=data, format=case, name="Zoë’s report")
    answer = client.get(address("download", document))
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Disposition"] == f'attachment; filename="{document.reference}.{case}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer["Cache-Control"] == "no-store, private"
    assert "html" not in answer["Content-Type"]
    event = Event.objects.get(verb="document.downloaded")
    assert (event.actor, event.target_label, event.child_id) == (head, document.reference, str(child.pk))
    assert Viewing.objects.get().page == "document"


def test_a_picture_is_shown_in_the_page_and_only_a_picture(client, head, child):
    document = AttachmentFactory(child=child, data=GOOD["jpg"][1], format="jpg")
    page = client.get(address("preview", document)).content.decode()
    assert f'src="{address("picture", document)}"' in page
    assert "ask" in page
    answer = client.get(address("picture", document))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert answer["X-Content-Type-Options"] == "nosniff"
    other = AttachmentFactory(child=child)
    assert client.get(address("picture", other)).status_code == 404
    assert "<img" not in client.get(address("preview", other)).content.decode()


@pytest.mark.parametrize("name", ["download", "preview", "picture"])
@pytest.mark.parametrize("trait", ["waiting", "rejected"])
def test_what_is_not_clean_is_not_there(client, head, child, name, trait):
    document = AttachmentFactory(child=child, data=GOOD["jpg"][1], format="jpg", **{trait: True})
    assert client.get(address(name, document)).status_code == 404
    assert not Event.objects.exists()


def test_changed_bytes_are_not_given_out(client, head, child):
    document = AttachmentFactory(child=child)
    storage.path_of(document.stored_name).write_bytes(b"%PDF-another")
    answer = client.get(address("download", document))
    assert answer.status_code == 409
    assert "is not as it was stored" in answer.content.decode()
    assert b"another" not in answer.content


def test_a_setting_gets_its_own_and_what_is_shared_and_404_for_the_rest(client):
    setting = SettingFactory()
    child = known_child(setting=setting)
    client.force_login(person(Role.DESIGNATED_TEACHER, setting.organisation))
    shared, council = AttachmentFactory(child=child), AttachmentFactory(child=child, audience=Audience.COUNCIL)
    foreign = AttachmentFactory()
    assert client.get(address("download", shared)).status_code == 200
    assert client.get(address("download", council)).status_code == 404
    assert client.get(address("download", foreign)).status_code == 404
    assert "Who may read it" not in client.get(address("add", child)).content.decode()


def test_a_right_that_ends_takes_an_open_link_along(client):
    setting = SettingFactory()
    child = known_child(setting=setting)
    user = person(Role.DESIGNATED_TEACHER, setting.organisation)
    client.force_login(user)
    document = AttachmentFactory(child=child)
    assert client.get(address("download", document)).status_code == 200
    child.enrolments.update(ends_on="2025-09-01")
    assert client.get(address("download", document)).status_code == 404
