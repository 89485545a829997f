"""PDF/UA-1: what pdfua checks, and what it does not (scope, artifacts, headings), read with pikepdf."""

from pathlib import Path

import pikepdf
import pytest

from core import pdf
from core.tests.pdf_reading import elements, findings, kids, opened, roles, texts
from core.tests.pdf_sample import plan

FOOTER = "Copy for: Example Academy. Printed by K. Adviser on 23 November 2026 at 14:02"


@pytest.fixture(scope="module", params=["signed", "draft", "copy"])
def document(request: pytest.FixtureRequest) -> bytes:
    if request.param == "copy":
        return pdf.copy_for(pdf.render(plan()), footer=FOOTER)
    return pdf.render(plan(), draft=request.param == "draft")


def test_pdfua_reports_no_error_and_no_warning(document: bytes, tmp_path: Path):
    assert findings(document, tmp_path) == []


def test_pdfua_would_report_a_figure_without_title(tmp_path: Path):
    untitled = plan().replace("<title>Attendance by half-term: 84 % in autumn 1, 91 % in autumn 2</title>", "")
    assert any("Figure" in found for found in findings(pdf.render(untitled), tmp_path))


def test_language_title_and_conformance_are_set(document: bytes):
    source = opened(document)
    root = source.Root
    assert root.Lang == "en-GB"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert b"pdfuaid:part" in root.Metadata.read_bytes()


def test_every_header_cell_has_its_scope(document: bytes):
    source = opened(document)
    heads = [element for element in elements(source) if element.S == "/TH"]
    scopes = [str(head.A.Scope) for head in heads]
    assert scopes == ["/Column"] * 4 + ["/Row"] * 3
    assert all(head.A.O == "/Table" for head in heads)


def test_header_cells_have_their_scope_on_a_second_page_too():
    rows = [(f"Subject {number}", "a", "b", "c") for number in range(80)]
    source = opened(pdf.render(plan(subjects=rows)))
    scopes = [str(element.A.Scope) for element in elements(source) if element.S == "/TH"]
    assert scopes.count("/Row") == 80
    assert scopes.count("/Column") == 4 * 3, "the head of the table is repeated on its three pages"


def test_all_text_is_tagged_or_an_artifact(document: bytes):
    tagged, artifacts = texts(document)
    assert all(tagged)
    assert all(artifacts)
    assert not any("Page 1 of" in page or "PEP-7K3Q9" in page for page in tagged)


def test_artifacts_say_that_they_belong_to_the_page(document: bytes):
    for page in opened(document).pages:
        kinds = [
            str(operands[1].Type)
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "BDC" and operands[0] == "/Artifact"
        ]
        assert kinds
        assert set(kinds) == {"/Pagination"}


def test_every_marked_sequence_is_held_by_the_element_the_parent_tree_names(document: bytes):
    """A reader goes from the page to the tree by this table: no id may be missing, and no entry may lead out of the tree."""
    source = opened(document)
    held = {element.objgen for element in elements(source)}
    table = list(source.Root.StructTreeRoot.ParentTree.Nums)
    for page in source.pages:
        ids = [
            operands[1].MCID
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "BDC" and "/MCID" in operands[1]
        ]
        owners = table[table.index(page.StructParents) + 1]
        assert ids
        assert len(ids) == len(set(ids))
        for mcid, owner in enumerate(owners):
            assert (owner is not None) == (mcid in ids)
            if owner is not None:
                assert owner.objgen in held
                assert mcid in kids(owner)


def test_headings_go_down_one_step_at_a_time_and_hold_text(document: bytes):
    """pdfua 0.1.3 skips its own rule for empty headings."""
    source = opened(document)
    headings = [element for element in elements(source) if str(element.S) in ("/H1", "/H2", "/H3")]
    levels = [int(str(heading.S)[2]) for heading in headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert all(kids(heading) for heading in headings)


def test_the_chart_reads_as_its_title(document: bytes):
    source = opened(document)
    (figure,) = (element for element in elements(source) if element.S == "/Figure")
    assert figure.Alt == "Attendance by half-term: 84 % in autumn 1, 91 % in autumn 2"


def test_sections_are_bookmarks_and_questions_are_not(document: bytes):
    with opened(document).open_outline() as outline:
        (title,) = outline.root
        assert [item.title for item in title.children][-2:] == ["Attainment and attendance", "Targets"]
        assert [item.title for item in title.children[-1].children] == ["Reading", "Being on time", "Friendships"]
        assert not any(item.children for item in title.children[:-1])


def test_a_plan_has_the_roles_a_reader_needs(document: bytes):
    assert {"/H1", "/H2", "/H3", "/P", "/L", "/Table", "/Caption", "/THead", "/TR", "/TH", "/TD", "/Figure"} <= set(roles(document))
