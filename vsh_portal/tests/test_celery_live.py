"""A real worker with beat on a real Redis delivers what is due; it is the trigger only, the work is that of run_due."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.roles import Role
from accounts.services import people
from accounts.tests.factories import SettingFactory, person
from messaging.models import Heartbeat, Message
from messaging.states import MessageState

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]
PATIENCE = 90


@pytest.fixture
def worker(tmp_path):
    """`celery worker -B` in a process group of its own, on the test's database and Redis."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}&port={database['PORT']}"
    environment = {**os.environ, "DATABASE_URL": url, "VSH_VAR_DIR": str(tmp_path), "VSH_MODE": "test"}
    command = [sys.executable, "-m", "celery", "-A", "vsh_portal", "worker", "-B", "-c", "1", "-s", str(tmp_path / "beat"), "-l", "WARNING"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)
    yield tmp_path
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def invited() -> Message:
    with transaction.atomic():
        school = SettingFactory().organisation
        membership = people.invite(
            email="nell@example.org",
            name="Nell Teacher",
            role=Role.DESIGNATED_TEACHER,
            organisation_id=school.pk,
            by=person(Role.HEAD),
            now=timezone.now(),
        )
    return Message.objects.get(recipient=membership.user)


def wait_until(came) -> None:
    end = time.monotonic() + PATIENCE
    while not came() and time.monotonic() < end:
        time.sleep(0.5)
    assert came()


def test_beat_and_worker_deliver_a_message_and_leave_their_heartbeats(worker: Path):
    message = invited()
    wait_until(lambda: Message.objects.get(pk=message.pk).state == MessageState.SENT)
    [letter] = (worker / "mail").iterdir()
    assert letter.read_text().count("Message-ID:") == 1
    assert "Nell" not in letter.read_text()
    wait_until(lambda: {"messaging.deliver_due", "peps.render_due"} <= set(Heartbeat.objects.values_list("name", flat=True)))
