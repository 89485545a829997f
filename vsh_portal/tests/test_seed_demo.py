"""The demo fills an empty portal on any day of the year, twice without harm, and never in production."""

import json

import pytest
from django.core.management import CommandError, call_command

from audit.selectors import verify
from caseload.models import CaseNote, Child, Placement
from caseload.states import NoteAudience
from peps.models import Pep
from peps.states import PepState
from vsh_portal.demo.people import PEOPLE

pytestmark = pytest.mark.django_db
WANTED = {PepState.NOT_STARTED, PepState.IN_PROGRESS, PepState.SUBMITTED, PepState.RETURNED, PepState.SIGNED_OFF}


@pytest.mark.parametrize("day", ["2026-11-23", "2026-09-02", "2026-12-28", "2027-08-10", "2028-06-29"])
def test_the_demo_has_plans_in_every_state_whatever_the_day(frozen, day):
    frozen(day)
    call_command("seed_demo", quiet=True)
    assert set(Pep.objects.values_list("state", flat=True)) == WANTED
    assert set(CaseNote.objects.values_list("audience", flat=True)) == set(NoteAudience)
    assert all(verify(chain).ok for chain in ("event", "viewing"))


def test_it_can_be_repeated_and_prints_each_person_on_a_line_of_json(frozen, capsys):
    frozen("2026-11-23")
    call_command("seed_demo")
    counts = Child.objects.count(), Placement.objects.count(), Pep.objects.count()
    first = capsys.readouterr().out
    call_command("seed_demo")
    assert (Child.objects.count(), Placement.objects.count(), Pep.objects.count()) == counts
    assert capsys.readouterr().out == first
    lines = [json.loads(line) for line in first.splitlines()]
    assert [line["email"] for line in lines] == [person.email for person in PEOPLE]
    assert set(lines[0]) == {"role", "name", "email", "password"}


def test_production_refuses_it(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not made in production"):
        call_command("seed_demo")
