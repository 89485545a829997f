"""Celery shell over the scanning; run_due calls the same function without Celery. Safe to run twice."""

from celery import shared_task
from django.utils import timezone

from documents.services import checking
from messaging.services import beat


@shared_task(name="documents.scan_due")
def scan_due() -> None:
    """Have scanned what waits."""
    now = timezone.now()
    checked = checking.scan_due(now=now)
    beat("documents.scan_due", str(checked), now=now)
