"""Celery shells over the services; run_due calls the same functions without Celery. Each is safe to run twice."""

from celery import shared_task
from django.utils import timezone

from messaging.services import beat
from peps.services import planning, printing, reminders

PRINTS_AT_ONCE = 3  # about half a second each: a stop signal waits for the batch


@shared_task(name="peps.render_due")
def render_due() -> None:
    """Make the PDFs that somebody waits for."""
    now = timezone.now()
    rendered = printing.render_due(now=now, limit=PRINTS_AT_ONCE)
    beat("peps.render_due", str(rendered), now=now)


@shared_task(name="peps.open_due")
def open_due() -> None:
    """Open the plans of today's cycle."""
    now = timezone.now()
    opened = planning.open_due(on=timezone.localdate(now))
    beat("peps.open_due", str(opened), now=now)


@shared_task(name="peps.queue_due")
def queue_due() -> None:
    """Queue today's reminders."""
    now = timezone.now()
    queued = reminders.queue_due(on=timezone.localdate(now))
    beat("peps.queue_due", str(queued), now=now)
