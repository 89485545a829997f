"""Two presses at the same moment: one takes the file in, the other is told so."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Organisation, Setting
from accounts.roles import OrganisationKind, Role
from accounts.services import schools
from accounts.tests.factories import person
from accounts.tests.register_files import file_of, school
from core.errors import Refused

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS, SCHOOLS = 8, 20


def press(batch_id, office, gate, outcomes):
    gate.wait()
    try:
        schools.commit(batch_id=batch_id, by=office, now=timezone.now())
        outcomes.append("taken in")
    except Refused as refusal:
        outcomes.append(type(refusal).__name__)
    finally:
        connection.close()


@pytest.mark.parametrize(("batches", "answer"), [(1, "AlreadyDecided"), (CALLERS, "BasisChanged")])
def test_one_of_many_presses_wins(batches, answer):
    office = person(Role.OFFICE)
    lines = [school(100000 + number) for number in range(SCHOOLS)]
    ids = [schools.preview(file=file_of(*lines), authorities=["800"], by=office).pk for _ in range(batches)]
    gate, outcomes = threading.Barrier(CALLERS), []
    callers = [threading.Thread(target=press, args=(ids[number % batches], office, gate, outcomes)) for number in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(outcomes) == sorted(["taken in", *[answer] * (CALLERS - 1)])
    assert Setting.objects.count() == SCHOOLS
    assert Organisation.objects.filter(kind=OrganisationKind.SETTING).count() == SCHOOLS
