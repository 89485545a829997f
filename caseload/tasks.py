"""Celery shells over the services; run_due calls the same functions without Celery. Each is safe to run twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts.services import schools
from caseload.services import children_import
from core.staging import forget_old_previews
from messaging.services import beat

PREVIEW_LASTS = timedelta(days=7)


@shared_task(name="caseload.forget_previews")
def forget_previews() -> None:
    """Delete staged lists that nobody decided on: they hold children's data."""
    now = timezone.now()
    gone = sum(forget_old_previews(kind=kind, before=now - PREVIEW_LASTS) for kind in (schools.KIND, children_import.KIND))
    beat("caseload.forget_previews", f"{gone} forgotten", now=now)
