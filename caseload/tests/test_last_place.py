"""Many callers, one place (architecture.md 3, point 8; safety.md T15, G17): on both databases, each caller with its own connection."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from time import sleep

import pytest
from django.apps import apps
from django.db import connection

from accounts.roles import Role
from accounts.tests.factories import UserFactory, person
from caseload.models import Place, Placement
from caseload.pools import PANELS, SOCIAL_CARE, load_pools
from caseload.services import places
from caseload.states import PlacementState
from caseload.tests.factories import ChildFactory, PlacementFactory, free_place
from core.errors import Refused

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS, ROUNDS = 50, 200
# SQLite's waiters ask again every 100 ms. In step with each other they would all miss the same moments; so they come within 100 ms.
SPREAD = 0.002 if connection.vendor == "sqlite" else 0
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _pools_and_today(frozen):
    """Transactional tests begin on an empty database."""
    frozen(TODAY)
    load_pools(apps)


@pytest.fixture
def callers():
    """Runs one function a caller, all at the same moment, each in a thread that keeps its own connection; gives what came of each."""
    barrier = Barrier(CALLERS)
    with ThreadPoolExecutor(CALLERS) as threads:

        def together(act: Callable[[int], object]) -> list[str]:
            def one(number: int) -> str:
                barrier.wait()
                sleep(number * SPREAD)
                try:
                    act(number)
                except Exception as error:
                    return type(error).__name__ if not isinstance(error, Refused) else f"{type(error).__name__}: {error.message[:12]}"
                return "won"

            return list(threads.map(one, range(CALLERS)))

        yield together
        list(threads.map(lambda _: (barrier.wait(), connection.close()), range(CALLERS)))


def signed_in_head():
    """The Head with the hat of a request, so that the time goes into the race."""
    head = person(Role.HEAD)
    head.hat = head.memberships.select_related("organisation").get()
    return head


def fill_all_but_one(pool: str) -> None:
    by = UserFactory()
    for _ in range(Place.objects.filter(pool=pool).count() - 1):
        PlacementFactory(place=free_place(pool), given_by=by)


def open_placements():
    return Placement.objects.exclude(state=PlacementState.ENDED)


def test_fifty_callers_for_the_last_of_seventy_places(callers):
    head = signed_in_head()
    fill_all_but_one(SOCIAL_CARE)
    children = [ChildFactory().pk for _ in range(CALLERS)]
    last = free_place(SOCIAL_CARE)
    for number in range(ROUNDS):
        door = (places.allocate, places.offer)[number % 2]
        came = Counter(callers(lambda caller, door=door: door(child_id=children[caller], pool=SOCIAL_CARE, on=TODAY, by=head)))
        assert came == {"won": 1, "NoPlaceFree: All 70 socia": CALLERS - 1}, f"round {number}"
        placement = open_placements().get(place=last)
        assert open_placements().count() == 70
        places.end(placement_id=placement.pk, on=TODAY, reason="other", by=head)


def test_one_child_asked_for_by_all_gets_one_place(callers):
    head, child = signed_in_head(), ChildFactory()
    pools = (SOCIAL_CARE, PANELS)
    for number in range(10):
        came = Counter(callers(lambda caller: places.allocate(child_id=child.pk, pool=pools[caller % 2], on=TODAY, by=head)))
        assert came["won"] == 1, f"round {number}: {came}"
        assert {outcome.split(":")[0] for outcome in came} == {"won", "Refused"}
        places.end(placement_id=open_placements().get(child=child).pk, on=TODAY, reason="other", by=head)
