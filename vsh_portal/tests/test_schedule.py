"""The table of periodic jobs, when each is due, and the loop without Celery."""

import os
import signal
import subprocess
import sys
import time as clock
from datetime import UTC, datetime, time, timedelta

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string

from messaging.models import Heartbeat
from messaging.services import beat
from vsh_portal import due
from vsh_portal.celery import app
from vsh_portal.schedule import JOBS, Job

EVERY_MORNING = Job("test.morning", "vsh_portal.tests.test_schedule.morning", "Runs at seven.", when=time(7))
AT_EVERY_CALL = Job("test.paced", "vsh_portal.tests.test_schedule.paced", "Runs again and again.", when=timedelta(seconds=2))
BROKEN = Job("test.broken", "vsh_portal.tests.test_schedule.broken", "Fails.", when=timedelta(seconds=2))
calls: list[str] = []


def morning():
    calls.append("morning")
    beat("test.morning")


def paced():
    calls.append("paced")
    beat("test.paced")


def broken():
    raise RuntimeError("A child's name stood here")


@pytest.fixture(autouse=True)
def _fresh_calls():
    calls.clear()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- the table


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_each_entry_imports_and_has_a_sentence(job):
    assert import_string(job.task).name == job.name
    assert job.sentence.endswith(".")


def test_each_task_of_ours_is_listed():
    app.loader.import_default_modules()
    assert {name for name in app.tasks if not name.startswith("celery.")} == {job.name for job in JOBS}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
@pytest.mark.django_db(transaction=True)
def test_each_job_runs_and_leaves_its_heartbeat(job):
    import_string(job.task)()
    assert Heartbeat.objects.filter(name=job.name).exists()


def test_beat_follows_the_same_table():
    assert {name: entry["task"] for name, entry in app.conf.beat_schedule.items()} == {job.name: job.name for job in JOBS}
    for job in JOBS:
        schedule = app.conf.beat_schedule[job.name]["schedule"]
        expected = crontab(hour=job.when.hour, minute=job.when.minute) if isinstance(job.when, time) else job.when
        assert schedule == expected


def test_a_killed_worker_loses_no_task():
    conf = app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (True, True, 1)
    assert conf.broker_transport_options == {"visibility_timeout": 900, "unacked_restore_interval": 10, "unacked_restore_throttle": 1}
    assert conf.task_time_limit < conf.broker_transport_options["visibility_timeout"]
    assert (conf.accept_content, conf.task_ignore_result, str(conf.timezone)) == (["json"], True, "Europe/London")


# --- when a daily job is due


@pytest.mark.parametrize(
    ("now", "last", "expected"),
    [
        ("2026-01-12 06:59", "2026-01-11 07:00", False),
        ("2026-01-12 07:00", "2026-01-11 07:00", True),
        ("2026-01-12 23:59", "2026-01-12 07:00", False),
        ("2026-01-12 06:00", "2026-01-10 07:00", True),  # two days of outage are caught up before seven
        ("2026-06-12 05:59", "2026-06-11 06:00", False),  # in summer seven in London is six UTC
        ("2026-06-12 06:00", "2026-06-11 06:00", True),
        ("2026-03-29 06:00", "2026-03-28 07:00", True),  # the night the clocks go forward
        ("2026-10-25 06:30", "2026-10-24 06:00", False),  # the night they go back: half past six in London
        ("2026-10-25 07:00", "2026-10-24 06:00", True),
    ],
)
def test_a_daily_job_is_due_once_for_each_of_its_times(now, last, expected):
    assert due.is_due(EVERY_MORNING, now=moment(now), last=moment(last)) is expected


def test_a_job_that_never_ran_is_due():
    assert due.is_due(EVERY_MORNING, now=moment("2026-01-12 03:00"), last=None)


def test_a_paced_job_is_due_at_every_call():
    now = moment("2026-01-12 03:00")
    assert due.is_due(AT_EVERY_CALL, now=now, last=now)


# --- running


@pytest.mark.django_db
def test_two_runners_run_a_daily_job_once_and_a_paced_one_each_time(frozen):
    frozen("2026-01-12 08:00")
    for runner in (due.Runner([EVERY_MORNING, AT_EVERY_CALL]), due.Runner([EVERY_MORNING, AT_EVERY_CALL])):
        assert runner.run(now=moment("2026-01-12 08:00")) == []
    assert calls == ["morning", "paced", "paced"]


@pytest.mark.django_db
def test_a_failed_job_holds_up_no_other_and_waits_a_minute(caplog):
    runner = due.Runner([BROKEN, AT_EVERY_CALL])
    assert runner.run(now=moment("2026-01-12 08:00:00")) == ["test.broken"]
    assert runner.run(now=moment("2026-01-12 08:00:59")) == []
    assert runner.run(now=moment("2026-01-12 08:01:00")) == ["test.broken"]
    assert calls == ["paced"] * 3
    assert [record.job for record in caplog.records] == ["test.broken"] * 2


@pytest.mark.django_db
def test_a_single_run_with_a_failed_job_says_so(monkeypatch):
    monkeypatch.setattr(due.Runner.__init__, "__defaults__", ((BROKEN,),))
    with pytest.raises(CommandError, match="test.broken"):
        call_command("run_due")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_loop_ends_within_two_seconds_of_a_signal(tmp_path, number):
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    environment = {**os.environ, "VSH_VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/loop.sqlite3"}
    subprocess.run([*manage, "migrate", "-v", "0"], env=environment, check=True)
    loop = subprocess.Popen([*manage, "run_due", "--every", "60"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        clock.sleep(4)
        assert loop.poll() is None
        told = clock.monotonic()
        loop.send_signal(number)
        _out, errors = loop.communicate(timeout=10)
        assert (loop.returncode, errors) == (0, "")
        assert clock.monotonic() - told < 2
    finally:
        loop.kill()
        loop.wait()
