"""Finishes WeasyPrint's tags, called just before the file is written.

WeasyPrint 70 leaves two gaps: header cells have no /Scope, so a reader cannot tell a row's heading from a column's; and the text of the
page margins (footer, DRAFT) is marked as content outside the tree instead of as an artifact. The pin weasyprint==70.0 and
`test_pdf_tags.py` hold this together.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pydyf

ARTIFACT = {"Type": "/Pagination"}


def finish(document: Any, pdf: pydyf.PDF) -> None:
    """Gives every header cell its scope and turns what the tag tree does not hold into artifacts, in place.

    A header cell in `thead` heads its column, any other its row.
    """
    _, *elements = tree(pdf, pdf.objects[number(pdf.catalog["StructTreeRoot"])])
    for element in elements:
        if element.get("S") == "/TH":
            set_scope(pdf, element)
    held: dict[bytes, set[int]] = defaultdict(set)
    for element in elements:
        held[element["Pg"]].update(kid for kid in element["K"] if isinstance(kid, int))
    for page, nums in zip(pages(pdf), page_elements(pdf), strict=True):
        mark_artifacts(pdf.objects[number(page["Contents"])], held[page.reference])
        nums[:] = [owner if mcid in held[page.reference] else "null" for mcid, owner in enumerate(nums)]


def number(reference: bytes) -> int:
    """The object number in a reference such as b"12 0 R"."""
    return int(reference.split()[0])


def tree(pdf: pydyf.PDF, element: pydyf.Dictionary) -> Iterator[pydyf.Dictionary]:
    """Every element of the tag tree below `element`, in reading order."""
    for kid in element.get("K", []):
        if isinstance(kid, bytes):
            child = pdf.objects[number(kid)]
            if child.get("Type") == "/StructElem":
                yield child
                yield from tree(pdf, child)


def pages(pdf: pydyf.PDF) -> list[pydyf.Dictionary]:
    """The page dictionaries, in order."""
    return [pdf.objects[number(reference)] for reference in pdf.page_references]


def page_elements(pdf: pydyf.PDF) -> list[pydyf.Array]:
    """For every page, the parent tree's array from marked-content id to element."""
    root = pdf.objects[number(pdf.catalog["StructTreeRoot"])]
    nums = pdf.objects[number(root["ParentTree"])]["Nums"]
    return [value for value in nums if isinstance(value, pydyf.Array)]


def set_scope(pdf: pydyf.PDF, cell: pydyf.Dictionary) -> None:
    """Says whether a header cell heads its column or its row."""
    row = pdf.objects[number(cell["P"])]
    group = pdf.objects[number(row["P"])]
    cell.setdefault("A", pydyf.Dictionary({"O": "/Table"}))["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"


def mark_artifacts(stream: pydyf.Stream, held: set[int]) -> None:
    """Rewrites every marked sequence of the page whose id is not `held` as a pagination artifact."""
    for index, operator in enumerate(stream.stream):
        if operator == b"BDC" and stream.stream[index - 1]["MCID"] not in held:
            stream.stream[index - 2 : index] = ["/Artifact", pydyf.Dictionary(ARTIFACT)]
