"""The allow-list: five kinds of file; the name's ending and the signature in the bytes must agree."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import puremagic

from documents.inspection import images, names, office, pdfs
from documents.inspection.refusal import FileRefused

MAX_BYTES = 20 * 1024 * 1024
HEAD = 2048
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ALLOWED = "Choose a PDF, a Word document (DOCX), an Excel workbook (XLSX) or a picture (JPG, PNG)."


@dataclass(frozen=True)
class Format:
    """One allowed kind: `signed` are the endings puremagic gives its signature, `clean` looks inside and returns the bytes to keep."""

    code: str
    content_type: str
    signed: frozenset[str]
    clean: Callable[[bytes], bytes]


@dataclass(frozen=True)
class Accepted:
    """A file that may be stored: the bytes are those to keep, which for a picture are not those that came."""

    name: str
    format: Format
    data: bytes


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JPEG = Format("jpg", "image/jpeg", frozenset({".jpeg", ".jpg"}), images.clean_jpeg)
FORMATS = {
    "pdf": Format("pdf", "application/pdf", frozenset({".pdf"}), pdfs.checked),
    "docx": Format("docx", WORD, frozenset({".docx"}), office.checked_word),
    "xlsx": Format("xlsx", EXCEL, frozenset({".xlsx"}), office.checked_excel),
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": Format("png", "image/png", frozenset({".png"}), images.clean_png),
}
CONTENT_TYPES = {each.code: each.content_type for each in FORMATS.values()}


def inspect(name: str, data: bytes) -> Accepted:
    """What to keep of a file that came. Raises FileRefused with what to do instead; nothing of a refused file is kept."""
    name = names.checked(name)
    if not data:
        raise FileRefused("empty", "The file is empty. Open it on your computer, save it again and choose it anew.")
    if len(data) > MAX_BYTES:
        raise FileRefused(
            "size", f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Make it smaller or split it, and choose it again."
        )
    wanted = FORMATS.get(name.rpartition(".")[2].lower())
    if wanted is None:
        raise FileRefused("ending", f"Files of this kind are not taken. {ALLOWED}")
    _agree(wanted, data)
    return Accepted(name, wanted, wanted.clean(data))


def _agree(wanted: Format, data: bytes) -> None:
    """Raises FileRefused where the bytes are another kind of file than the name says, or two kinds at once."""
    if data.startswith(OLD_OFFICE):
        raise FileRefused(
            "old_office",
            "This is a Word or Excel file in the old form, or one with a password. Save it as DOCX or XLSX without a password.",
        )
    try:
        found = {match.extension for match in puremagic.magic_string(data[:HEAD]) if match.offset == 0}
    except (puremagic.PureError, ValueError):
        found = set()
    if not wanted.signed & found:
        raise FileRefused("signature", f"What is in the file is not what its name says ({wanted.code.upper()}). {ALLOWED}")
    is_office = wanted.code in {"docx", "xlsx"}
    if not is_office and zipfile.is_zipfile(BytesIO(data)):
        raise FileRefused("two_kinds", "Another file is hidden in this one. Print it to PDF, or take the picture again, and choose that.")
