"""The Celery app: only the trigger for due work. `manage.py run_due` does the same work without it."""

import os
from datetime import time
from typing import Any

from celery import Celery
from celery.schedules import crontab

from vsh_portal.schedule import JOBS, Job

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vsh_portal.settings")


def beat_entry(job: Job) -> dict[str, Any]:
    """`job` in the words of Celery beat."""
    if isinstance(job.when, time):
        return {"task": job.name, "schedule": crontab(hour=job.when.hour, minute=job.when.minute)}
    # A trigger nobody took before the next ones is stale: those find the same work.
    return {"task": job.name, "schedule": job.when, "options": {"expires": 10 * job.when.total_seconds()}}


app = Celery("vsh_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_serializer="json",
    result_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    # A killed worker's task comes back after 15 minutes to a live one; without the throttle after far more (stack.md 5).
    broker_transport_options={"visibility_timeout": 900, "unacked_restore_interval": 10, "unacked_restore_throttle": 1},
    task_time_limit=600,
    timezone="Europe/London",
    enable_utc=True,
    beat_schedule={job.name: beat_entry(job) for job in JOBS},
)
app.autodiscover_tasks()
