"""Every periodic job of the portal, in one table. Celery beat and `manage.py run_due` both follow it."""

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True)
class Job:
    """One periodic job: `when` is its pace, or its time of day in London.

    `name` is both its Celery name and its heartbeat's, which its shell `task` leaves when it has run to its end.
    """

    name: str
    task: str
    sentence: str
    when: timedelta | time


PACE = timedelta(seconds=2)
JOBS = (
    Job(
        "messaging.deliver_due",
        "messaging.tasks.deliver_due",
        "Sends the mails that are due, after checking each reader's right again.",
        when=PACE,
    ),
    Job("peps.render_due", "peps.tasks.render_due", "Makes the PDFs that somebody waits for.", when=PACE),
    Job(
        "documents.scan_due",
        "documents.tasks.scan_due",
        "Has the documents that came in checked for viruses; none is given out before.",
        when=PACE,
    ),
    Job("peps.open_due", "peps.tasks.open_due", "Opens this cycle's PEP for every active place that has none.", when=time(2)),
    Job(
        "caseload.forget_previews",
        "caseload.tasks.forget_previews",
        "Deletes previews of imports that nobody decided on for a week.",
        when=time(3),
    ),
    Job("peps.queue_due", "peps.tasks.queue_due", "Queues the day's reminders: opened, one week before, late.", when=time(7)),
)
