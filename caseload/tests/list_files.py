"""Writes lists of children as social care sends them."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile

from caseload.imports.children import OPTIONAL, REQUIRED

COLUMNS = (*REQUIRED, *OPTIONAL)
ADA = {"local_id": "SC1", "first_name": "Ada", "last_name": "Marsh", "date_of_birth": "2017-03-05"}
BEN = {"local_id": "SC2", "first_name": "Ben", "last_name": "O'Neil", "date_of_birth": "06/04/2012"}


def text_of(*lines: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    """The lines as CSV; columns that a line does not give are empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows({name: line.get(name, "") for name in columns} for line in lines)
    return out.getvalue()


def list_of(*lines: dict[str, str], columns: tuple[str, ...] = COLUMNS, encoding: str = "utf-8") -> SimpleUploadedFile:
    """The lines as an uploaded file."""
    return SimpleUploadedFile("children.csv", text_of(*lines, columns=columns).encode(encoding))
