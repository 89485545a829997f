"""The national register of schools (GIAS, file `edubasealldata`): which columns we read, and when a line is wrong (domain.md 8.8).

Nothing here writes. Columns come and go between releases (compare the layouts of 2018 and 2024), so each is found by its name,
and a column that a release lacks says nothing about the schools.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import Organisation, Setting
from core.errors import Refused
from core.imports import Line, WrongCell, read_csv, room_in, shown

ALL_AUTHORITIES = "all"
URN, NAME, STATUS, AUTHORITY = "URN", "EstablishmentName", "EstablishmentStatus (code)", "LA (code)"
REQUIRED = (URN, NAME, STATUS, AUTHORITY)
TEXTS = {
    "name": NAME,
    "la_code": AUTHORITY,
    "la_name": "LA (name)",
    "establishment_number": "EstablishmentNumber",
    "type_name": "TypeOfEstablishment (name)",
    "type_group": "EstablishmentTypeGroup (name)",
    "phase_name": "PhaseOfEducation (name)",
    "status": STATUS,
    "street": "Street",
    "locality": "Locality",
    "town": "Town",
    "postcode": "Postcode",
    "telephone": "TelephoneNum",
    "website": "SchoolWebsite",
    "ukprn": "UKPRN",
}
DATES = {"opened_on": "OpenDate", "closed_on": "CloseDate", "register_date": "LastChangedDate"}
AGES = {"lowest_age": "StatutoryLowAge", "highest_age": "StatutoryHighAge"}
HEAD = ("HeadTitle (name)", "HeadFirstName", "HeadLastName")
COLUMNS = {**TEXTS, **DATES, **AGES}
FIELDS = (*COLUMNS, "head_name")
OPTIONAL = (*(column for column in COLUMNS.values() if column not in REQUIRED), *HEAD)
OLDEST_AGE = 120


class UnknownAuthority(Refused):
    """What was typed is not the number of an authority."""


@dataclass(frozen=True)
class School:
    """One right line; `values` holds the fields of Setting (and `name`) that the file has columns for."""

    line: int
    urn: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class WrongLine:
    """One line that cannot be taken in, with the URN as it was typed."""

    line: int
    urn: str
    column: str
    message: str


def authorities_of(typed: Iterable[str]) -> frozenset[str]:
    """The authorities meant by what was typed, commas or spaces between them; empty for "all". Raises UnknownAuthority."""
    codes = [code for text in typed for code in re.split(r"[\s,;]+", text.strip().lower()) if code]
    if ALL_AUTHORITIES in codes:
        return frozenset()
    wrong = [code for code in codes if not re.fullmatch(r"[0-9]{3}", code)]
    if wrong or not codes:
        raise UnknownAuthority("Enter the authority as three numbers, like 800; several with commas between them; or the word all.")
    return frozenset(codes)


class RegisterFile:
    """A register file, read once. Opening raises core.imports.UnreadableFile, and so may reading."""

    def __init__(self, file: Any, authorities: frozenset[str]) -> None:
        self.table = read_csv(file, required=REQUIRED, optional=OPTIONAL)
        self.authorities = authorities
        self.other_authorities = 0

    def __iter__(self) -> Iterator[School | WrongLine]:
        """The lines of the chosen authorities; those of others are only counted, in `other_authorities`."""
        for line in self.table.lines:
            if line.problem:
                yield WrongLine(line.number, "", "", line.problem)
                continue
            authority = line.values[AUTHORITY]
            if self.authorities and authority not in self.authorities and re.fullmatch(r"[0-9]{3}", authority):
                self.other_authorities += 1
                continue
            try:
                yield School(line.number, _urn(line), values_of(line))
            except WrongCell as wrong:
                yield WrongLine(line.number, line.values[URN][:20], wrong.column, wrong.message)


def values_of(line: Line) -> dict[str, Any]:
    """The fields a line gives, as the database keeps them. Raises WrongCell."""
    found: dict[str, Any] = {}
    for columns, convert in ((TEXTS, _text), (DATES, _date), (AGES, _age)):
        for field, column in columns.items():
            if column in line.values:
                found[field] = convert(field, column, line.values[column])
    if any(column in line.values for column in HEAD):
        found["head_name"] = _text("head_name", HEAD[-1], " ".join(filter(None, (line.values.get(column) for column in HEAD))))
    _check_required(found)
    return found


def _urn(line: Line) -> str:
    urn = line.values[URN]
    if not re.fullmatch(r"[0-9]{6}", urn):
        raise WrongCell(URN, f"{shown(urn)} is no URN, which is six numbers. Look the school up in the register and correct the line.")
    return urn


def _check_required(found: Mapping[str, Any]) -> None:
    if not found["name"]:
        raise WrongCell(NAME, "The name is missing. Look the school up in the register and add it.")
    if not re.fullmatch(r"[0-9]{3}", found["la_code"]):
        raise WrongCell(AUTHORITY, f"{shown(found['la_code'])} is no authority, which is three numbers like 800. Correct it.")
    if found["status"] not in Setting.Status.values:
        known = ", ".join(f"{status.value} {status.label.lower()}" for status in Setting.Status)
        raise WrongCell(STATUS, f"{shown(found['status'])} is no status we know ({known}). Correct it.")


def _text(field: str, column: str, text: str) -> str:
    limit = LIMITS[field]
    if field not in {"status", "la_code"} and len(text) > limit:
        raise WrongCell(
            column, f"The text is {len(text):,} characters long, at most {limit} fit. Shorten it, or check for a missing comma."
        )
    return text


def _date(field: str, column: str, text: str) -> date | None:
    if not text:
        return None
    try:
        if not re.fullmatch(r"[0-9]{2}-[0-9]{2}-[0-9]{4}", text):
            raise ValueError
        return datetime.strptime(text, "%d-%m-%Y").date()  # noqa: DTZ007 a day has no time zone
    except ValueError as error:
        raise WrongCell(column, f"{shown(text)} is no date. Write it as day-month-year, like 31-08-2026.") from error


def _age(field: str, column: str, text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > OLDEST_AGE:
        raise WrongCell(column, f"{shown(text)} is no age. Write it as a whole number of years, like 11.")
    return int(text)


LIMITS = {field: room_in(Organisation if field == "name" else Setting, field) for field in (*TEXTS, "head_name")}
