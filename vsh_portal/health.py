"""Is the portal alive? For machines (/healthz, /readyz) and for the office (the health page with "run due jobs now")."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PUBLIC, access
from accounts.roles import Permission
from messaging import selectors as messaging
from vsh_portal.due import Runner
from vsh_portal.schedule import JOBS, Job

MAIL_LATE_AFTER = timedelta(minutes=15)
PACED_LATE_AFTER = timedelta(minutes=10)
DAILY_LATE_AFTER = timedelta(hours=26)
# A web process never imports WeasyPrint: PDFs are left to the worker.
JOBS_FOR_WEB = tuple(job for job in JOBS if job.name != "peps.render_due")


@access(PUBLIC)
@require_http_methods(["GET", "HEAD"])
def healthz(request: HttpRequest) -> HttpResponse:
    """Live: the process answers. It asks neither database nor cache."""
    return HttpResponse("ok", content_type="text/plain")


@access(PUBLIC)
@require_http_methods(["GET", "HEAD"])
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: which part works, with status 503 if one does not. No numbers, no names."""
    parts = {"database": _database_works(), "cache": _cache_works(), "background": False}
    if parts["database"]:
        beats = messaging.health(timezone.now()).beats
        parts["background"] = all(not _late(job, beats.get(job.name), timezone.now()) for job in JOBS if isinstance(job.when, timedelta))
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


@access(Permission.VIEW_HEALTH)
@require_http_methods(["GET"])
def health(request: HttpRequest) -> HttpResponse:
    """The health page: mail, background jobs, and what to do where one is late."""
    now = timezone.now()
    found = messaging.health(now)
    jobs = [
        {"name": job.sentence, "at": found.beats.get(job.name), "late": _late(job, found.beats.get(job.name), now), "when": _pace(job)}
        for job in JOBS
    ]
    mail_late = found.late_by is not None and found.late_by > MAIL_LATE_AFTER
    return render(request, "health.html", {"jobs": jobs, "failed": found.failed, "late_by": found.late_by, "mail_late": mail_late})


@access(Permission.VIEW_HEALTH)
@require_POST
def run_due_now(request: HttpRequest) -> HttpResponse:
    """Runs every due job but the PDFs, by the same code as the background loop (feature 7.9)."""
    failed = Runner(JOBS_FOR_WEB).run(now=timezone.now())
    if failed:
        messages.error(request, f"{len(failed)} of the due jobs failed. The log says why; they are tried again by themselves.")
    else:
        messages.success(request, "All due jobs have run. PDFs are made by the background work only.")
    return redirect("health")


def _late(job: Job, at: datetime | None, now: datetime) -> bool:
    allowed = PACED_LATE_AFTER if isinstance(job.when, timedelta) else DAILY_LATE_AFTER
    return at is None or now - at > allowed


def _pace(job: Job) -> str:
    return "all the time" if isinstance(job.when, timedelta) else f"daily at {job.when:%H:%M}"


def _database_works() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache_works() -> bool:
    try:
        cache.set("readyz", "ok", 5)
        return cache.get("readyz") == "ok"
    except Exception:  # whatever the cache's driver raises, the answer is "no"
        return False
