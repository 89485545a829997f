"""The system checks that tell an administrator what PDFs need."""

from pathlib import Path

import pytest

from core import pdf, pdf_checks


def test_a_complete_machine_has_nothing_to_say():
    assert pdf_checks.pdf_needs() == []


def test_a_missing_library_is_a_warning_with_the_packages_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pdf_checks, "HARFBUZZ_SUBSET", ("libharfbuzz-subset-that-is-not-there.so",))
    (warning,) = pdf_checks.pdf_needs()
    assert warning.id == "core.W001"
    assert "libharfbuzz-subset0" in warning.hint


def test_a_missing_font_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setitem(pdf.FONTS, "lost.woff2", tmp_path / "lost.woff2")
    (error,) = pdf_checks.pdf_needs()
    assert error.id == "core.E001"
    assert "lost.woff2" in error.msg


def test_the_licence_lies_beside_the_fonts():
    folder = next(iter(pdf.FONTS.values())).parent
    assert "SIL Open Font License" in (folder / "LICENSE.txt").read_text()


def test_collectstatic_leaves_the_font_addresses_of_the_stylesheets_alone():
    """Django rewrites url() in every stylesheet under static/, unless the address begins like `data:`, in lower-case letters."""
    assert pdf.FONT_SCHEME.rstrip(":").isalpha()
    assert pdf.FONT_SCHEME.islower()
    used = [line for path in pdf.STYLESHEETS.glob("*.css") for line in path.read_text().splitlines() if "url(" in line]
    assert len(used) == len(pdf.FONTS)
    assert all(f'url("{pdf.FONT_SCHEME}{name}")' in "".join(used) for name in pdf.FONTS)
