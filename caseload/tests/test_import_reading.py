"""What a line of a list of children means, and when it is wrong."""

import io
from datetime import date

import pytest

from caseload.imports.children import OPTIONAL, REQUIRED, Listed, WrongLine, read, understand
from caseload.tests.list_files import COLUMNS, UPN, file_of, line
from core.imports import Line, UnreadableFile

TODAY = date(2026, 11, 23)


def understood(**values: str) -> Listed | WrongLine:
    return understand(Line(2, {name: line(**values).get(name, "") for name in COLUMNS}), TODAY)


def test_the_headings_are_those_of_the_issue():
    assert {*REQUIRED, *OPTIONAL} == set(COLUMNS)


def test_a_whole_line():
    found = understood(
        upn=" b801200005001 ", known_as="Addie", sex="Female", status="Child  Protection", status_end="01/10/2026",
        worker_email="Wyn@Example.org", team="Oak Team", setting_urn="910001",
    )  # fmt: skip
    assert found == Listed(
        line=2,
        local_id="SC1",
        first_name="Ada",
        last_name="Marsh",
        date_of_birth=date(2017, 3, 5),
        status="cp",
        status_start=date(2026, 9, 3),
        status_end=date(2026, 10, 1),
        upn=UPN,
        known_as="Addie",
        sex="F",
        worker_email="wyn@example.org",
        team="Oak Team",
        setting_urn="910001",
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("cin", "cin"),
        ("CIN", "cin"),
        ("child in need", "cin"),
        ("cp", "cp"),
        ("Child protection", "cp"),
        ("child protection plan", "cp"),
        ("looked_after", "looked_after"),
        ("Looked after", "looked_after"),
    ],
)
def test_statuses_in_codes_and_words(written, code):
    assert understood(status=written).status == code


@pytest.mark.parametrize(("written", "sex"), [("", ""), ("f", "F"), ("M", "M"), ("male", "M"), ("U", ""), ("Not known", "")])
def test_a_sex_that_is_not_known_says_nothing(written, sex):
    assert understood(sex=written).sex == sex


def test_both_ways_to_write_a_date():
    assert understood(date_of_birth="2017-03-05").date_of_birth == understood(date_of_birth="05/03/2017").date_of_birth


def test_a_missing_column_is_not_an_empty_one():
    [without] = read(file_of(line(), columns=REQUIRED), TODAY)
    [empty] = read(file_of(line()), TODAY)
    assert (without.worker_email, empty.worker_email) == (None, "")


def test_columns_in_any_order_and_case_and_others_are_passed_over():
    columns = ("status_start", "STATUS", "Date_Of_Birth", "last_name", "first_name", "local_id", "ethnicity")
    text = ",".join(columns) + "\n03/09/2026,cin,05/03/2017,Marsh,Ada,SC1,secret\n"
    [found] = read(io.BytesIO(text.encode()), TODAY)
    assert (found.name, found.status_start) == ("Ada Marsh", date(2026, 9, 3))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(encoding):
    [found] = read(file_of(line(first_name="Zoë", last_name="O’Néil"), encoding=encoding), TODAY)
    assert found.name == "Zoë O’Néil"


def test_a_name_over_two_lines_becomes_one():
    [found] = read(file_of(line(first_name="Ada\n  Mary")), TODAY)
    assert found.first_name == "Ada Mary"


def test_more_lines_than_a_list_can_have():
    with pytest.raises(UnreadableFile, match="more than 5,000 rows"):
        list(read(file_of(*(line(local_id=f"SC{number}") for number in range(5_001))), TODAY))


WRONG = [
    ({"local_id": ""}, "local_id", "An empty cell: enter the child’s number"),
    ({"first_name": ""}, "first_name", "enter the child’s first name"),
    ({"last_name": "  "}, "last_name", "enter the child’s last name"),
    ({"date_of_birth": ""}, "date_of_birth", "enter the child’s date of birth"),
    ({"status": ""}, "status", "enter cin, cp or looked_after"),
    ({"status_start": ""}, "status_start", "enter the day on which the status began"),
    ({"local_id": "9" * 41}, "local_id", "has 41 characters, at most 40 fit"),
    ({"first_name": "x" * 81}, "first_name", "has 81 characters, at most 80 fit"),
    ({"team": "x" * 201}, "team", "at most 200 fit"),
    ({"worker_email": "x" * 250 + "@example.org"}, "worker_email", "at most 254 fit"),
    ({"first_name": "x" * 80, "last_name": "y" * 80}, "last_name", "names together are too long"),
    ({"last_name": "Mar\x07sh"}, "last_name", "cannot be printed"),
    ({"upn": "80120000500"}, "upn", "“80120000500” is no UPN. Enter a UPN of 13 characters"),
    ({"upn": "I801200005001"}, "upn", "is no UPN"),
    ({"date_of_birth": "5 March 2017"}, "date_of_birth", "“5 March 2017” is no date. Write it as year-month-day"),
    ({"date_of_birth": "2017-02-30"}, "date_of_birth", "is no date"),
    ({"date_of_birth": "03/05/17"}, "date_of_birth", "is no date"),
    ({"date_of_birth": "42799"}, "date_of_birth", "is no date"),
    ({"date_of_birth": "0017-03-05"}, "date_of_birth", "is no date"),
    ({"date_of_birth": "2026-11-24"}, "date_of_birth", "Tuesday 24 November 2026, is still to come"),
    ({"date_of_birth": "1999-12-31"}, "date_of_birth", "over 26 years old"),
    ({"sex": "X"}, "sex", "“X” is a code we do not know: enter F, M or U"),
    ({"status": "CHIN"}, "status", "“CHIN” is a code we do not know: enter cin, cp or looked_after"),
    ({"status": "c" * 60}, "status", "c…” is a code we do not know"),
    ({"status_start": "31/09/2026"}, "status_start", "“31/09/2026” is no date"),
    ({"status_start": "2016-09-03"}, "status_start", "before the child was born on Sunday 5 March 2017"),
    ({"status_start": "2026-11-24"}, "status_start", "which is still to come"),
    ({"status_end": "soon"}, "status_end", "“soon” is no date"),
    ({"status_end": "2026-09-02"}, "status_end", "ends on Wednesday 2 September 2026, before it begins on Thursday 3 September 2026"),
    ({"worker_email": "wyn", "team": "Oak"}, "worker_email", "“wyn” is no e-mail address"),
    ({"worker_email": "wyn@example.org"}, "team", "The worker has no team"),
    ({"setting_urn": "91001"}, "setting_urn", "“91001” is no URN, which is six numbers"),
    ({"setting_urn": "٩١٠٠٠١"}, "setting_urn", "is no URN"),
    ({"setting_urn": "Oak School"}, "setting_urn", "“Oak School” is no URN"),
]


@pytest.mark.parametrize(("values", "column", "sentence"), WRONG)
def test_a_wrong_line_names_its_column_and_says_what_to_do(values, column, sentence):
    found = understood(**values)
    assert isinstance(found, WrongLine)
    assert (found.line, found.column) == (2, column)
    assert sentence in found.message
    assert len(found.message) <= 500


def test_a_line_of_another_width_is_wrong_as_a_whole():
    assert understand(Line(2, problem="The line has 3 columns."), TODAY) == WrongLine(2, "", "", "The line has 3 columns.")
