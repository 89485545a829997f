"""Reading one line of the register: what is taken from it, and when it is wrong."""

from datetime import date
from pathlib import Path

import pytest

from accounts.imports import gias
from accounts.tests.register_files import CLOSED, file_of, school
from core.imports import UnreadableFile

REAL = Path(__file__).resolve().parents[3] / "shared" / "data"


def read(*schools, authorities=("800",), **layout):
    return list(gias.RegisterFile(file_of(*schools, **layout), gias.authorities_of(authorities)))


@pytest.mark.parametrize("layout", [2018, 2024])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("backwards", [False, True])
def test_reads_both_layouts_in_each_encoding_and_order(layout, encoding, backwards):
    [found] = read(school(100001, "St Zoë’s École"), layout=layout, encoding=encoding, backwards=backwards)
    assert (found.line, found.urn, found.values["name"]) == (2, "100001", "St Zoë’s École")
    assert found.values["opened_on"] == date(1999, 9, 1)
    assert found.values["closed_on"] is None
    assert (found.values["lowest_age"], found.values["highest_age"]) == (4, 11)
    assert found.values["head_name"] == "Ms Sam Example"
    assert set(found.values) == set(gias.FIELDS)


def test_a_missing_column_says_nothing_about_the_school():
    [found] = read(school(100001), without=("TelephoneNum", "CloseDate", "StatutoryLowAge", *gias.HEAD))
    assert set(gias.FIELDS) - set(found.values) == {"telephone", "closed_on", "lowest_age", "head_name"}


@pytest.mark.parametrize("column", gias.REQUIRED)
def test_a_file_without_a_required_column_is_refused_as_a_whole(column):
    with pytest.raises(UnreadableFile, match="has no column") as refusal:
        read(school(100001), without=(column,))
    assert f"“{column}”" in refusal.value.message


def test_lines_of_other_authorities_are_counted_and_not_checked():
    register = gias.RegisterFile(file_of(school(100001, la="801", OpenDate="soon"), school(100002)), frozenset({"800"}))
    assert [found.urn for found in register] == ["100002"]
    assert register.other_authorities == 1


def test_all_authorities_takes_every_line():
    assert [found.values["la_code"] for found in read(school(100001, la="801"), school(100002), authorities=("all",))] == ["801", "800"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["800"], {"800"}),
        (["800, 801"], {"800", "801"}),
        (["800", "803 804"], {"800", "803", "804"}),
        (["All"], set()),
        (["800,all"], set()),
    ],
)
def test_authorities_as_typed(typed, meant):
    assert gias.authorities_of(typed) == meant


@pytest.mark.parametrize("typed", [[""], ["80"], ["8000"], ["Exampleshire"], ["٨٠٠"], []])
def test_what_is_no_authority_is_refused(typed):
    with pytest.raises(gias.UnknownAuthority, match="three numbers"):
        gias.authorities_of(typed)


WRONG = {
    "urn too short": (school(12345), "URN", "“12345” is no URN"),
    "urn of letters": (school("EY1234"), "URN", "“EY1234” is no URN"),
    "urn in Arabic digits": (school("١٢٣٤٥٦"), "URN", "is no URN"),
    "urn missing": (school(""), "URN", "An empty cell is no URN"),
    "name missing": (school(100001, "  "), "EstablishmentName", "name is missing"),
    "name too long": (school(100001, "x" * 201), "EstablishmentName", "201 characters long, at most 200"),
    "status unknown": (school(100001, status="9"), "EstablishmentStatus (code)", "“9” is no status we know (1 open, 2 closed"),
    "status missing": (school(100001, status=""), "EstablishmentStatus (code)", "An empty cell is no status"),
    "status in words": (school(100001, status="Open"), "EstablishmentStatus (code)", "“Open” is no status"),
    "authority missing": (school(100001, la=""), "LA (code)", "An empty cell is no authority"),
    "authority in words": (school(100001, la="Exampleshire"), "LA (code)", "“Exampleshire” is no authority"),
    "date of another form": (school(100001, OpenDate="2026-09-01"), "OpenDate", "“2026-09-01” is no date"),
    "date that does not exist": (school(100001, status=CLOSED, CloseDate="31-02-2026"), "CloseDate", "“31-02-2026” is no date"),
    "date in year nought": (school(100001, LastChangedDate="01-01-0000"), "LastChangedDate", "is no date"),
    "age of letters": (school(100001, StatutoryLowAge="four"), "StatutoryLowAge", "“four” is no age"),
    "age beyond life": (school(100001, StatutoryHighAge="999"), "StatutoryHighAge", "“999” is no age"),
    "postcode too long": (school(100001, Postcode="EX1 1AA EX1 1AA"), "Postcode", "at most 10 fit"),
    "head too long": (school(100001, HeadLastName="x" * 150), "HeadLastName", "at most 150 fit"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_line_says_where_and_what_to_do_and_stops_no_other(case):
    line, column, words = WRONG[case]
    wrong, right = read(line, school(100009), encoding="utf-8")
    assert isinstance(wrong, gias.WrongLine)
    assert (wrong.line, wrong.column) == (2, column)
    assert words in wrong.message
    assert len(wrong.message) <= 500
    assert len(wrong.urn) <= 20
    assert right.urn == "100009"


def test_a_line_of_the_wrong_width_says_so():
    file = file_of(school(100001))
    file = type(file)(file.getvalue() + b'"100002","800"\r\n')
    [right, wrong] = gias.RegisterFile(file, frozenset({"800"}))
    assert right.urn == "100001"
    assert (wrong.line, wrong.column) == (3, "")
    assert "has 2 columns" in wrong.message


if REAL.is_dir():  # the published layouts lie beside the checkout on the machines of the project only

    @pytest.mark.parametrize(
        ("layout", "names"), [(2018, {"St Thomas' CofE Primary School"}), (2024, {"Example Academy", "Example School"})]
    )
    def test_reads_the_real_layouts(layout, names):
        with (REAL / f"gias_layout_{layout}.csv").open("rb") as file:
            found = list(gias.RegisterFile(file, frozenset()))
        assert all(isinstance(line, gias.School) for line in found)
        assert names <= {line.values["name"] for line in found}
        assert {frozenset(line.values) for line in found} == {frozenset(gias.FIELDS)}
