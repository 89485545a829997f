"""Many at once: one plan, one version, one print. On both databases, each caller with its own connection."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import User
from accounts.reference_data import load_phases
from caseload.pools import load_pools
from caseload.tests.factories import known_child
from core import pdf
from core.terms import load_terms
from peps.models import Pep, Print, Version
from peps.services import planning, printing, review
from peps.services.templates import load_templates
from peps.states import PrintState
from peps.tests.flow import IN_TIME, agreed, head, sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _data_and_day(frozen):
    """Transactional tests begin on an empty database."""
    for load in (load_phases, load_pools, load_terms):
        load(apps)
    load_templates()
    frozen(IN_TIME)


def together(callers: int, act: Callable[[int], object]) -> Counter:
    """What came of `act`, called by so many at the same moment."""
    barrier = Barrier(callers)

    def one(number: int) -> str:
        try:
            barrier.wait()
            return str(act(number))
        except Exception as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as threads:
        return Counter(threads.map(one, range(callers)))


def test_fifty_sign_offs_at_once_freeze_one_version():
    our = sent()
    boss = head()

    def sign_off(number: int) -> str:
        review.sign_off(pep_id=our.pep.pk, by=User.objects.get(pk=boss.pk), now=IN_TIME)
        return "signed off"

    assert together(50, sign_off) == {"signed off": 1, "TransitionRefused": 49}
    assert Version.objects.filter(pep=our.pep).count() == 1
    assert Print.objects.filter(pep=our.pep).count() == 2


def test_two_sweeps_at_once_open_each_plan_once():
    for _ in range(30):
        known_child()
    opened = together(4, lambda _number: planning.open_due(on=date(2026, 1, 12)).opened)
    assert sum(int(count) * times for count, times in opened.items()) == 30
    assert Pep.objects.count() == 30
    assert all(pep.parts.count() == 4 for pep in Pep.objects.all())


def test_a_sending_and_a_second_press_at_once_leave_one_trace():
    our = sent()
    review.give_back(pep_id=our.pep.pk, reason="Look again.", parts=["setting"], by=our.adviser, now=IN_TIME)

    def send(number: int) -> bool:
        return review.submit(pep_id=our.pep.pk, by=User.objects.get(pk=our.teacher.pk), now=IN_TIME, declared=True)

    assert together(8, send) == {"True": 1, "False": 7}


def test_of_many_workers_one_makes_each_pdf(monkeypatch):
    agreed()
    made = []
    monkeypatch.setattr(pdf, "render", lambda html, **options: made.append(html) or b"%PDF-1.7 made once")
    together(6, lambda _number: printing.render_due(now=IN_TIME))
    assert len(made) == 2, "one for each audience"
    assert set(Print.objects.values_list("state", flat=True)) == {PrintState.READY}
