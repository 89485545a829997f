"""Prints: asked for by whom, made once, stored before they are called ready, given out only whole. Real PDFs, made by WeasyPrint."""

import os
import re
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import person
from audit.models import Event
from core import pdf
from core.tests.pdf_reading import elements, findings, opened, texts
from peps import printing as paper
from peps.models import Print, Version
from peps.services import printing, review
from peps.states import Audience, PartKind, PrintPurpose, PrintState
from peps.tests.factories import fill_part
from peps.tests.flow import IN_TIME, agreed, head, sent
from peps.tests.test_printing_context import with_canaries

pytestmark = pytest.mark.django_db
FULL, SETTING = Audience.FULL, Audience.SETTING


@pytest.fixture(autouse=True)
def _spring(frozen):
    frozen(IN_TIME)


@pytest.fixture
def pretend(monkeypatch):
    """A stand-in for WeasyPrint where the bytes do not matter."""
    monkeypatch.setattr(pdf, "render", lambda html, **options: html.encode())
    monkeypatch.setattr(pdf, "copy_for", lambda original, footer: original + footer.encode())


def ask(pep, by, audience=SETTING, recipient="", now=IN_TIME):
    return printing.request(pep_id=pep.pk, audience=audience, recipient=recipient, by=by, now=now)


def stored(row):
    return Path(settings.PRIVATE_ROOT) / "prints" / row.stored_name


def text_of(data):
    tagged, artifacts = texts(data)
    return re.sub(r"\s+", "", "".join(tagged)), re.sub(r"\s+", "", "".join(artifacts))


def squeezed(text):
    return re.sub(r"\s+", "", text)


# --- asking


def test_a_setting_asks_for_its_own_copy_and_never_for_the_full_plan():
    our = sent()
    asked = ask(our.pep, our.teacher)
    assert (asked.purpose, asked.audience, asked.state) == (PrintPurpose.DRAFT, SETTING, PrintState.QUEUED)
    with pytest.raises(NotAllowed):
        ask(our.pep, our.teacher, FULL)
    with pytest.raises(NotAllowed):
        ask(our.pep, our.teacher, "X")
    with pytest.raises(NotAllowed):
        ask(our.pep, person(Role.DESIGNATED_TEACHER))
    assert ask(our.pep, our.lead, FULL).audience == FULL


def test_the_same_wish_twice_is_one_print_and_one_trace():
    our = sent()
    assert ask(our.pep, our.teacher) == ask(our.pep, our.teacher)
    assert ask(our.pep, our.adviser) != ask(our.pep, our.teacher)
    event = Event.objects.filter(verb="pep.print_asked").first()
    assert event.changes["audience"] == SETTING
    assert "recipient" not in event.changes


# --- making


def test_the_original_is_stored_once_with_its_hash_and_its_mode(pretend):
    agreed()
    assert printing.render_due(now=IN_TIME) == printing.Rendered(ready=2)
    for row in Print.objects.all():
        assert row.state == PrintState.READY
        assert pdf.sha256(stored(row).read_bytes()) == row.sha256
        assert stored(row).stat().st_size == row.size
        assert stat.S_IMODE(stored(row).stat().st_mode) == 0o600
        assert re.fullmatch(r"[0-9a-f]{32}\.pdf", row.stored_name)
    assert printing.render_due(now=IN_TIME + timedelta(hours=1)) == printing.Rendered()


def test_a_copy_waits_for_its_original_and_leaves_it_as_it_was(pretend):
    our = agreed()
    copy = ask(our.pep, our.teacher, recipient="Dana Brook", now=IN_TIME - timedelta(hours=1))
    assert printing.render_due(now=IN_TIME, limit=1).ready == 1
    copy.refresh_from_db()
    assert copy.state == PrintState.QUEUED, "originals first, although the copy is older"
    printing.render_due(now=IN_TIME)
    original = Print.objects.get(purpose=PrintPurpose.ORIGINAL, audience=SETTING)
    before = (original.sha256, stored(original).read_bytes(), stored(original).stat().st_mtime_ns)
    printing.render_due(now=IN_TIME)
    copy.refresh_from_db()
    assert printing.open_file(copy) == before[1] + f"Copy for Dana Brook. Printed by {our.teacher.name} on 4 February 2026".encode()
    original.refresh_from_db()
    assert (original.sha256, stored(original).read_bytes(), stored(original).stat().st_mtime_ns) == before
    assert original.stored_name != copy.stored_name


