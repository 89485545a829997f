"""Reads finished PDFs for the tests: what a tag reader, a text reader and a checker would find in them."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pdfua
import pikepdf

TO_UNICODE = re.compile(rb"<([0-9a-fA-F]+)> <([0-9a-fA-F]+)>")


def opened(data: bytes) -> pikepdf.Pdf:
    """The PDF, open; hold it as long as its objects are used."""
    return pikepdf.open(io.BytesIO(data))


def findings(data: bytes, folder: Path) -> list[str]:
    """What pdfua reports as error or warning."""
    path = folder / "checked.pdf"
    path.write_bytes(data)
    report = pdfua.validate(str(path))
    return [f"{found.rule_id} {found.message}" for found in report.findings if found.severity >= pdfua.Severity.WARNING]


def elements(source: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """Every element of the tag tree, in reading order."""
    return list(descend(source.Root.StructTreeRoot))


def descend(element: pikepdf.Dictionary) -> Iterator[pikepdf.Dictionary]:
    """The elements below one."""
    for kid in kids(element):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from descend(kid)


def kids(element: pikepdf.Dictionary) -> list:
    """The children of an element, always as a list."""
    found = element.get("/K", [])
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def roles(data: bytes) -> list[str]:
    """The roles of the tag tree, such as /H1, in reading order."""
    source = opened(data)
    return [str(element.S) for element in elements(source)]


def texts(data: bytes) -> tuple[list[str], list[str]]:
    """For every page: the text of marked content that the tag tree can hold, and the text of artifacts."""
    pages = [page_texts(page) for page in opened(data).pages]
    return [tagged for tagged, _ in pages], [artifact for _, artifact in pages]


def page_texts(page: pikepdf.Page | pikepdf.Object, inside: str = "") -> tuple[str, str]:
    """One page's (or form's) text, read operator by operator; text outside any marked sequence fails the test that asks."""
    fonts = {name: letters(font) for name, font in (page.get("/Resources", {}).get("/Font") or {}).items()}
    stack, font, tagged, artifact = [inside] if inside else [], {}, "", ""
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                stack.append(str(operands[0]))
            case "EMC":
                stack.pop()
            case "Tf":
                font = fonts[str(operands[0])]
            case "Do":
                form = page.Resources.XObject[str(operands[0])]
                more = page_texts(form, stack[-1])
                tagged, artifact = tagged + more[0], artifact + more[1]
            case "TJ" | "Tj":
                strings = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
                text = "".join(decoded(bytes(string), font) for string in strings if isinstance(string, pikepdf.String))
                if "/Artifact" in stack:
                    artifact += text
                else:
                    assert stack, f"{text!r} is neither tagged nor an artifact"
                    tagged += text
    return tagged, artifact


def letters(font: pikepdf.Object) -> dict[int, str]:
    """The font's own table from glyph to text."""
    table = font.ToUnicode.read_bytes()
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in TO_UNICODE.findall(table)}


def decoded(glyphs: bytes, font: dict[int, str]) -> str:
    """Two bytes a glyph."""
    return "".join(font.get(int.from_bytes(glyphs[at : at + 2], "big"), "") for at in range(0, len(glyphs), 2))
