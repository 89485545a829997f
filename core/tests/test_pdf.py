"""What `core.pdf.render` promises: the words, the same bytes, no personal metadata, refusals instead of endless work."""

import os
import re
import subprocess
import sys
import time

import pytest
from django.conf import settings

from core import pdf
from core.tests.pdf_reading import opened, texts
from core.tests.pdf_sample import FRAME, plan


def words(text: str) -> str:
    """Text without the places where lines happened to break."""
    return re.sub(r"\s+", "", text)


def in_another_process(code: str, html: str = "", **environment: str) -> bytes:
    """What `code` prints in a fresh Python that reads `html` from its standard input."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=html.encode(),
        capture_output=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_the_module_can_be_imported_without_weasyprint():
    code = "import sys; import core.pdf, core.pdf_checks; print(sorted({'weasyprint', 'fontTools', 'tinycss2'} & set(sys.modules)))"
    assert in_another_process(code, DJANGO_SETTINGS_MODULE="vsh_portal.settings").strip() == b"[]"


def test_a_plan_has_its_words_in_reading_order():
    tagged, _ = texts(pdf.render(plan()))
    whole = words("".join(tagged))
    in_order = [
        "Personal Education Plan",
        "Maya Okonjo-Reyes",
        "What is going well in school?",
        "Teacher assessment",
        "Family Help team, breakfast",
    ]
    places = [whole.index(words(text)) for text in in_order]
    assert places == sorted(places)


def test_every_page_has_the_running_footer():
    _, artifacts = texts(pdf.render(plan()))
    assert len(artifacts) == 3
    for number, artifact in enumerate(artifacts, start=1):
        for text in (FRAME.reference, FRAME.initials, FRAME.version, FRAME.audience, FRAME.classification, f"Page {number} of 3"):
            assert words(text) in words(artifact)


def test_draft_lies_under_every_page_and_only_when_asked():
    _, marked = texts(pdf.render(plan(), draft=True))
    _, plain = texts(pdf.render(plan()))
    assert all(page.startswith("DRAFT") for page in marked), "it is drawn first, so it hides no text"
    assert not any("DRAFT" in page for page in plain)


def test_letters_of_the_second_font_file_are_the_right_ones():
    """WeasyPrint 70 draws one file a family and weight: Łukasz came out as Oukasz while both files shared a family."""
    tagged, _ = texts(pdf.render(plan(notice="Łukasz Žižková, Őri Şahin, Ḣ")))
    assert words("Łukasz Žižková, Őri Şahin, Ḣ") in words(tagged[0])
    source = opened(pdf.render(plan()))
    names = {str(font.BaseFont).split("+")[-1] for font in source.pages[0].Resources.Font.values()}
    assert names == {"Atkinson-Hyperlegible-Next", "Atkinson-Hyperlegible-Next-Bold", "Atkinson-Ext"}


@pytest.mark.parametrize("text", ["مايا تحب القراءة", "Maya 😀 👩‍👩‍👧 reads", "数学 ගණිත", "a\u0301\u0302\u0303", "\u202eright to left"])
def test_any_script_renders(text: str):
    assert len(opened(pdf.render(plan(notice=text))).pages) == 3


def test_arabic_letters_can_be_read_back():
    tagged, _ = texts(pdf.render(plan(notice="القراءة")))
    assert set("القراءة") <= set(tagged[0])


def test_the_same_plan_gives_the_same_bytes_here_and_in_another_process():
    first = pdf.render(plan(), draft=True)
    code = "import sys; from core import pdf; sys.stdout.buffer.write(pdf.render(sys.stdin.read(), draft=True))"
    other = in_another_process(code, plan(), DJANGO_SETTINGS_MODULE="vsh_portal.settings", PYTHONHASHSEED="7")
    assert pdf.sha256(first) == pdf.sha256(pdf.render(plan(), draft=True)) == pdf.sha256(other)
    assert first != pdf.render(plan(notice="Another notice"), draft=True)


def test_metadata_holds_the_reference_and_nobody():
    named = plan().replace(
        "<head>",
        '<head><meta name="author" content="Maya"><meta name="keywords" content="Maya"><meta name="generator" content="Maya">'
        '<meta name="description" content="Maya"><meta name="dcterms.created" content="2026-01-01"><meta name="child" content="Maya">',
    )
    document = opened(pdf.render(named))
    assert dict(document.docinfo.items()) == {"/Title": FRAME.reference, "/Producer": "WeasyPrint 70.0"}
    xmp = document.Root.Metadata.read_bytes()
    assert FRAME.reference.encode() in xmp
    assert b"Maya" not in xmp
    assert b"2026-01-01" not in xmp


@pytest.mark.parametrize(
    "title", ["Maya Okonjo-Reyes", "MAYA OKONJO-REYES", "MAYA-OKONJO", "", "PEP-7K3Q9-2026-1 Maya", "pep-7k3q9-2026-1"]
)
def test_a_title_that_is_not_a_reference_is_refused(title: str):
    with pytest.raises(ValueError, match="its reference"):
        pdf.render(plan().replace(f"<title>{FRAME.reference}</title>", f"<title>{title}</title>"))


@pytest.mark.parametrize("title", ["PEP-7K3Q9-2026-1", "VS-7K3Q9", "PANEL-2026-11-23"])
def test_references_are_titles(title: str):
    assert pdf.render(plan().replace(FRAME.reference, title))[:5] == b"%PDF-"


def test_a_document_without_language_is_refused():
    with pytest.raises(ValueError, match="lang attribute"):
        pdf.render(plan().replace(' lang="en-GB"', ""))


def test_too_many_pages_are_refused():
    assert len(opened(pdf.render(plan(), max_pages=3)).pages) == 3
    with pytest.raises(pdf.PdfTooLong, match="3 pages; 2 is the limit"):
        pdf.render(plan(), max_pages=2)


@pytest.mark.parametrize("text", ["x" * 1_000_000, "word " * 200_000], ids=["one word of 1 MB", "one passage of 1 MB"])
def test_a_megabyte_in_one_passage_is_refused_at_once(text: str):
    started = time.process_time()
    with pytest.raises(pdf.PdfTooLong):
        pdf.render(plan(notice=text))
    assert time.process_time() - started < 5


def test_many_passages_are_refused_before_they_are_laid_out():
    started = time.process_time()
    with pytest.raises(pdf.PdfTooLong, match="600000 in all"):
        pdf.render(plan(questions=[("Why?", "Because it is so. " * 500)] * 100))
    assert time.process_time() - started < 5


def test_a_long_word_breaks_within_the_page_and_in_good_time():
    """Without places to break, WeasyPrint took 33 s for 60,000 letters."""
    started = time.process_time()
    tagged, _ = texts(pdf.render(plan(notice="x" * 60_000)))
    assert time.process_time() - started < 10
    assert "".join(tagged).count("x") >= 60_000


def test_short_words_are_left_as_they_were_written():
    address = "https://example.org/" + "a" * 30
    tagged, _ = texts(pdf.render(plan(notice=address)))
    assert address in tagged[0]
    assert pdf.BREAK_HERE not in tagged[0]


def test_sha256_is_the_published_one():
    assert pdf.sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
