"""Celery shells over the services; run_due calls the same services without Celery."""

from celery import shared_task
from django.utils import timezone

from messaging import services


@shared_task(name="messaging.deliver_due")
def deliver_due() -> None:
    """Send the mails that are due."""
    now = timezone.now()
    delivered = services.deliver_due(now=now)
    services.beat("messaging.deliver_due", str(delivered), now=now)
