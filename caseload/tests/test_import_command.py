"""The command that takes a list of children in."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.services import schools
from accounts.tests.factories import person
from caseload.models import Child, Enrolment, LeadAllocation
from caseload.services import children_import
from caseload.tests.factories import ChildFactory
from caseload.tests.list_files import file_of, line
from core.models import ImportBatch
from vsh_portal.demo import people

pytestmark = pytest.mark.django_db
DEMO = settings.BASE_DIR / "vsh_portal" / "demo"


@pytest.fixture
def office(frozen):
    frozen("2026-11-23")
    return person(Role.OFFICE)


@pytest.fixture
def children_csv(tmp_path):
    path = tmp_path / "children.csv"
    path.write_bytes(file_of(line(), line(local_id="SC2", sex="X"), line(local_id="SC3", last_name="Dee")).getvalue())
    return path


def run(capsys, *arguments) -> tuple[str, str]:
    call_command("import_children", *(str(argument) for argument in arguments))
    printed = capsys.readouterr()
    return " ".join(printed.out.split()), " ".join(printed.err.split())


def test_without_commit_it_tells_and_changes_nothing(capsys, office, children_csv):
    ChildFactory(first_name="Ada", last_name="Marsh", local_id=None)
    out, err = run(capsys, children_csv, "--by", office.email)
    assert "1 Wrong 1 Close matches 0 Changed 1 New 0 Unchanged" in out
    assert out.endswith("Nothing was changed. Add --commit to take the list in.")
    assert "Line 3, column “sex”: “X” is a code we do not know" in err
    assert "Ada" not in out + err
    assert Child.objects.count() == 1
    assert not ImportBatch.objects.exists()


def test_with_commit_it_takes_the_list_in_but_what_a_person_decides(capsys, office, children_csv):
    ChildFactory(first_name="Ada", last_name="Marsh", local_id=None)
    out, _err = run(capsys, children_csv, "--by", office.email.upper(), "--commit")
    assert "1 new 0 changed 1 Close matches without a decision: left out" in out
    assert out.endswith("Taken in.")
    assert Child.objects.filter(local_id="SC3").exists()
    out, _err = run(capsys, children_csv, "--by", office.email, "--commit")
    assert "0 New 1 Unchanged" in out


def test_what_cannot_be_done_is_told_in_one_sentence(office, children_csv, tmp_path):
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.7")
    teacher = person(Role.DESIGNATED_TEACHER)
    for path, email, sentence in (
        (children_csv, "nobody@example.org", "Nobody has the e-mail address nobody@example.org"),
        (children_csv, teacher.email, "You may not do this"),
        (tmp_path / "none.csv", office.email, "No such file"),
        (tmp_path / "list.pdf", office.email, "is a PDF"),
    ):
        with pytest.raises(CommandError, match=sentence):
            call_command("import_children", str(path), "--by", email, "--commit")
    assert not Child.objects.exists()


def test_the_demo_list_is_taken_in_without_a_wrong_line(frozen):
    frozen("2026-11-23")
    people.make_council()
    head = User.objects.get(email="head@example.org")
    with (DEMO / "settings.csv").open("rb") as file:
        batch = schools.preview(file=file, authorities=["800"], by=head)
    schools.commit(batch_id=batch.pk, by=head, now=timezone.now())
    for expected in ({"new": 24}, {"unchanged": 24}):
        with (DEMO / "children.csv").open("rb") as file:
            batch = children_import.preview(file=file, by=head)
        assert {name: count for name, count in batch.counts.items() if count} == expected
        assert not [row.data["notes"] for row in batch.rows.all() if row.data["notes"]]
        children_import.commit(batch_id=batch.pk, by=head, now=timezone.now())
    assert (Enrolment.objects.count(), LeadAllocation.objects.count()) == (24, 24)
