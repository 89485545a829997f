"""PDFs: nothing in them may run, start a program, send something or carry another file."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from documents.inspection.refusal import FileRefused

MAX_OBJECTS = 250_000
PRINT_AGAIN = "Open it, print it to PDF, and choose the printed copy."
# Keys and action names, each with what a person calls it (ISO 32000-1, 12.6 and 7.11).
ACTIVE_KEYS = {
    "/JS": "a script",
    "/JavaScript": "a script",
    "/AA": "an action that starts by itself",
    "/EmbeddedFiles": "another file",
    "/EF": "another file",
    "/AF": "another file",
    "/Collection": "other files",
    "/XFA": "an active form",
    "/RichMedia": "a film or a program",
    "/RichMediaContent": "a film or a program",
    "/3DD": "a film or a program",
}
ACTIVE_ACTIONS = {
    "/JavaScript": "a script",
    "/Launch": "an action that starts a program",
    "/SubmitForm": "an action that sends data away",
    "/ImportData": "an action that fetches a file",
    "/GoToR": "a link into another file",
    "/GoToE": "another file",
    "/Rendition": "a film or a program",
    "/RichMediaExecute": "a film or a program",
    "/Movie": "a film or a program",
    "/Sound": "a film or a program",
}
LINKS = ("http://", "https://", "mailto:", "tel:")
MARKUP = (b"<html", b"<script", b"<svg", b"<!doctype", b"<body", b"<iframe", b"<?xml-stylesheet")


def checked(data: bytes) -> bytes:
    """The same bytes. Raises FileRefused for a PDF that is damaged, closed by a password, active, or something else besides."""
    _only_a_pdf(data)
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            if not len(pdf.pages):
                raise FileRefused("damaged", f"The PDF has no pages. {PRINT_AGAIN}")
            for number, thing in enumerate(_things(pdf)):
                if number > MAX_OBJECTS:
                    raise FileRefused("size", "The PDF is too large to be checked. Split it and choose the parts.")
                _refuse_active(thing)
    except FileRefused:
        raise
    except pikepdf.PasswordError as closed:
        raise FileRefused("password", "The PDF is closed by a password. Save it without one and choose it again.") from closed
    except Exception as broken:  # a broken PDF can raise whatever the parser meets in it
        raise FileRefused("damaged", f"The PDF is damaged. {PRINT_AGAIN}") from broken
    return data


def _only_a_pdf(data: bytes) -> None:
    """Begins with the PDF, ends with the PDF, and its head is not a web page."""
    head, tail = data[:1024].lower(), data[data.rfind(b"%%EOF") + 5 :]
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:]:
        raise FileRefused("damaged", f"The PDF is not complete. {PRINT_AGAIN}")
    if tail.strip(b"\r\n\t \0") or any(mark in head for mark in MARKUP):
        raise FileRefused("two_kinds", f"There is something else in this PDF besides its pages. {PRINT_AGAIN}")


def _things(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, also those inside others; each indirect object once, so that circles end."""
    waiting = [pdf.trailer, *pdf.objects]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Array):
            inner = list(thing)
        elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            yield thing
            inner = [value for _key, value in thing.items()]
        else:
            continue
        waiting += [each for each in inner if isinstance(each, pikepdf.Array | pikepdf.Dictionary) and not each.is_indirect]


def _refuse_active(thing: Any) -> None:
    keys = set(thing.keys())
    found = next((words for key, words in ACTIVE_KEYS.items() if key in keys), "")
    if not found and "/S" in keys:
        found = ACTIVE_ACTIONS.get(str(thing["/S"]), "") if isinstance(thing["/S"], pikepdf.Name) else ""
    if not found and "/Type" in keys and thing["/Type"] == pikepdf.Name.EmbeddedFile:
        found = "another file"
    if not found and "/URI" in keys and isinstance(thing["/URI"], pikepdf.String):
        found = "" if str(thing["/URI"]).lower().startswith(LINKS) else "a link that is not a web address"
    if found:
        raise FileRefused("active_pdf", f"The PDF holds {found}. {PRINT_AGAIN}")
