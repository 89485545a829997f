"""People and entries for the tests of the audit trail."""

from types import SimpleNamespace

from django.contrib.auth import get_user_model
from django.db import transaction

from audit import services


def make_user(email="amina.okafor@example.org"):
    return get_user_model().objects.get_or_create(email=email, defaults={"name": "Amina Okafor"})[0]


def wearing(user, *, role, organisation):
    """The user with a hat on, as accounts.middleware.ChooseHat leaves it."""
    user.hat = SimpleNamespace(role=role, organisation=SimpleNamespace(name=organisation))
    return user


def with_reference(user, reference="PEP-7K3Q9-2026-1"):
    """Any saved row can be a target; this one has a reference."""
    user.reference = reference
    return user


def record_some(count, *, child="child-1"):
    """`count` events and as many viewings by one person."""
    user = make_user()
    for number in range(count):
        with transaction.atomic():
            services.record(actor=user, verb="pep.signed_off", target=user, child=child, changes={"number": number})
            services.viewed(user=user, child=child, page="caseload:child")
