"""Many writers at once make one chain without a gap, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from audit import selectors, services
from audit.models import CHAINS
from audit.tests.factories import make_user

WRITERS, ACTS = 8, 12


def write_some(user):
    try:
        for number in range(ACTS):
            with transaction.atomic():
                services.record(actor=user, verb=f"pep.opened.{number}", target=user, child="child-1")
                services.viewed(user=user, child="child-1", page="caseload:child")
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_whole_chain_from_its_first_entry_on():
    users = [make_user(f"person{number}@example.org") for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write_some, users))
    for chain in CHAINS:
        assert selectors.verify(chain) == selectors.Verdict(chain, WRITERS * ACTS)
