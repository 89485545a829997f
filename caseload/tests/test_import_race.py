"""Two presses, or two lists, at the same moment: one takes the list in, the others are told so."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import person
from audit.models import Event
from caseload.models import Child, StatusEpisode
from caseload.services import children_import
from caseload.tests.list_files import file_of, line
from core.errors import Refused

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS, CHILDREN = 6, 5


def press(batch_id, by, gate, outcomes):
    gate.wait()
    try:
        children_import.commit(batch_id=batch_id, by=by, now=timezone.now())
        outcomes.append("taken in")
    except Refused as refusal:
        outcomes.append(type(refusal).__name__)
    finally:
        connection.close()


@pytest.mark.parametrize(("batches", "answer"), [(1, "AlreadyDecided"), (CALLERS, "BasisChanged")])
def test_one_of_many_presses_wins(frozen, batches, answer):
    frozen("2026-11-23")
    office = person(Role.OFFICE)
    lines = [line(local_id=f"SC{number}", last_name=f"Last{number}") for number in range(CHILDREN)]
    ids = [children_import.preview(file=file_of(*lines), by=office).pk for _ in range(batches)]
    gate, outcomes = threading.Barrier(CALLERS), []
    callers = [threading.Thread(target=press, args=(ids[number % batches], office, gate, outcomes)) for number in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(outcomes) == sorted(["taken in", *[answer] * (CALLERS - 1)])
    assert (Child.objects.count(), StatusEpisode.objects.count()) == (CHILDREN, CHILDREN)
    assert Event.objects.filter(verb="children.imported").count() == 1