def test_one_bad_plan_does_not_stop_the_others_and_gives_up_after_three_attempts(pretend, monkeypatch):
    good, bad = sent(), sent()
    row, other = ask(bad.pep, bad.teacher), ask(good.pep, good.teacher)

    def render(html, **options):
        if bad.pep.reference in html:
            raise OSError(f"a text with {bad.child.first_name}")
        return b"made"

    monkeypatch.setattr(pdf, "render", render)
    assert printing.render_due(now=IN_TIME) == printing.Rendered(ready=1, later=1)
    assert printing.render_due(now=IN_TIME) == printing.Rendered(later=1)
    assert printing.render_due(now=IN_TIME) == printing.Rendered(failed=1)
    assert printing.render_due(now=IN_TIME) == printing.Rendered()
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.error, row.attempts) == (PrintState.FAILED, printing.GIVEN_UP, 3)
    assert other.state == PrintState.READY


def test_a_plan_that_is_too_long_fails_at_once_with_a_sentence(pretend, monkeypatch):
    def render(html, **options):
        raise pdf.PdfTooLong("too long")

    monkeypatch.setattr(pdf, "render", render)
    our = sent()
    row = ask(our.pep, our.teacher)
    assert printing.render_due(now=IN_TIME).failed == 1
    row.refresh_from_db()
    assert (row.error, row.attempts) == (printing.TOO_LONG, 1)


def test_a_worker_that_died_leaves_a_claim_that_opens_again_after_fifteen_minutes(pretend):
    our = sent()
    row = ask(our.pep, our.teacher)
    Print.objects.filter(pk=row.pk).update(state=PrintState.CLAIMED, claimed_at=IN_TIME, attempts=1)
    assert printing.render_due(now=IN_TIME + timedelta(minutes=14)) == printing.Rendered()
    assert printing.render_due(now=IN_TIME + timedelta(minutes=15)) == printing.Rendered(ready=1)
    Print.objects.filter(pk=row.pk).update(state=PrintState.CLAIMED, claimed_at=IN_TIME, attempts=3, sha256="")
    printing.render_due(now=IN_TIME + timedelta(minutes=15))
    row.refresh_from_db()
    assert (row.state, row.error) == (PrintState.FAILED, printing.GIVEN_UP)


def test_an_original_that_failed_is_tried_again_when_somebody_needs_it(pretend):
    our = agreed()
    Print.objects.update(state=PrintState.FAILED, attempts=3, error=printing.GIVEN_UP)
    copy = ask(our.pep, our.teacher)
    printing.render_due(now=IN_TIME)
    printing.render_due(now=IN_TIME)
    copy.refresh_from_db()
    assert copy.state == PrintState.READY


# --- giving out


@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(b"another"), lambda path: path.unlink()], ids=["changed", "gone"])
def test_bytes_that_are_not_those_that_were_made_are_not_given_out(pretend, caplog, harm):
    agreed()
    printing.render_due(now=IN_TIME)
    row = Print.objects.first()
    assert printing.open_file(row)
    harm(stored(row))
    with pytest.raises(printing.BytesChanged):
        printing.open_file(row)
    assert [(record.levelname, record.print_pk) for record in caplog.records if record.name == "vsh.prints"] == [("ERROR", str(row.pk))]


def test_no_copy_is_made_of_an_original_whose_bytes_changed(pretend):
    our = agreed()
    printing.render_due(now=IN_TIME)
    original = Print.objects.get(purpose=PrintPurpose.ORIGINAL, audience=SETTING)
    stored(original).write_bytes(b"another")
    copy = ask(our.pep, our.teacher)
    assert printing.render_due(now=IN_TIME).failed == 1
    copy.refresh_from_db()
    assert copy.state == PrintState.FAILED


