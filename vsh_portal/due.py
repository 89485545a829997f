"""Which jobs of the schedule are due, and running them without Celery."""

import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.module_loading import import_string

from messaging.models import Heartbeat
from vsh_portal.schedule import JOBS, Job

logger = logging.getLogger("vsh.due")
RETRY_AFTER = timedelta(minutes=1)


def last_moment(at: time, now: datetime) -> datetime:
    """The latest moment, up to `now`, at which the clock in London said `at`."""
    local = timezone.localtime(now)
    today = datetime.combine(local.date(), at, tzinfo=local.tzinfo)
    return today if today <= local else datetime.combine(local.date() - timedelta(days=1), at, tzinfo=local.tzinfo)


def is_due(job: Job, *, now: datetime, last: datetime | None) -> bool:
    """Whether `job` should run: a paced one at every call, a daily one once for each of its times, also after an outage."""
    return isinstance(job.when, timedelta) or last is None or last < last_moment(job.when, now)


class Runner:
    """Runs due jobs again and again; a failed one waits a minute and holds up no other."""

    def __init__(self, jobs: Iterable[Job] = JOBS) -> None:
        self.jobs = tuple(jobs)
        self.retry_at: dict[str, datetime] = {}

    def run(self, *, now: datetime) -> list[str]:
        """Runs what is due at `now` and returns the names of the jobs that failed. Safe to run twice at once: jobs are."""
        last = dict(Heartbeat.objects.values_list("name", "at"))
        failed = []
        for job in self.jobs:
            if now < self.retry_at.get(job.name, now) or not is_due(job, now=now, last=last.get(job.name)):
                continue
            if not self.attempt(job, now=now):
                failed.append(job.name)
        return failed

    def attempt(self, job: Job, *, now: datetime) -> bool:
        """Runs `job`, which leaves its own heartbeat; a failure is logged and remembered, never raised."""
        try:
            import_string(job.task)()
        except Exception:
            logger.exception("Job failed", extra={"job": job.name})
            self.retry_at[job.name] = now + RETRY_AFTER
            return False
        self.retry_at.pop(job.name, None)
        return True
