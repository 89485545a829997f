"""Reading uploaded CSV files: what is understood, and what is refused with a sentence."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile

from core import imports
from core.imports import MAX_COLUMNS, Line, UnreadableFile, read_csv


def read(content: bytes | str, *, required=("key", "name"), optional=("note",), **limits):
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    table = read_csv(file, required=required, optional=optional, **limits)
    return table, list(table.lines)


def refused(content: bytes | str, **how) -> str:
    with pytest.raises(UnreadableFile) as refusal:
        read(content, **how)
    return refusal.value.message


def workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


def test_finds_columns_by_name_in_any_order_and_case():
    table, lines = read("Other,NAME , Key\nx, Ann ,1\n")
    assert table.columns == {"key", "name"}
    assert lines == [Line(2, {"key": "1", "name": "Ann"})]


def test_a_missing_optional_column_is_not_an_empty_one():
    table, [line] = read("key,name\n1,Ann\n")
    assert "note" not in table.columns
    assert "note" not in line.values


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("key,name\n1,Zoë’s\n".encode(), "utf-8-sig"),
        ("key,name\n1,Zoë’s\n".encode("utf-8-sig"), "utf-8-sig"),
        ("key,name\n1,Zoë’s\n".encode("cp1252"), "cp1252"),
    ],
)
def test_reads_utf8_with_and_without_mark_then_cp1252(content, encoding):
    table, [line] = read(content)
    assert (table.encoding, line.values["name"]) == (encoding, "Zoë’s")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_will_do(end):
    _table, lines = read(end.join(["key,name", "1,Ann", "2,Bo"]))
    assert [(line.number, line.values["name"]) for line in lines] == [(2, "Ann"), (3, "Bo")]


def test_blank_lines_are_passed_over_and_line_numbers_stay_those_of_the_file():
    _table, lines = read('\n\nkey,name\n\n1,"Ann\nof two lines"\n ,  \n,,,\n2,Bo\n')
    assert [(line.number, line.values.get("name")) for line in lines] == [(5, "Ann\nof two lines"), (9, "Bo")]


@pytest.mark.parametrize(("row", "words"), [("1", "has 1 column, the heading 2"), ("1,Ann,x", "has 3 columns, the heading 2")])
def test_a_row_of_another_width_is_handed_on_with_its_problem(row, words):
    _table, [wrong, right] = read(f"key,name\n{row}\n2,Bo\n")
    assert words in wrong.problem
    assert not wrong.values
    assert right == Line(3, {"key": "2", "name": "Bo"})


@pytest.mark.parametrize("kind", ["memory", "temporary"])
def test_reads_uploaded_files_and_leaves_them_open(kind):
    content = "key,name\n1,Zoë\n".encode("cp1252")
    if kind == "memory":
        file = InMemoryUploadedFile(io.BytesIO(content), "file", "list.csv", "text/csv", len(content), None)
    else:
        file = TemporaryUploadedFile("list.csv", "text/csv", len(content), None)
        file.write(content)
    with file:
        [line] = read_csv(file, required=["key", "name"]).lines
        assert line.values["name"] == "Zoë"
        file.seek(0)
        assert file.read() == content


WHOLE = {
    "nothing at all": (b"", "is empty"),
    "white space": (b"\n \n\n", "holds no text"),
    "workbook": (workbook(), "Excel workbook or a ZIP"),
    "empty ZIP": (b"PK\x05\x06" + bytes(18), "empty ZIP"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old Excel"),
    "PDF": (b"%PDF-1.7\n", "is a PDF"),
    "gzip": (b"\x1f\x8b\x08\x00", "compressed"),
    "picture": (b"\x89PNG\r\n\x1a\n", "picture"),
    "photograph": (b"\xff\xd8\xff\xe0", "picture"),
    "UTF-16": ("key,name\n1,Ann\n".encode("utf-16"), "Unicode text"),
    "UTF-16 from the other end": (b"\xfe\xff" + "key,name\n1,Ann\n".encode("utf-16-be"), "Unicode text"),
    "UTF-16 without its mark": ("key,name\n1,Ann\n".encode("utf-16-le"), "are no text"),
    "web page": (b"\xef\xbb\xbf <!DOCTYPE html><title>Sign in</title>", "web page"),
    "NUL in the middle": (b"key,name\n1,A\0n\n", "are no text"),
    "byte 0x81": (b"key,name\n1,A\x81n\n", "neither as UTF-8 nor as Windows text"),
    "marked UTF-8 with a Windows letter": (b"\xef\xbb\xbfkey,name\n1,Zo\xeb\n", "neither as UTF-8 nor as Windows text"),
    "marked UTF-8, cut inside a letter": ("key,name\n1,Zoë".encode("utf-8-sig")[:-1], "damaged or cut off"),
    "one column missing": ("key,note\n1,x\n", "has no column “name”"),
    "both columns missing": ("a,b\n1,2\n", "has no columns “key”, “name”"),
    "no heading": ("1,Ann\n2,Bo\n", "in its first line"),
    "semicolons": ("key;name\n1;Ann\n", "not separated by commas"),
    "tabs": ("key\tname\n1\tAnn\n", "not separated by commas"),
    "column twice": ("key,name,KEY\n1,Ann,2\n", "The column “key” stands 2 times"),
    "optional column twice": ("key,name,note,note\n1,Ann,,\n", "The column “note” stands 2 times"),
    "heading only": ("key,name\n", "heading but no rows"),
    "heading and blank rows": ("key,name\n,\n\n", "heading but no rows"),
    "quotation mark never closed": ('key,name\n1,Ann\n2,"Bo\n3,Cy\n', "From line 3 on"),
    "quotation mark inside": ('key,name\n1,"An"n\n', "From line 2 on"),
    "quotation mark in the heading": ('key,"name\n1,Ann\n', "From line 1 on"),
    "endless cell": ("key,name\n1," + "x" * 200_000, "From line 2 on"),
    "endless heading": (",".join(f"c{n}" for n in range(MAX_COLUMNS + 1)), "more than 1,000 columns"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_file_that_cannot_be_read_is_refused_with_one_sentence(case):
    content, words = WHOLE[case]
    message = refused(content)
    assert words in message
    assert len(message) < 300


def test_a_cp1252_file_may_hold_every_byte_that_cp1252_has():
    letters = bytes(byte for byte in range(0x80, 0x100) if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xA0})
    _table, [line] = read(b"key,name\n1," + letters + b"\n")
    assert line.values["name"] == letters.decode("cp1252")


def test_too_many_rows_are_refused():
    assert "more than 2 rows" in refused("key,name\n1,A\n2,B\n3,C\n", max_rows=2)
    assert len(read("key,name\n1,A\n2,B\n", max_rows=2)[1]) == 2


def test_a_file_over_the_limit_is_refused_before_it_is_read(settings):
    settings.UPLOAD_LIMIT_BYTES = 20
    assert "larger than 20" in refused("key,name\n1,Ann Other Name\n")


def test_a_wrong_byte_far_behind_the_first_block_is_found():
    rows = "".join(f"{number},{'x' * 100}\n" for number in range(12_000))
    assert "neither as UTF-8" in refused(b"key,name\n" + rows.encode() + b"1,\x81\n")


def test_a_letter_cut_by_the_edge_of_a_block_is_read(monkeypatch):
    monkeypatch.setattr(imports, "BLOCK", 1)
    table, [line] = read("key,name\n1,Zoë’s École\n")
    assert (table.encoding, line.values["name"]) == ("utf-8-sig", "Zoë’s École")
