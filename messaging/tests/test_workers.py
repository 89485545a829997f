"""Workers at once and workers that die, as real threads and processes, on both databases."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from messaging import services
from messaging.models import Message
from messaging.services import Delivered, Draft
from messaging.states import MessageState
from messaging.tests.factories import KIND, make_thing, make_user

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, MESSAGES = 6, 60

DOOMED_WORKER = """
import sys

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.EMAIL_BACKEND = "messaging.tests.factories.KillingBackend"
django.setup()

from django.utils import timezone
from messaging import services
from messaging.tests.factories import register_test_kind

register_test_kind()
services.deliver_due(now=timezone.now())
"""


def queue_messages(count):
    user, thing = make_user(), make_thing()
    with transaction.atomic():
        services.queue_many([Draft(key=f"pep-due:{number}", kind=KIND, to=user, about=thing) for number in range(count)])


def test_of_many_workers_exactly_one_sends_each_message():
    queue_messages(MESSAGES)
    now = timezone.now()

    def work(_):
        try:
            return services.deliver_due(now=now).sent
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        sent = list(pool.map(work, range(WORKERS)))
    assert sum(sent) == MESSAGES
    assert len(mail.outbox) == len({message.extra_headers["Message-ID"] for message in mail.outbox}) == MESSAGES
    assert Message.objects.filter(state=MessageState.SENT).count() == MESSAGES


def test_a_worker_killed_between_claim_and_mail_loses_no_message():
    queue_messages(3)
    worker = subprocess.run(
        [sys.executable, "-c", DOOMED_WORKER, str(connection.settings_dict["NAME"])],
        cwd=settings.BASE_DIR,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert worker.returncode == -signal.SIGKILL, worker.stderr
    claimed = Message.objects.get(state=MessageState.CLAIMED)
    assert Message.objects.filter(state=MessageState.QUEUED).count() == 2

    now = timezone.now()
    assert services.deliver_due(now=now) == Delivered(sent=2)
    assert services.deliver_due(now=now + timedelta(minutes=14)) == Delivered()
    assert services.deliver_due(now=now + timedelta(minutes=15)) == Delivered(sent=1)
    assert mail.outbox[-1].extra_headers["Message-ID"] == claimed.message_id
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == len(mail.outbox) == 3
