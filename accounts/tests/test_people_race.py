"""Many at the same moment: one takes an invitation up, one person is made, one role is given."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Invitation, Membership, User
from accounts.roles import Role
from accounts.services import people
from accounts.tests.factories import SettingFactory, person
from audit.models import Event
from core.errors import Refused
from messaging.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS, ROUNDS = 8, 10
NELL = "nell@example.org"


def at_once(act: Callable[[int], object]) -> Counter:
    """Runs `act` for each caller in a thread of its own, all at one moment; what came of them, counted."""
    barrier = Barrier(CALLERS)

    def call(caller: int) -> str:
        barrier.wait()
        try:
            act(caller)
        except Refused as refusal:
            return refusal.message
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(CALLERS) as pool:
        return Counter(pool.map(call, range(CALLERS)))


def invite(by, organisation, email=NELL):
    now = timezone.now()
    return people.invite(email=email, name="Nell", role=Role.DESIGNATED_TEACHER, organisation_id=organisation.pk, by=by, now=now)


def test_an_invitation_is_taken_up_once():
    head = person(Role.HEAD)
    for number in range(ROUNDS):
        token = people.token_of(invite(head, SettingFactory().organisation, f"nell{number}@example.org").invitation)
        came = at_once(
            lambda caller, token=token: people.accept(token=token, password=f"violet harbour lantern {caller}", now=timezone.now())
        )
        assert came["done"] == 1, f"round {number}: {came}"
        assert sum("has been used" in outcome for outcome in came.elements()) == CALLERS - 1
    assert Event.objects.filter(verb="invitation.accepted").count() == ROUNDS
    assert not Invitation.objects.filter(accepted_at=None).exists()


def test_one_invitation_is_made_for_one_person():
    head, school = person(Role.HEAD), SettingFactory().organisation
    came = at_once(lambda caller: invite(head, school))
    assert came == {"done": 1, "This person already holds this role there.": CALLERS - 1}
    assert (User.objects.filter(email=NELL).count(), Membership.objects.filter(organisation=school).count()) == (1, 1)
    assert Message.objects.count() == 1


def test_one_person_is_made_by_many_invitations_to_different_places():
    head, schools = person(Role.HEAD), [SettingFactory().organisation for _ in range(CALLERS)]
    assert at_once(lambda caller: invite(head, schools[caller])) == {"done": CALLERS}
    assert User.objects.get(email=NELL).memberships.count() == CALLERS


def test_an_expired_link_is_renewed_once():
    token = people.token_of(invite(person(Role.HEAD), SettingFactory().organisation).invitation)
    came = at_once(lambda caller: people.renew_by_person(token=token, now=timezone.now()))
    assert came["done"] == 1
    assert Message.objects.count() == 2
