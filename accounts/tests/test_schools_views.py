"""The pages of the register: list, one setting, upload, preview."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.imports.gias import REQUIRED
from accounts.models import Setting
from accounts.roles import Role
from accounts.tests.factories import SettingFactory, person
from accounts.tests.register_files import CLOSED, file_of, school, text_of
from caseload.tests.factories import EnrolmentFactory, RestrictedPersonFactory
from core.models import ImportBatch
from core.tests.test_imports import WHOLE

UPLOAD = "/settings/import/"
IMPORTERS = {Role.HEAD, Role.DEPUTY, Role.OFFICE}
READERS = {*IMPORTERS, Role.ADVISORY_TEACHER}

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    user = person(Role.OFFICE)
    client.force_login(user)
    return user


def upload(client, content: bytes | io.BytesIO, *, name="edubasealldata.csv", authorities="800", **how):
    content = content if isinstance(content, bytes) else content.getvalue()
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content), "authorities": authorities}, **how)


def previewed(client, *lines, **how):
    response = upload(client, file_of(*lines), **how)
    assert response.status_code == 302
    return response["Location"]


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def take_in(client, *lines):
    return client.post(previewed(client, *lines), {"commit": "1"}, follow=True)


# --- upload, preview, commit


def test_the_whole_way_from_the_file_to_the_setting(client, office):
    page = client.get(UPLOAD)
    assert 'enctype="multipart/form-data"' in page.content.decode()
    assert 'value="800"' in page.content.decode()
    address = previewed(client, school(100001, "St Zoë’s École", la="800"), school(100002, la="801"))
    text = words(client.get(address))
    assert "What this file would change" in text
    assert "New (1)" in text
    assert "St Zoë’s École" in text
    assert "Other authorities: left out: 1" in text
    assert not Setting.objects.exists()
    done = client.post(address, {"commit": "1"}, follow=True)
    assert "Taken in: 1 new, 0 changed, 0 closed." in words(done)
    assert "Take in these changes" not in words(done)
    setting = Setting.objects.get()
    assert "St Zoë’s École" in words(client.get("/settings/"))
    assert "Ms Sam Example" in words(client.get(f"/settings/{setting.pk}/"))


def test_a_second_press_says_already_taken_in(client, office):
    address = previewed(client, school(100001))
    client.post(address, {"commit": "1"})
    again = client.post(address, {"commit": "1"}, follow=True)
    assert "This file was already taken in on" in words(again)
    assert Setting.objects.count() == 1


def test_discard(client, office):
    address = previewed(client, school(100001))
    done = client.post(address, {"discard": "1"}, follow=True)
    assert "The preview was discarded" in words(done)
    assert ImportBatch.objects.get().state == "discarded"
    assert client.get(address).status_code == 200
    assert "This preview was discarded on" in words(client.post(address, {"commit": "1"}, follow=True))


def test_a_press_of_no_button_changes_nothing(client, office):
    address = previewed(client, school(100001))
    assert client.post(address, {}).status_code == 302
    assert ImportBatch.objects.get().is_open


def test_the_same_file_again_says_there_is_nothing_to_take_in(client, office):
    take_in(client, school(100001))
    page = client.get(previewed(client, school(100001)))
    assert "There is nothing to take in: the settings here are as this file says." in words(page)
    assert "Take in these changes" not in words(page)


def test_wrong_lines_come_first_and_the_others_are_taken_in(client, office):
    address = previewed(client, school(100001), school("12", "Wrong School"), school(100003, OpenDate="soon"))
    text = words(client.get(address))
    assert "Wrong (2)" in text
    assert "“12” is no URN, which is six numbers" in text
    assert "“soon” is no date. Write it as day-month-year" in text
    assert "Wrong lines are left out" in text
    client.post(address, {"commit": "1"})
    assert [setting.urn for setting in Setting.objects.all()] == ["100001"]


def test_changes_are_shown_field_by_field(client, office):
    take_in(client, school(100001, "Old Name"))
    changed = school(100001, "New Name", status="3", OpenDate="", StatutoryHighAge="13", LastChangedDate="04-11-2026")
    text = words(client.get(previewed(client, changed)))
    for change in (
        "Name: Old Name → New Name",
        "Status: Open → Open, but proposed to close",
        "Opened on: 1 September 1999 → nothing",
        "Highest age: 11 → 13",
        "Last changed in the register: 3 November 2026 → 4 November 2026",
    ):
        assert change in text


def test_a_closing_setting_tells_how_many_children_are_on_roll(client, office):
    take_in(client, school(100001, "Closing School"), school(100002, "Empty School"))
    setting = Setting.objects.get(urn="100001")
    EnrolmentFactory.create_batch(2, setting=setting)
    EnrolmentFactory(setting=setting, ends_on="2025-07-22")
    hidden = EnrolmentFactory(setting=setting).child
    RestrictedPersonFactory(child=hidden)
    hidden.restricted = True
    hidden.save()
    closed = {"status": CLOSED, "CloseDate": "31-08-2026"}
    address = previewed(client, school(100001, "Closing School", **closed), school(100002, "Empty School", **closed))
    text = words(client.get(address))
    assert "Closed (2)" in text
    assert "1 closing setting with 2 children on roll" in text
    client.post(address, {"commit": "1"})
    text = words(client.get(f"/settings/{setting.pk}/"))
    assert "2 children on roll" in text
    assert "Find out where they go" in text


def test_the_groups_of_a_long_file_have_pages(client, office):
    address = previewed(client, *(school(100000 + number, f"School {number:02}") for number in range(60)), school("x"))
    assert "Wrong (1)" in words(client.get(address))
    second = words(client.get(address + "?group=new&page=2"))
    assert "School 25" in second
    assert "School 24" not in second
    assert client.get(address + "?group=nonsense&page=x").status_code == 200
    assert client.get(address + "?group=closed").status_code == 200


def test_the_preview_of_another_person_is_not_found(client, office):
    address = previewed(client, school(100001))
    client.force_login(person(Role.HEAD))
    assert client.get(address).status_code == 404
    assert client.post(address, {"commit": "1"}).status_code == 404
    assert not Setting.objects.exists()


# --- bad input

RIGHT = text_of(school(100001)).encode("cp1252")
REGISTER = {
    "without URN": (file_of(school(100001), without=("URN",)), "has no column “URN”"),
    "without name": (file_of(school(100001), without=("EstablishmentName",)), "has no column “EstablishmentName”"),
    "without status": (file_of(school(100001), without=("EstablishmentStatus (code)",)), "has no column “EstablishmentStatus (code)”"),
    "without authority": (file_of(school(100001), without=("LA (code)",)), "has no column “LA (code)”"),
    "a heading only": (file_of(), "heading but no rows"),
    "cut inside a name": (io.BytesIO(RIGHT[:-30] + b'"St'), "a quotation mark is missing or out of place, or the file is cut off"),
    "byte 0x81 in a name": (io.BytesIO(RIGHT.replace(b"Sam", b"S\x81m")), "neither as UTF-8 nor as Windows text"),
    "telephone column twice": (io.BytesIO(RIGHT.replace(b'"Locality"', b'"TelephoneNum"')), "“TelephoneNum” stands 2 times"),
}
# Files that are bad whatever they should hold, with the register's columns where they have a heading at all.
OF_EVERY_KIND = (
    "nothing at all", "white space", "workbook", "empty ZIP", "old workbook", "PDF", "gzip", "picture", "photograph", "UTF-16",
    "UTF-16 from the other end", "UTF-16 without its mark", "web page", "NUL in the middle", "byte 0x81",
    "marked UTF-8 with a Windows letter", "marked UTF-8, cut inside a letter", "semicolons",
    "tabs", "no heading", "heading and blank rows", "quotation mark never closed",
    "quotation mark inside", "quotation mark in the heading", "endless cell", "endless heading",
)  # fmt: skip


def of_the_register(name: str) -> tuple[bytes, str]:
    content, sentence = WHOLE[name]
    content = content if isinstance(content, bytes) else content.encode()
    return content.replace(b"key,name", ",".join(REQUIRED).encode()), sentence


BAD = {**{name: of_the_register(name) for name in OF_EVERY_KIND}, **REGISTER}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_gets_one_sentence_and_leaves_nothing(client, office, case):
    content, sentence = BAD[case]
    response = upload(client, content)
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert set(errors) == {"file"}
    [message] = errors["file"]
    assert sentence in message
    assert message in response.content.decode().replace("&#x27;", "'")
    assert not ImportBatch.objects.exists()


def test_the_bad_files_are_many():
    assert len(BAD) >= 25


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"authorities": "800"}, "file", "Choose the register file"),
        ({"file": "not a file", "authorities": "800"}, "file", "Choose the register file"),
        ({"authorities": ""}, "authorities", "Enter the authority"),
        ({"authorities": "80"}, "authorities", "three numbers"),
        ({"authorities": "800;DROP"}, "authorities", "three numbers"),
        ({"authorities": "8\x0000"}, "authorities", "cannot be stored"),
        ({"authorities": "8" * 300}, "authorities", "200 characters or fewer"),
    ],
)
def test_a_wrong_form_says_what_to_do(client, office, sent, field, sentence):
    if field == "authorities":
        sent = {**sent, "file": SimpleUploadedFile("f.csv", RIGHT)}
    response = client.post(UPLOAD, sent)
    assert response.status_code == 200
    assert sentence in response.context["form"].errors[field][0]
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "<script>alert(1)</script>.csv", "x" * 300 + ".csv", "édü’.csv", ".csv"])
def test_the_name_of_the_file_does_no_harm(client, office, name):
    page = client.get(upload(client, RIGHT, name=name)["Location"])
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_a_body_over_the_limit_is_refused_before_it_is_read(client, office, settings):
    settings.UPLOAD_LIMIT_BYTES = 500
    response = upload(client, RIGHT)
    assert response.status_code == 413
    assert not ImportBatch.objects.exists()


# --- who may


@pytest.mark.parametrize("role", list(Role))
def test_who_may_import_and_who_may_look(client, role):
    client.force_login(person(role))
    setting = SettingFactory()
    assert (client.get(UPLOAD).status_code == 200) == (role in IMPORTERS)
    assert (upload(client, RIGHT).status_code == 302) == (role in IMPORTERS)
    for address in ("/settings/", f"/settings/{setting.pk}/"):
        assert client.get(address).status_code == (200 if role in READERS else 403)


def test_only_those_who_may_import_are_offered_it(client):
    client.force_login(person(Role.ADVISORY_TEACHER))
    assert "Take in a register file" not in words(client.get("/settings/"))


# --- list and detail


def test_the_list_filters(client, office):
    mine = SettingFactory(organisation__name="Oak School", la_name="Exampleshire")
    SettingFactory(organisation__name="Elm School", la_code="801", phase_name="Secondary", status=CLOSED)
    SettingFactory(organisation__name="Ash School", status="3")

    def names(query):
        return [setting.name for setting in client.get(f"/settings/?{query}").context["page_obj"]]

    assert names("") == ["Ash School", "Elm School", "Oak School"]
    assert names("q=oak") == ["Oak School"]
    assert names(f"q={mine.urn}") == ["Oak School"]
    assert names("q=%00oak") in (["Oak School"], ["Ash School", "Elm School", "Oak School"])
    assert names("q=" + "x" * 60_000) == ["Ash School", "Elm School", "Oak School"]
    assert names("authority=801") == ["Elm School"]
    assert names("phase=Secondary") == ["Elm School"]
    assert names("status=3") == ["Ash School"]
    assert names("open=open") == ["Ash School", "Oak School"]
    assert names("open=closed") == ["Elm School"]
    assert names("sort=-name") == ["Oak School", "Elm School", "Ash School"]
    assert names("sort=nonsense&page=99") == ["Ash School", "Elm School", "Oak School"]


def test_empty_lists_teach(client, office):
    text = words(client.get("/settings/"))
    assert "No setting is known yet" in text
    SettingFactory()
    assert "No setting matches. Remove a filter" in words(client.get("/settings/?q=nowhere"))


def test_a_setting_tells_how_many_people_can_sign_in(client, office):
    setting = SettingFactory()
    assert "Nobody can sign in for this setting yet" in words(client.get(f"/settings/{setting.pk}/"))
    teacher = person(Role.DESIGNATED_TEACHER, setting.organisation)
    teacher.memberships.create(organisation=setting.organisation, role=Role.SAFEGUARDING_LEAD, starts_on="2020-01-01")
    text = words(client.get(f"/settings/{setting.pk}/"))
    assert "1 person can sign in for this setting" in text
    assert "Entered by hand" in text


def test_a_setting_that_does_not_exist_is_not_found(client, office):
    assert client.get("/settings/00000000-0000-0000-0000-000000000000/").status_code == 404


def statements(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len([query for query in captured if '"' in query["sql"] and "SAVEPOINT" not in query["sql"]])


def test_the_list_and_the_detail_ask_the_same_for_one_and_for_fifty(client, office):
    first = SettingFactory(la_name="Exampleshire")
    addresses = ("/settings/", f"/settings/{first.pk}/")
    one = [statements(client, address) for address in addresses]
    for number in range(50):
        SettingFactory(la_code=str(801 + number), phase_name=f"Phase {number}")
        person(Role.DESIGNATED_TEACHER, first.organisation)
    assert [statements(client, address) for address in addresses] == one


def test_the_preview_asks_the_same_for_one_and_for_fifty(client, office):
    found = []
    for count, start in ((1, 100000), (50, 200000)):
        numbers = range(start, start + count)
        take_in(client, *(school(number) for number in numbers))
        for setting in Setting.objects.filter(urn__gte=str(start)):
            EnrolmentFactory(setting=setting)
        address = previewed(client, *(school(number, status=CLOSED) for number in numbers))
        found.append(statements(client, address))
    assert found[0] == found[1]


def test_names_of_the_addresses():
    assert reverse("accounts:schools_import") == UPLOAD
    assert reverse("accounts:settings") == "/settings/"
