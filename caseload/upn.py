"""The unique pupil number: a wrong form is an error, a wrong check letter a finding, an unknown authority a note (domain.md 8.1).

The number is for education use only: never a login, never in an address.
"""

from dataclasses import dataclass

from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.gb import upn as numbers

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # no I, O, S
# Authorities that python-stdnum 2.2 does not know: Dorset; Bournemouth, Christchurch and Poole; the four made in 2021 and 2023.
NEWER_AUTHORITIES = {"838", "839", "940", "941", "942", "943"}

WRONG_FORM = "Enter a UPN of 13 characters: a letter, 11 numbers, then a number or a letter, like B801200005001."
WRONG_LETTER = "The first letter of the UPN does not fit its numbers. Check it with the setting."
UNKNOWN_AUTHORITY = "The UPN begins with an authority number we do not know. Check it with the setting."


@dataclass(frozen=True)
class Checked:
    """A UPN as typed: `error` means it cannot be stored; `finding` and `note` are shown, and the number is kept."""

    upn: str
    error: str = ""
    finding: str = ""
    note: str = ""

    @property
    def remarks(self) -> list[str]:
        """What to tell the person about a number that is kept."""
        return [text for text in (self.finding, self.note) if text]


def check(text: str) -> Checked:
    """The number without spaces in capitals, and what is wrong with it; an empty text is no number and no error."""
    number = numbers.compact(text or "")
    if not number:
        return Checked("")
    if number[0] not in LETTERS:
        return Checked(number, error=WRONG_FORM)
    try:
        numbers.validate(number)
    except InvalidComponent:
        return Checked(number, finding=_letter(number), note="" if number[1:4] in NEWER_AUTHORITIES else UNKNOWN_AUTHORITY)
    except InvalidChecksum:
        return Checked(number, finding=WRONG_LETTER)
    except ValidationError:
        return Checked(number, error=WRONG_FORM)
    return Checked(number)


def _letter(number: str) -> str:
    return "" if numbers.calc_check_digit(number) == number[0] else WRONG_LETTER
