"""The command that takes a register file in."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Setting
from accounts.roles import Role
from accounts.tests.factories import person
from accounts.tests.register_files import file_of, school
from core.models import ImportBatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "edubasealldata.csv"
    path.write_bytes(file_of(school(100001), school(100002, la="801"), school("12")).getvalue())
    return path


def run(capsys, *arguments) -> tuple[str, str]:
    call_command("import_schools", *(str(argument) for argument in arguments))
    printed = capsys.readouterr()
    return " ".join(printed.out.split()), " ".join(printed.err.split())


def test_without_commit_it_tells_and_changes_nothing(capsys, register):
    out, err = run(capsys, register)
    assert "1 Wrong 0 Closed 0 Changed 1 New 0 Unchanged" in out
    assert "1 Other authorities: left out" in out
    assert "Nothing was changed" in out
    assert "Line 4, column “URN”: “12” is no URN" in err
    assert not Setting.objects.exists()
    assert not ImportBatch.objects.exists()


def test_with_commit_it_takes_the_file_in(capsys, register):
    office = person(Role.OFFICE)
    out, _err = run(capsys, register, "--commit", "--by", office.email.upper())
    assert out.endswith("Taken in.")
    assert [setting.urn for setting in Setting.objects.all()] == ["100001"]
    out, _err = run(capsys, register, "--commit", "--by", office.email)
    assert "0 New 1 Unchanged" in out


@pytest.mark.parametrize(
    ("authorities", "new"), [(["--authority", "801"], 1), (["--authority", "800", "--authority", "801"], 2), (["--authority", "all"], 2)]
)
def test_other_authorities(capsys, register, authorities, new):
    out, _err = run(capsys, register, *authorities)
    assert f"{new} New" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--commit"], "--by EMAIL"),
        (["--commit", "--by", "nobody@example.org"], "Nobody has the e-mail address"),
        (["--authority", "Exampleshire"], "three numbers"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(register, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("import_schools", str(register), *arguments)
    assert not Setting.objects.exists()


def test_somebody_who_may_not_import_is_refused(register):
    teacher = person(Role.DESIGNATED_TEACHER)
    with pytest.raises(CommandError, match="You may not do this"):
        call_command("import_schools", str(register), "--commit", "--by", teacher.email)
    assert not Setting.objects.filter(urn="100001").exists()


def test_a_file_that_is_not_there_or_not_csv(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_schools", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="Is a directory"):
        call_command("import_schools", str(tmp_path))
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(CommandError, match="is a PDF"):
        call_command("import_schools", str(tmp_path / "list.pdf"))


def test_many_wrong_lines_are_cut_short(capsys, tmp_path):
    path = tmp_path / "wrong.csv"
    path.write_bytes(file_of(*(school(f"x{number}") for number in range(30))).getvalue())
    _out, err = run(capsys, path)
    assert err.count("Line ") == 20
    assert "and 10 more wrong lines" in err
