"""The pages of the import: upload, preview, answers, and what bad files get."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import OrganisationFactory, person
from audit.models import Event
from caseload.imports.children import REQUIRED
from caseload.imports.comparing import ASK
from caseload.models import Child
from caseload.tests.factories import ChildFactory, LeadAllocationFactory, StatusFactory
from caseload.tests.list_files import UPN, file_of, line, text_of
from core.models import ImportBatch, ImportRow
from core.tests.test_imports import WHOLE

UPLOAD = "/children/import/"
IMPORTERS = {Role.HEAD, Role.DEPUTY, Role.OFFICE}

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, frozen):
    frozen("2026-11-23")
    user = person(Role.OFFICE)
    client.force_login(user)
    return user


def upload(client, content, *, name="children.csv", **how):
    content = content if isinstance(content, bytes) else content.getvalue()
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)}, **how)


def previewed(client, *lines, **how) -> str:
    response = upload(client, file_of(*lines), **how)
    assert response.status_code == 302
    return response["Location"]


def press(client, address, button, **answers):
    """Presses a button of the preview with answers by line: every row of the page is sent, as the form does."""
    rows = client.get(address).context["lines"]
    sent = {"row": [row["pk"] for row in rows if row["answers"] or row["proposals"]], button: "1"}
    sent |= {f"row-{row['pk']}": answers[f"line_{row['line']}"] for row in rows if f"line_{row['line']}" in answers}
    return client.post(address, sent, follow=True)


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def here(**values):
    child = ChildFactory(**{"first_name": "Ada", "last_name": "Marsh", "local_id": "SC1", **values})
    StatusFactory(child=child, starts_on="2026-09-03")
    return child


# --- upload, preview, commit


def test_the_whole_way_from_the_file_to_the_child(client, office):
    page = client.get(UPLOAD)
    assert 'enctype="multipart/form-data"' in page.content.decode()
    assert "local_id, first_name, last_name" in words(page)
    address = previewed(client, line(upn=UPN), line(local_id="SC2", sex="X"))
    text = words(client.get(address))
    for part in ("What this file would change", "Wrong (1)", "New (1)", "“X” is a code we do not know", "1 wrong line is left out."):
        assert part in text
    text = words(client.get(f"{address}?group=new"))
    assert "Ada Marsh Sunday 5 March 2017" in text
    assert "Child in need from Thursday 3 September 2026" in text
    assert not Child.objects.exists()
    done = press(client, address, "commit")
    assert "Taken in: 1 new, 0 changed." in words(done)
    assert "The lines of the file are deleted." in words(done)
    assert "Take in these changes" not in words(done)
    assert Child.objects.get().upn == UPN


def test_the_same_file_again_says_that_there_is_nothing_to_take_in(client, office):
    press(client, previewed(client, line(upn=UPN)), "commit")
    text = words(client.get(previewed(client, line(upn=UPN))))
    assert "There is nothing to take in: the children here are as this list says." in text
    assert "Unchanged: 1" in text
    assert "Take in these changes" not in text


def test_a_second_press_says_already_taken_in(client, office):
    address = previewed(client, line())
    client.post(address, {"commit": "1"})
    assert "This file was already taken in on" in words(client.post(address, {"commit": "1"}, follow=True))
    assert Child.objects.count() == 1


def test_discard(client, office):
    address = previewed(client, line())
    assert "The preview was discarded and its lines are deleted" in words(press(client, address, "discard"))
    assert not ImportRow.objects.exists()
    assert "Discarded" in words(client.get(address))
    assert "This preview was discarded on" in words(client.post(address, {"commit": "1"}, follow=True))


def test_a_press_of_no_button_changes_nothing(client, office):
    address = previewed(client, line())
    assert client.post(address, {}).status_code == 302
    assert ImportBatch.objects.get().is_open


# --- answers


def test_a_close_match_is_answered_on_the_page(client, office):
    child = here(local_id=None)
    address = previewed(client, line(known_as="Addie"))
    text = words(client.get(address))
    assert "1 close match waits for your answer" in text
    assert f"Same child: Ada Marsh, {child.reference}, born Sunday 5 March 2017" in text
    assert "Has the same name and date of birth." in text
    saved = press(client, f"{address}?group=close", "save", line_2=[str(child.pk)])
    assert "Your answers are saved. Nothing has been taken in yet." in words(saved)
    assert "waits for your answer" not in words(saved)
    assert re.search(rf'value="{child.pk}"[^>]* checked', saved.content.decode())
    assert saved.redirect_chain[-1][0] == f"{address}?group=close"
    assert "0 new, 1 changed" in words(press(client, address, "commit", line_2=[str(child.pk)]))
    assert Child.objects.get().local_id == "SC1"


def test_undecided_lines_are_left_out_and_counted(client, office):
    here(local_id=None)
    done = press(client, previewed(client, line()), "commit")
    assert "Close matches without a decision: left out: 1" in words(done)
    assert Child.objects.count() == 1


def test_a_proposal_is_ticked_on_the_page_and_taken_with_the_same_press(client, office):
    team = OrganisationFactory(team=True, name="Oak Team")
    child = here()
    LeadAllocationFactory(child=child, team=OrganisationFactory(team=True))
    changed = line(status_end="2026-10-01", team="Oak Team")
    address = previewed(client, changed)
    text = words(client.get(address))
    assert "2 changes need your tick" in text
    assert "Child in need ends on Thursday 1 October 2026" in text
    assert "Only if you tick it" in text
    done = press(client, address, "commit", line_2=["end"])
    assert "Proposals confirmed: 1" in words(done)
    assert "Proposals not confirmed: left out: 1" in words(done)
    assert child.statuses.get().ends_on.isoformat() == "2026-10-01"
    assert child.lead_allocations.get().team != team


@pytest.mark.parametrize("row", ["x", "-1", "9" * 18, "9" * 40, "٣", ""])
def test_answers_for_rows_that_are_not_there(client, office, row):
    address = previewed(client, line())
    response = client.post(address, {"save": "1", "row": [row], f"row-{row}": "another"}, follow=True)
    assert response.status_code == 200
    assert ImportBatch.objects.get().is_open


# --- what may not be seen


def test_a_restricted_child_is_one_sentence_on_the_page(client, office):
    hidden = here(restricted=True, known_as="Canary")
    page = client.get(previewed(client, line(first_name="Other")))
    assert ASK in words(page)
    assert "Canary" not in page.content.decode()
    assert hidden.reference not in page.content.decode()


@pytest.mark.parametrize("local_id", ["SC1", None])
def test_a_record_restricted_after_the_preview_is_hidden_on_the_page(client, office, local_id):
    child = here(local_id=local_id, known_as="Canary")
    address = previewed(client, line(sex="F"))
    assert "Ada" in words(client.get(address))
    Child.objects.filter(pk=child.pk).update(restricted=True)
    page = client.get(address)
    assert ASK in words(page)
    for secret in ("Canary", "Marsh", child.reference, str(child.pk)):
        assert secret not in page.content.decode()


def test_no_name_stands_in_title_or_address(client, office):
    address = previewed(client, line(), name="Ada Marsh.csv")
    page = client.get(address)
    assert re.search(r"<title>\s*Preview of a list of children", page.content.decode())
    assert "Ada" not in re.search(r"<title>(.*?)</title>", page.content.decode(), re.S)[1]
    assert "Ada" not in address


def test_the_preview_of_another_person_is_not_found(client, office):
    address = previewed(client, line())
    client.force_login(person(Role.HEAD))
    assert client.get(address).status_code == 404
    assert client.post(address, {"commit": "1"}).status_code == 404
    assert client.get(f"{UPLOAD}00000000-0000-4000-8000-000000000000/").status_code == 404
    assert not Child.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_who_may_import(client, frozen, role):
    frozen("2026-11-23")
    client.force_login(person(role))
    assert (client.get(UPLOAD).status_code == 200) == (role in IMPORTERS)
    assert (upload(client, file_of(line())).status_code == 302) == (role in IMPORTERS)


# --- bad files

RIGHT = text_of(line()).encode()
HEAD = ",".join(REQUIRED)
# Files that are bad whatever they should hold, with our headings where they have some at all.
OF_EVERY_KIND = (
    "nothing at all", "white space", "workbook", "empty ZIP", "old workbook", "PDF", "gzip", "picture", "photograph", "UTF-16",
    "UTF-16 from the other end", "UTF-16 without its mark", "web page", "NUL in the middle", "byte 0x81",
    "marked UTF-8 with a Windows letter", "marked UTF-8, cut inside a letter", "no heading", "semicolons", "tabs", "heading only",
    "heading and blank rows", "quotation mark never closed", "quotation mark inside", "quotation mark in the heading", "endless cell",
    "endless heading",
)  # fmt: skip


def of_children(name: str) -> tuple[bytes, str]:
    content, sentence = WHOLE[name]
    content = content if isinstance(content, bytes) else content.encode()
    return content.replace(b"key,name", HEAD.encode()), sentence


def without(column: str) -> bytes:
    return file_of(line(), columns=tuple(name for name in REQUIRED if name != column)).getvalue()


BAD = {
    **{name: of_children(name) for name in OF_EVERY_KIND},
    **{f"without {column}": (without(column), f"has no column “{column}”") for column in REQUIRED},
    "UPN twice": (RIGHT.replace(b"known_as", b"UPN"), "The column “upn” stands 2 times"),
    "another list": (b"URN,EstablishmentName\n100001,Oak School\n", "The file has no columns “local_id”"),
    "too many lines": (RIGHT + b"SC1\n" * 5_001, "more than 5,000 rows"),
    "cut inside a name": (RIGHT.split(b"Ada")[0] + b'"Ad', "a quotation mark is missing or out of place, or the file is cut off"),
}


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
    assert not Child.objects.exists()


def test_the_bad_files_are_many():
    assert len(BAD) >= 25


@pytest.mark.parametrize("sent", [{}, {"file": "not a file"}])
def test_no_file(client, office, sent):
    assert "Choose the list that social care sent" in words(client.post(UPLOAD, sent))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_names_in_every_encoding(client, office, encoding):
    address = upload(client, file_of(line(first_name="Zoë", last_name="O’Néil"), encoding=encoding))["Location"]
    press(client, address, "commit")
    assert Child.objects.get().name == "Zoë O’Néil"


@pytest.mark.parametrize("name", ["../../etc/passwd", "<script>alert(1)</script>.csv", "x" * 300 + ".csv", ".csv"])
def test_the_name_of_the_file_does_no_harm(client, office, name):
    page = client.get(upload(client, RIGHT, name=name)["Location"])
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_what_stands_in_cells_is_escaped(client, office):
    for given in (line(first_name="<b>Ada</b>"), line(sex="<script>alert(1)</script>")):
        page = client.get(previewed(client, given)).content.decode()
        assert "<b>Ada" not in page
        assert "<script>alert" not in page


def test_a_body_over_the_limit_is_refused_before_it_is_read(client, office, settings):
    settings.UPLOAD_LIMIT_BYTES = 200
    assert upload(client, RIGHT).status_code == 413
    assert not ImportBatch.objects.exists()


def test_a_refused_commit_says_why_and_changes_nothing(client, office):
    address = previewed(client, line())
    ChildFactory()
    done = client.post(address, {"commit": "1"}, follow=True)
    assert "Upload the file again." in words(done)
    assert not Child.objects.filter(local_id="SC1").exists()
    assert not Event.objects.filter(verb="children.imported").exists()


def test_pages_of_a_long_list(client, office):
    address = previewed(client, *(line(local_id=f"SC{n}", first_name=f"F{n:02}", last_name=f"L{n:02}") for n in range(60)))
    second = words(client.get(f"{address}?group=new&page=2"))
    assert "F50 L50" in second
    assert "F49 L49" not in second
    assert client.get(f"{address}?group=nonsense&page=x").status_code == 200


@pytest.mark.parametrize("group", ["close", "changed", "new", "wrong"])
def test_the_preview_asks_the_same_for_one_and_for_fifty(client, office, group):
    found = []
    for count in (1, 50):
        lines = []
        for number in range(count):
            last, number_here = f"{group}{count}x{number}", f"H{count}-{number}"
            if group in {"close", "changed"}:
                here(last_name=last, local_id=number_here if group == "changed" else None)
            lines.append(line(local_id=number_here, last_name=last, known_as="New", sex="X" if group == "wrong" else ""))
        address = previewed(client, *lines)
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(address).context["lines"]) == count
        found.append(len([query for query in captured if '"' in query["sql"] and "SAVEPOINT" not in query["sql"]]))
    assert found[0] == found[1]


def test_names_of_the_addresses():
    assert reverse("caseload:import") == UPLOAD
