"""The list of children with a social worker, as social care sends it: fixed headings, and when a line is wrong. Nothing here writes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import Organisation
from caseload import upn as numbers
from caseload.dates import in_words
from caseload.matching import Asked
from caseload.models import Child, LeadAllocation
from caseload.names import name_key
from caseload.services.children import OLDEST
from caseload.states import PlanStatus
from core.imports import Line, WrongCell, read_csv, room_in, shown

REQUIRED = ("local_id", "first_name", "last_name", "date_of_birth", "status", "status_start")
OPTIONAL = ("upn", "known_as", "sex", "status_end", "worker_email", "team", "setting_urn")
NAMES = ("first_name", "last_name", "known_as")
MAX_ROWS = 5_000
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")
STATUSES = {
    "cin": PlanStatus.CHILD_IN_NEED,
    "child in need": PlanStatus.CHILD_IN_NEED,
    "cp": PlanStatus.CHILD_PROTECTION,
    "child protection": PlanStatus.CHILD_PROTECTION,
    "child protection plan": PlanStatus.CHILD_PROTECTION,
    "looked_after": PlanStatus.LOOKED_AFTER,
    "looked after": PlanStatus.LOOKED_AFTER,
}
# "Not known" says nothing, so it never clears what we hold.
SEXES = {"": "", "f": Child.Sex.FEMALE, "female": Child.Sex.FEMALE, "m": Child.Sex.MALE, "male": Child.Sex.MALE, "u": "", "not known": ""}


@dataclass(frozen=True)
class WrongLine:
    """A line that cannot be taken in; `local_id` is empty where even that could not be read."""

    line: int
    local_id: str
    column: str
    message: str


@dataclass(frozen=True)
class Listed:
    """One line, understood. Empty text means that the list says nothing of it: that never clears or ends what we hold.

    `worker_email` is None where the list has no such column; an empty cell beside a team means its manager holds the child.
    """

    line: int
    local_id: str
    first_name: str
    last_name: str
    date_of_birth: date
    status: str
    status_start: date
    status_end: date | None = None
    upn: str = ""
    known_as: str = ""
    sex: str = ""
    worker_email: str | None = None
    team: str = ""
    setting_urn: str = ""

    @property
    def asked(self) -> Asked:
        """What the child is searched by."""
        return Asked(self.first_name, self.last_name, self.known_as, self.date_of_birth, self.upn, self.local_id)

    @property
    def name(self) -> str:
        """The name the child uses, with the family name."""
        return f"{self.known_as or self.first_name} {self.last_name}"

    @property
    def own_row(self) -> dict[str, Any]:
        """The values of the child's own row that the list gives."""
        names = ("local_id", "upn", *NAMES, "date_of_birth", "sex")
        return {name: value for name in names if (value := getattr(self, name))}


def read(file: Any, on: date) -> Iterator[Listed | WrongLine]:
    """The lines of a list that is read on a day. Raises core.imports.UnreadableFile, also while reading."""
    table = read_csv(file, required=REQUIRED, optional=OPTIONAL, max_rows=MAX_ROWS)
    for line in table.lines:
        yield understand(line, on)


def understand(line: Line, on: date) -> Listed | WrongLine:
    """One line as values, or what is wrong with it first."""
    if line.problem:
        return WrongLine(line.number, "", "", line.problem)
    texts = {name: " ".join(text.split()) for name, text in line.values.items()}
    try:
        return Listed(line.number, **_values(texts, on))
    except WrongCell as wrong:
        return WrongLine(line.number, texts["local_id"][: LIMITS["local_id"]], wrong.column, wrong.message)


def _values(texts: Mapping[str, str], on: date) -> dict[str, Any]:
    for name in REQUIRED:
        if not texts[name]:
            raise WrongCell(name, f"An empty cell: {WANTED[name]}")
    for name, text in texts.items():
        _fits(name, text)
    if len(name_key(*(texts.get(name, "") for name in NAMES))) > LONGEST_KEY:
        raise WrongCell("last_name", "The names together are too long to be kept. Shorten them in the list.")
    born = _birth(texts["date_of_birth"], on)
    return {
        **{name: texts.get(name, "") for name in ("local_id", *NAMES, "team")},
        **_status(texts, born, on),
        "date_of_birth": born,
        "upn": _upn(texts.get("upn", "")),
        "sex": _one_of("sex", texts.get("sex", ""), SEXES),
        "worker_email": _worker(texts),
        "setting_urn": _urn(texts.get("setting_urn", "")),
    }


