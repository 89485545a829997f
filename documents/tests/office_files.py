"""Word and Excel files made by hand, part by part, so that a test can put anything into them."""

import zipfile
from io import BytesIO

from documents.inspection.office import EXCEL_MAIN, WORD_MAIN

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="png" ContentType="image/png"/><Override PartName="/{part}" ContentType="{kind}"/>{more}</Types>'
)
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"{mode}/>'
    "</Relationships>"
)
WORDS = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
PARAGRAPH = "<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row></sheetData></worksheet>'
)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets><sheet name="One" sheetId="1"/></sheets>'
    "</workbook>"
)
Parts = dict[str, str | bytes]


def rels(kind: str, target: str, *, external: bool = True) -> str:
    """A part of relationships with one in it."""
    return RELS.format(kind=kind, target=target, mode=' TargetMode="External"' if external else "")


def archive(parts: Parts, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a zip file, in their order."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", method) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


def word(more: Parts | None = None, *, body: str = "", main: str = WORD_MAIN, types: str = "") -> bytes:
    """A DOCX of one paragraph; `more` adds or replaces parts."""
    parts: Parts = {
        "[Content_Types].xml": TYPES.format(part="word/document.xml", kind=main, more=types),
        "_rels/.rels": rels("officeDocument", "word/document.xml", external=False),
        "word/document.xml": WORDS.format(body=body or PARAGRAPH.format(text="A good term.")),
    }
    return archive(parts | (more or {}))


def excel(more: Parts | None = None, *, text: str = "Reading", main: str = EXCEL_MAIN, types: str = "") -> bytes:
    """An XLSX of one cell; `more` adds or replaces parts."""
    parts: Parts = {
        "[Content_Types].xml": TYPES.format(part="xl/workbook.xml", kind=main, more=types),
        "_rels/.rels": rels("officeDocument", "xl/workbook.xml", external=False),
        "xl/workbook.xml": BOOK,
        "xl/worksheets/sheet1.xml": SHEET.format(text=text),
    }
    return archive(parts | (more or {}))
