"""Word and Excel files: an archive of XML. Its directory is judged before anything is unpacked, then what it says."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.parsers import expat

from oletools.olevba import VBA_Parser

from documents.inspection.refusal import FileRefused

MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 120
RATIO_FROM = 1024 * 1024  # small parts may be blank and shrink to nothing
MAX_PART = 50 * 1024 * 1024
CHUNK = 64 * 1024
DAMAGED = "The file is damaged. Open it in Word or Excel, save it again and choose it anew."
MAIN = "application/vnd.openxmlformats-officedocument.%s+xml"
WORD_MAIN, EXCEL_MAIN = MAIN % "wordprocessingml.document.main", MAIN % "spreadsheetml.sheet.main"
ARCHIVES = (
    ".zip",
    ".rar",
    ".7z",
    ".gz",
    ".tar",
    ".jar",
    ".cab",
    ".iso",
    ".docm",
    ".xlsm",
    ".exe",
    ".dll",
    ".js",
    ".vbs",
    ".ps1",
    ".bat",
    ".hta",
)
ACTIVE_PARTS = ("vbaproject", "vbadata", "activex", "macrosheets/", "dialogsheets/", "customui", "oleobject", "webextension")
LINKS = ("http://", "https://", "mailto:", "#")
EMBEDDED = {"docx": WORD_MAIN, "xlsx": EXCEL_MAIN}
XML_NAMES, XML_STARTS = (".xml", ".rels", ".vml"), (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
ACTIVE_LINKS = {"aFChunk", "oleObject", "control", "vbaProject", "externalLinkPath", "xlMacrosheet"}
FIELD, FIELD_TEXT = "instrText", "the field's text"
DYNAMIC_DATA = re.compile(r"\bDDE(AUTO)?\b", re.IGNORECASE)


def checked_word(data: bytes) -> bytes:
    """The same bytes of a DOCX. Raises FileRefused."""
    return _checked(data, WORD_MAIN)


def checked_excel(data: bytes) -> bytes:
    """The same bytes of an XLSX. Raises FileRefused."""
    return _checked(data, EXCEL_MAIN)


def _checked(data: bytes, main: str, depth: int = 0) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _judge_directory(archive, data)
            _judge_kind(archive, main)
            for entry in archive.infolist():
                _judge_part(archive, entry, depth)
        if _has_macros(data):
            raise FileRefused("macros", "The file holds macros. Save it as DOCX or XLSX without macros and choose that.")
    except FileRefused:
        raise
    except Exception as broken:  # a broken archive can raise whatever the reader meets in it
        raise FileRefused("damaged", DAMAGED) from broken
    return data


def _judge_directory(archive: zipfile.ZipFile, data: bytes) -> None:
    """What the directory promises, before a byte is unpacked: few, small, plain, apart from each other."""
    entries = archive.infolist()
    bomb = FileRefused("archive", "The file unpacks to far more than its size. Copy what you need into a new document and choose that.")
    if not data.startswith(b"PK\x03\x04") or data[data.rfind(b"PK\x05\x06") + 22 :].strip(b"\0"):
        raise FileRefused("two_kinds", DAMAGED)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise bomb
    if sum(entry.compress_size for entry in entries) > len(data) or len({entry.filename.lower() for entry in entries}) != len(entries):
        raise bomb
    ends = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < ends:  # two parts share their bytes
            raise bomb
        ends = entry.header_offset + 30 + entry.compress_size
        if entry.file_size > MAX_PART or (entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)):
            raise bomb
        _judge_entry(entry)


def _judge_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename.lower()
    if entry.flag_bits & 0x1 or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise FileRefused("password", "A part of the file is closed by a password. Save it without one and choose it again.")
    if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name or (entry.external_attr >> 28) == 0xA:
        raise FileRefused("archive", DAMAGED)
    if any(part in name for part in ACTIVE_PARTS):
        raise FileRefused("active_office", "The file holds a macro, a control or another file. Remove it, save it again and choose that.")
    if name.endswith(ARCHIVES):
        raise FileRefused("active_office", "The file holds another file. Remove it, and choose that other file by itself.")


def _judge_kind(archive: zipfile.ZipFile, main: str) -> None:
    """The main part is what the ending says, and nothing calls itself a macro."""
    types = _read(archive, "[Content_Types].xml")
    kinds = {attributes.get("ContentType", "") for _tag, attributes in _tags(types)}
    if any("macroenabled" in kind.lower() or "vba" in kind.lower() for kind in kinds):
        raise FileRefused("macros", "The file holds macros. Save it as DOCX or XLSX without macros and choose that.")
    if main not in kinds:
        raise FileRefused("signature", "What is in the file is not what its name says. Save it as DOCX or XLSX and choose it again.")


def _judge_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int) -> None:
    """What one part says; the workbook behind a chart is a file like the one around it, one level deep."""
    if entry.is_dir():
        return
    name, content = entry.filename.lower(), _read(archive, entry.filename)
    if "embeddings/" in name:
        main = EMBEDDED.get(name.rpartition(".")[2])
        if main is None or depth:
            raise FileRefused("active_office", "The file holds another file. Remove it, and choose that other file by itself.")
        _checked(content, main, depth + 1)
    elif name.endswith(XML_NAMES) or content[:64].lstrip().startswith(XML_STARTS):
        for tag, attributes in _tags(content):
            if tag == "Relationship":
                _judge_link(attributes)
            fetches = attributes.get("instr", "") + attributes.get(FIELD_TEXT, "")
            if tag in {"ddeLink", "oleLink"} or DYNAMIC_DATA.search(fetches):
                raise FileRefused("active_office", "The file fetches data from another program. Remove that link and save it again.")


def _judge_link(attributes: dict[str, str]) -> None:
    """A link out of the file is a web or mail link that a person clicks, nothing that opens with the file."""
    kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "").strip().lower()
    if kind in ACTIVE_LINKS:
        raise FileRefused("active_office", "The file holds a macro, a control or another file. Remove it, save it again and choose that.")
    if attributes.get("TargetMode", "") != "External":
        return
    if kind != "hyperlink" or not target.startswith(LINKS):
        raise FileRefused(
            "outside_link",
            "The file fetches a template, a picture or a workbook from elsewhere. Break the link, save it again and choose that.",
        )


def _tags(content: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """(local name, attributes) of every element, and at the end the text of all fields. Raises FileRefused for a document type."""
    found: list[tuple[str, dict[str, str]]] = []
    fields: list[str] = []
    open_now: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        open_now.append(name.rpartition(":")[2])
        found.append((open_now[-1], {key.rpartition(":")[2]: value for key, value in attributes.items()}))

    def text(part: str) -> None:
        if open_now and open_now[-1] == FIELD:
            fields.append(part)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    parser.EndElementHandler = lambda name: open_now.pop()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    for begin in range(0, len(content), CHUNK):
        parser.Parse(content[begin : begin + CHUNK], False)
        yield from found
        found.clear()
    parser.Parse(b"", True)
    yield from found
    yield FIELD, {FIELD_TEXT: "".join(fields)}


def _refuse_doctype(*declared: Any) -> None:
    raise FileRefused("entities", "The file holds declarations that no Word or Excel file has. Save it again in Word or Excel.")


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part, never more than it promised; its check sum is verified at the end."""
    with archive.open(name) as part:
        return part.read()


def _has_macros(data: bytes) -> bool:
    parser = VBA_Parser("upload", data=data)
    try:
        return bool(parser.detect_vba_macros() or parser.detect_xlm_macros())
    finally:
        parser.close()
