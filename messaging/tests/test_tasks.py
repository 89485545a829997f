"""The Celery shell does what run_due does, and leaves its sign of life."""

import pytest
from django.core import mail

from messaging import tasks
from messaging.models import Heartbeat
from messaging.tests.factories import queued

pytestmark = pytest.mark.django_db


def test_the_task_sends_what_is_due_and_leaves_a_heartbeat():
    queued()
    tasks.deliver_due()
    assert len(mail.outbox) == 1
    assert Heartbeat.objects.get(pk="messaging.deliver_due").detail == "Delivered(sent=1, suppressed=0, failed=0, later=0)"
