"""Writes lists of children as social care sends them; the names are invented."""

import csv
import io

COLUMNS = (
    "local_id", "upn", "first_name", "last_name", "known_as", "date_of_birth", "sex", "status", "status_start", "status_end",
    "worker_email", "team", "setting_urn",
)  # fmt: skip
ADA = {"local_id": "SC1", "first_name": "Ada", "last_name": "Marsh", "date_of_birth": "2017-03-05", "status": "cin"}
UPN, WRONG_LETTER, UNKNOWN_AUTHORITY = "B801200005001", "A801200005001", "T999200005001"


def line(**values: str) -> dict[str, str]:
    """One right line, a child in need since September 2026; keywords are columns."""
    return {**ADA, "status_start": "2026-09-03", **values}


def text_of(*lines: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    """The lines as CSV; columns that a line does not give are empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({name: line.get(name, "") for name in columns} for line in lines)
    return out.getvalue()


def file_of(*lines: dict[str, str], columns: tuple[str, ...] = COLUMNS, encoding: str = "utf-8") -> io.BytesIO:
    """The lines as a file opened for reading."""
    return io.BytesIO(text_of(*lines, columns=columns).encode(encoding))