def test_a_frozen_plan_that_was_changed_in_the_database_is_not_printed(pretend):
    our = agreed()
    version = Version.objects.get(pep=our.pep)
    Version.objects.filter(pk=version.pk).update(snapshot={**version.snapshot, "setting": "Another school"})
    assert printing.render_due(now=IN_TIME).failed == 2


# --- real PDFs


@pytest.fixture
def plan():
    """An agreed plan with F-only answers in every part, and the bytes of its two originals as WeasyPrint made them."""
    our = with_canaries(sent())
    fill_part(our.pep, PartKind.CHILD, by=our.teacher, C6={"wish": "Žofia Łukasiewicz reads to me", "reply": "done"})
    review.sign_off(pep_id=our.pep.pk, by=head(), now=IN_TIME)
    assert printing.render_due(now=IN_TIME) == printing.Rendered(ready=2)
    rows = Print.objects.filter(pep=our.pep, purpose=PrintPurpose.ORIGINAL)
    return our, {row.audience: printing.open_file(row) for row in rows}


def test_both_originals_are_accessible_and_tell_no_name_outside_their_text(plan, tmp_path):
    our, data = plan
    for each in data.values():
        assert findings(each, tmp_path) == []
        source = opened(each)
        assert str(source.docinfo.Title) == our.pep.reference
        assert str(source.Root.Lang) == "en-GB"
        assert set(source.docinfo.keys()) <= {"/Title", "/Producer"}
        assert our.child.last_name.encode() not in bytes(source.Root.Metadata.read_bytes())
        assert {str(element.S) for element in elements(source)} >= {"/H1", "/H2", "/H3", "/P"}


def test_the_settings_pdf_lacks_what_is_for_council_staff_only(plan):
    _our, data = plan
    full, _ = text_of(data[FULL])
    setting, _ = text_of(data[SETTING])
    assert len(set(re.findall(r"CANARY-[WSV]\d+[AB]?", full))) == 6
    assert "CANARY" not in setting
    assert squeezed("Žofia Łukasiewicz reads to me") in setting


def test_every_page_has_its_footer_and_only_a_draft_says_draft(plan):
    our, data = plan
    for audience, words in ((FULL, "Full plan"), (SETTING, "Setting's copy")):
        for page in texts(data[audience])[1]:
            for text in (our.pep.reference, words, "Version 1", "Not a legal document", "OFFICIAL-SENSITIVE"):
                assert squeezed(text) in squeezed(page)
            assert "DRAFT" not in page
    other = sent()
    draft = ask(other.pep, other.teacher)
    printing.render_due(now=IN_TIME)
    draft.refresh_from_db()
    assert all("DRAFT" in page for page in texts(printing.open_file(draft))[1])


def test_a_copy_carries_for_whom_by_whom_and_when_on_every_page_and_stays_accessible(plan, tmp_path):
    our, data = plan
    copy = ask(our.pep, our.teacher, recipient="Dana Brook")
    printing.render_due(now=IN_TIME)
    copy.refresh_from_db()
    made = printing.open_file(copy)
    footer = squeezed(f"Copy for Dana Brook. Printed by {our.teacher.name} on 4 February 2026")
    assert all(footer in squeezed(page) for page in texts(made)[1])
    assert text_of(made)[0] == text_of(data[SETTING])[0]
    assert findings(made, tmp_path) == []


def test_the_same_plan_gives_the_same_bytes(plan):
    our, data = plan
    again = pdf.render(paper.html(our.pep.versions.get().snapshot, audience=FULL, version="Version 1"))
    assert again == data[FULL]


def test_web_processes_never_load_weasyprint():
    code = "import sys, django; django.setup(); import vsh_portal.urls; print(sorted({'weasyprint', 'tinycss2'} & set(sys.modules)))"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "vsh_portal.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=settings.BASE_DIR, env=environment, check=False, timeout=60
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
