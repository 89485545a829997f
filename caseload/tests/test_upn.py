"""Wrong form, wrong check letter, unknown authority: three findings kept apart (domain.md 8.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.upn import LETTERS, NEWER_AUTHORITIES, UNKNOWN_AUTHORITY, WRONG_FORM, WRONG_LETTER, check


@pytest.mark.parametrize("number", ["B801200005001", "E800210021001", "E800421022002", "B80042102200A", "P207000016049"])
def test_right_numbers(number):
    assert check(number).remarks == []
    assert check(number).error == ""


def test_spaces_and_small_letters_are_taken():
    assert check(" b801 2000 05001 ").upn == "B801200005001"


def test_no_number_is_no_error():
    assert check("") == check("   ")
    assert (check("").upn, check("").error) == ("", "")


@pytest.mark.parametrize(
    "typed",
    ["B80120000500", "B8012000050011", "1801200005001", "I801200005001", "O801200005001", "S801200005001", "B8012000050O1",
     "B80120000500S", "BB01200005001",
     "B80120000A001", "unknown", "B801-20000500"],
)  # fmt: skip
def test_wrong_form_is_an_error(typed):
    assert check(typed).error == WRONG_FORM


@pytest.mark.parametrize("number", ["A801200005001", "Q207000016049", "C80042102200A"])
def test_wrong_check_letter_is_a_finding_and_the_number_is_kept(number):
    assert (check(number).upn, check(number).error, check(number).finding) == (number, "", WRONG_LETTER)


@pytest.mark.parametrize("authority", sorted(NEWER_AUTHORITIES))
def test_authorities_that_the_library_does_not_know_are_known_here(authority):
    found = [check(f"{letter}{authority}200005001") for letter in LETTERS]
    assert {each.note for each in found} == {""}
    assert sum(each.finding == "" for each in found) == 1


def test_an_unknown_authority_is_a_note_beside_the_finding_of_the_letter():
    found = [check(f"{letter}000200005001") for letter in LETTERS]
    assert {each.note for each in found} == {UNKNOWN_AUTHORITY}
    assert {each.error for each in found} == {""}
    assert sum(each.finding == "" for each in found) == 1


@given(st.text(max_size=20))
def test_whatever_is_typed_is_answered(text):
    found = check(text)
    assert not (found.error and found.remarks)