WANTED = {
    "local_id": "enter the child’s number in the social-care system.",
    "first_name": "enter the child’s first name.",
    "last_name": "enter the child’s last name.",
    "date_of_birth": "enter the child’s date of birth, like 2017-03-05 or 05/03/2017.",
    "status": "enter cin, cp or looked_after.",
    "sex": "enter F, M or U, or leave the cell empty.",
    "status_start": "enter the day on which the status began, like 2025-09-03 or 03/09/2025.",
}
LIMITS = {
    **{name: room_in(Child, name) for name in ("local_id", *NAMES)},
    "worker_email": room_in(LeadAllocation, "named_email"),
    "team": room_in(Organisation, "name"),
}
LONGEST_KEY = room_in(Child, "name_key")


def _fits(column: str, text: str) -> None:
    if not text.isprintable():
        raise WrongCell(column, f"{shown(text)} holds characters that cannot be printed. Type the text again in the list.")
    if column in LIMITS and len(text) > LIMITS[column]:
        raise WrongCell(
            column, f"The text has {len(text):,} characters, at most {LIMITS[column]} fit. Shorten it, or look for a missing comma."
        )


def _birth(text: str, on: date) -> date:
    born = _date("date_of_birth", text)
    if born > on:
        raise WrongCell("date_of_birth", f"The date of birth, {in_words(born)}, is still to come. Correct it.")
    if born.year < on.year - OLDEST:
        raise WrongCell(
            "date_of_birth", f"Born on {in_words(born)}, the child would be over {OLDEST} years old. Correct the date of birth."
        )
    return born


def _status(texts: Mapping[str, str], born: date, on: date) -> dict[str, Any]:
    status = _one_of("status", texts["status"], STATUSES)
    start = _date("status_start", texts["status_start"])
    end = _date("status_end", texts["status_end"]) if texts.get("status_end") else None
    if start < born:
        raise WrongCell(
            "status_start", f"The status begins on {in_words(start)}, before the child was born on {in_words(born)}. Correct one."
        )
    if start > on:
        raise WrongCell(
            "status_start", f"The status begins on {in_words(start)}, which is still to come. Correct it, or send the line then."
        )
    if end and end < start:
        raise WrongCell("status_end", f"The status ends on {in_words(end)}, before it begins on {in_words(start)}. Correct the dates.")
    return {"status": str(status), "status_start": start, "status_end": end}


def _one_of(column: str, text: str, known: Mapping[str, Any]) -> str:
    if text.casefold() not in known:
        raise WrongCell(column, f"{shown(text)} is a code we do not know: {WANTED[column]}")
    return str(known[text.casefold()])


def _date(column: str, text: str) -> date:
    for each in DATE_FORMATS:
        try:
            found = datetime.strptime(text, each).date()  # noqa: DTZ007 a day has no time zone
        except ValueError:
            continue
        if found.year >= 1900:
            return found
    raise WrongCell(column, f"{shown(text)} is no date. Write it as year-month-day, like 2017-03-05, or as 05/03/2017.")


def _upn(text: str) -> str:
    """The number; a wrong check letter or an unknown authority is told later, where the line is taken."""
    checked = numbers.check(text)
    if checked.error:
        raise WrongCell("upn", f"{shown(text)} is no UPN. {checked.error}")
    return checked.upn


def _worker(texts: Mapping[str, str]) -> str | None:
    if "worker_email" not in texts:
        return None
    email = texts["worker_email"].lower()
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        raise WrongCell("worker_email", f"{shown(email)} is no e-mail address. Correct it, or leave the cell empty.") from error
    if email and not texts.get("team"):
        raise WrongCell("team", "The worker has no team. Enter the team beside the worker, or leave both cells empty.")
    return email


def _urn(text: str) -> str:
    if text and not (text.isascii() and text.isdigit() and len(text) == 6):
        raise WrongCell(
            "setting_urn", f"{shown(text)} is no URN, which is six numbers. Look the setting up in the register and correct it."
        )
    return text
