"""Copies: the footer says for whom and by whom, the original and its tags stay as they are."""

import subprocess
from pathlib import Path

import pikepdf
import pytest

from core import pdf
from core.tests.pdf_reading import opened, roles, texts
from core.tests.pdf_sample import plan

FOOTER = "Copy for: Example Academy. Printed by K. Adviser on 23 November 2026 at 14:02"


@pytest.fixture(scope="module")
def original() -> bytes:
    return pdf.render(plan())


def test_every_page_carries_the_footer_as_an_artifact(original: bytes):
    tagged, artifacts = texts(pdf.copy_for(original, footer=FOOTER))
    assert len(artifacts) == 3
    assert all(page.endswith(FOOTER) for page in artifacts)
    assert tagged == texts(original)[0]


def test_the_footer_stands_upright_at_the_foot_of_the_page(original: bytes, tmp_path: Path):
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(pdf.copy_for(original, footer=FOOTER))
    strip = ["-x", "0", "-y", "797", "-W", "596", "-H", "45"]  # points, from the top
    words = subprocess.run(["pdftotext", *strip, str(copy), "-"], capture_output=True, text=True, check=True).stdout
    assert words.split() == FOOTER.split() * 3


def test_the_tags_and_the_metadata_are_those_of_the_original(original: bytes):
    copy = pdf.copy_for(original, footer=FOOTER)
    assert roles(copy) == roles(original)
    after, before = opened(copy), opened(original)
    assert dict(after.docinfo.items()) == dict(before.docinfo.items())
    assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()


def test_the_original_is_only_read(original: bytes):
    before = pdf.sha256(original)
    assert pdf.copy_for(original, footer=FOOTER) != original
    assert pdf.sha256(original) == before


def test_the_same_copy_has_the_same_bytes(original: bytes):
    assert pdf.copy_for(original, footer=FOOTER) == pdf.copy_for(original, footer=FOOTER)


def fonts(source: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """The font descriptors of a PDF."""
    return [item for item in source.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"]


def test_all_fonts_of_the_copy_are_embedded(original: bytes):
    copy, source = opened(pdf.copy_for(original, footer=FOOTER)), opened(original)
    assert len(fonts(copy)) == len(fonts(source)) + 1
    assert all("/FontFile2" in font for font in fonts(copy))


@pytest.mark.parametrize(
    "name", ["<b>Bold</b> & Sons", "<img src=file:///etc/passwd>", "{{ footer }}", "Żółć Academy", "a) Tj ET Q EMC (b"]
)
def test_the_footer_is_plain_text(original: bytes, name: str):
    _, artifacts = texts(pdf.copy_for(original, footer=f"Copy for: {name}"))
    assert all(page.endswith(f"Copy for: {name}") for page in artifacts)


def test_three_lines_fit_and_more_are_refused(original: bytes):
    long = "Copy for: " + "The Example Federation of Primary and Secondary Academies, " * 5
    assert pdf.copy_for(original, footer=long)
    with pytest.raises(pdf.PdfTooLong):
        pdf.copy_for(original, footer=long * 2)


def test_a_copy_of_a_copy_is_refused(original: bytes):
    with pytest.raises(ValueError, match="stored original"):
        pdf.copy_for(pdf.copy_for(original, footer=FOOTER), footer="Copy for: somebody else")


def test_bytes_that_are_not_a_pdf_are_refused():
    with pytest.raises(pikepdf.PdfError):
        pdf.copy_for(b"not a PDF", footer=FOOTER)
