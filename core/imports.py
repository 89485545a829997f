"""Reading a CSV file that somebody uploads, without believing anything about it.

Columns are found by name in any order. Whatever makes the file as a whole unreadable raises UnreadableFile with a sentence
that says what to do; a single line with too few or too many columns is handed on with its `problem`.
"""

import csv
import io
import os
from codecs import BOM_UTF8, getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import Model
from django.template.defaultfilters import filesizeformat

from core.errors import Refused

BLOCK = 1024 * 1024
MAX_COLUMNS = 1_000
MAX_ROWS = 250_000
EXCEL = "In Excel, choose File, Save As, “CSV UTF-8 (Comma delimited)”, and upload that file."
NOT_CSV: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", f"This is an Excel workbook or a ZIP file, not a CSV file. Unpack a ZIP file first. {EXCEL}"),
    (b"PK\x05\x06", "This is an empty ZIP file. Choose the CSV file itself."),
    (b"\xd0\xcf\x11\xe0", f"This is an old Excel or Word file, not a CSV file. {EXCEL}"),
    (b"%PDF", "This is a PDF, not a CSV file. Choose the CSV file."),
    (b"\x1f\x8b", "This is a compressed file. Unpack it and choose the CSV file inside."),
    (b"\x89PNG", "This is a picture, not a CSV file. Choose the CSV file."),
    (b"\xff\xd8\xff", "This is a picture, not a CSV file. Choose the CSV file."),
    (b"\xff\xfe", f"This file is saved as “Unicode text”. {EXCEL}"),
    (b"\xfe\xff", f"This file is saved as “Unicode text”. {EXCEL}"),
)


class UnreadableFile(Refused):
    """The file as a whole cannot be read; nothing was taken from it."""


