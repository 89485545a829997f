"""People, a kind of message and mail servers for the tests of the outbox."""

import os
import signal
import smtplib
from contextlib import contextmanager

from django.contrib.auth import get_user_model
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as LocalMemory
from django.db import transaction

from messaging import kinds, services

KIND = "test.plan_due"
CANARY = "Zebediah Quillfeather"


class Rights:
    """Who may receive what in a test; everybody everything until told otherwise."""

    def __init__(self):
        self.lost = set()

    def may_receive(self, user, about_id):
        return (user.pk, about_id) not in self.lost


def make_context(user, about_id):
    return {"reference": "PEP-7K3Q9-2026-1", "path": f"/peps/{about_id}/", "days": 7}


rights = Rights()


def register_test_kind():
    """The kind the tests send: registered here as an app does it in its message_kinds."""
    kinds.register(
        KIND,
        subject="A plan is due: {reference}",
        template="messaging/email/base.txt",
        may_receive=rights.may_receive,
        context=make_context,
    )


@contextmanager
def kind(name, **changed):
    """Another kind, for one test."""
    values = {
        "subject": "About {reference}", "template": "messaging/email/base.txt", "may_receive": rights.may_receive, "context": make_context,
    }  # fmt: skip
    kinds.register(name, **{**values, **changed})
    try:
        yield name
    finally:
        del kinds._kinds[name]


def make_user(email="amina.okafor@example.org", **values):
    return get_user_model().objects.get_or_create(email=email, defaults={"name": "Amina Okafor", **values})[0]


def make_thing():
    """Any saved row can be what a mail is about; this one has a reference, and a child's name that must stay out."""
    thing = make_user("thing@example.org", name=CANARY)
    thing.reference = "PEP-7K3Q9-2026-1"
    return thing


def queued(key="pep-due:1:14d:1", **values):
    """One message in the outbox."""
    with transaction.atomic():
        return services.queue(**{"key": key, "kind": KIND, "to": make_user(), "about": make_thing(), **values})


class KillingBackend(BaseEmailBackend):
    """The worker dies by SIGKILL between the claim and the mail."""

    def send_messages(self, email_messages):
        os.kill(os.getpid(), signal.SIGKILL)


class RefusingBackend(LocalMemory):
    """A mail server that refuses one address and takes the others."""

    refused = "refused@example.org"

    def send_messages(self, email_messages):
        if self.refused in email_messages[0].to:
            raise smtplib.SMTPDataError(550, b"no such person refused@example.org")
        return super().send_messages(email_messages)


class UnreachableBackend(BaseEmailBackend):
    """No mail server answers."""

    tries = 0

    def send_messages(self, email_messages):
        type(self).tries += 1
        raise ConnectionRefusedError(111, "Connection refused")