class WrongCell(Exception):
    """One cell cannot be right: its column, and the sentence for the person."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


@dataclass(frozen=True)
class Line:
    """One row: the line it starts on, the wanted columns' text without outer spaces, or what is wrong with the row as such."""

    number: int
    values: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A CSV file whose heading is understood. `lines` can be read once and may still raise UnreadableFile."""

    encoding: str
    columns: frozenset[str]
    lines: Iterator[Line]


def read_csv(file: Any, *, required: Sequence[str], optional: Sequence[str] = (), max_rows: int = MAX_ROWS) -> Table:
    """Opens an uploaded or opened binary file as a table of the named columns; others are ignored, missing optional ones too.

    Names match in any case and order. utf-8-sig is tried strictly, then cp1252, which is what the national register uses
    (domain.md 8.8). Raises UnreadableFile for a file that is empty, too large, no CSV, in another encoding, cut off inside a
    quoted text, without a required column, with a wanted column twice, or without any row.
    """
    raw: BinaryIO = getattr(file, "file", file)
    _check_size(raw)
    _check_signature(raw)
    encoding = _encoding_of(raw)
    raw.seek(0)
    text = io.TextIOWrapper(raw, encoding=encoding, newline="")
    reader = csv.reader(text, strict=True)
    header = _first_row(reader)
    positions = _positions(header, required, optional)
    return Table(encoding, frozenset(positions), _lines(text, reader, len(header), positions, max_rows))


def shown(text: str) -> str:
    """What stands in a cell, short enough for a sentence."""
    if not text:
        return "An empty cell"
    return f"“{text[:30]}…”" if len(text) > 30 else f"“{text}”"


def room_in(model: type[Model], field: str) -> int:
    """How many characters the column holds."""
    column: Any = model._meta.get_field(field)
    return column.max_length


def _check_size(raw: BinaryIO) -> None:
    size = raw.seek(0, os.SEEK_END)
    if not size:
        raise UnreadableFile("The file is empty. Choose another one.")
    if size > settings.UPLOAD_LIMIT_BYTES:
        limit = filesizeformat(settings.UPLOAD_LIMIT_BYTES)
        raise UnreadableFile(f"The file is larger than {limit}. Split it, and upload the parts one after another.")


def _check_signature(raw: BinaryIO) -> None:
    raw.seek(0)
    start = raw.read(512)
    for signature, sentence in NOT_CSV:
        if start.startswith(signature):
            raise UnreadableFile(sentence)
    if start.removeprefix(BOM_UTF8).lstrip()[:1] == b"<":
        raise UnreadableFile("This is a web page or an XML file, not a CSV file. Download the file again and choose the CSV file.")


def _encoding_of(raw: BinaryIO) -> str:
    """utf-8-sig or cp1252, whichever reads the whole file."""
    raw.seek(0)
    marked = raw.read(len(BOM_UTF8)) == BOM_UTF8
    if _can_decode(raw, "utf-8-sig"):
        return "utf-8-sig"
    if not marked and _can_decode(raw, "cp1252"):
        return "cp1252"
    raise UnreadableFile(
        "The file holds characters that can be read neither as UTF-8 nor as Windows text; it may be damaged or cut off. "
        "Download or save it again as “CSV UTF-8”."
    )


def _can_decode(raw: BinaryIO, encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    raw.seek(0)
    try:
        while block := raw.read(BLOCK):
            if b"\0" in block:
                raise UnreadableFile(
                    "The file holds characters that are no text; it is damaged or not a CSV file. Download or save it again."
                )
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _first_row(reader: Any) -> list[str]:
    """The heading: the first row that is not blank."""
    for row in _strictly(reader):
        if any(cell.strip() for cell in row):
            if len(row) > MAX_COLUMNS:
                raise UnreadableFile(f"The file has more than {MAX_COLUMNS:,} columns. Choose the CSV file as it was downloaded.")
            return row
    raise UnreadableFile("The file holds no text. Choose another one.")


def _positions(header: list[str], required: Sequence[str], optional: Sequence[str]) -> dict[str, int]:
    """Where each wanted column stands."""
    names = [_plain(name) for name in header]
    positions = {}
    for wanted in [*required, *optional]:
        found = [position for position, name in enumerate(names) if name == _plain(wanted)]
        if len(found) > 1:
            raise UnreadableFile(
                f"The column “{wanted}” stands {len(found)} times in the file. Keep one of them and upload the file again."
            )
        if found:
            positions[wanted] = found[0]
    absent = [name for name in required if name not in positions]
    if absent:
        raise UnreadableFile(_absent_sentence(absent, header))
    return positions


def _absent_sentence(absent: list[str], header: list[str]) -> str:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        return f"The columns of this file are not separated by commas. {EXCEL}"
    columns = "column" if len(absent) == 1 else "columns"
    return f"The file has no {columns} {', '.join(f'“{name}”' for name in absent)} in its first line. Choose the file as it was downloaded."


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _lines(text: io.TextIOWrapper, reader: Any, width: int, positions: dict[str, int], max_rows: int) -> Iterator[Line]:
    count = 0
    start = reader.line_num + 1
    for row in _strictly(reader):
        number, start = start, reader.line_num + 1
        if not any(cell and not cell.isspace() for cell in row):
            continue
        count += 1
        if count > max_rows:
            raise UnreadableFile(f"The file has more than {max_rows:,} rows. Split it, and upload the parts one after another.")
        if len(row) == width:
            yield Line(number, {name: row[position].strip() for name, position in positions.items()})
        else:
            yield Line(number, problem=_width_sentence(len(row), width))
    if not count:
        raise UnreadableFile("The file has a heading but no rows. Choose the file as it was downloaded.")
    text.detach()  # else the wrapper would close the caller's file


def _width_sentence(found: int, width: int) -> str:
    columns = "column" if found == 1 else "columns"
    return f"The line has {found} {columns}, the heading {width}. Check its commas and quotation marks; the file may be cut off."


def _strictly(reader: Any) -> Iterator[list[str]]:
    """The reader's rows; a quotation mark that is never closed or stands in a wrong place refuses the file."""
    while True:
        start = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile(
                f"From line {start:,} on the file cannot be read: a quotation mark is missing or out of place, or the file is cut off. "
                "Download it again, or mend that line."
            ) from error
        if row is None:
            return
        yield row
