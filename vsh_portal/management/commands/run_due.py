"""Runs the due jobs of vsh_portal/schedule.py: the background work of a portal without Celery."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, close_old_connections
from django.utils import timezone

from vsh_portal.due import Runner


class Command(BaseCommand):
    """`run_due` once, or `run_due --every 2` until it is told to stop."""

    help = "Run every due job once, or with --every SECONDS until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--every."""
        parser.add_argument("--every", type=float, metavar="SECONDS", help="run again and again, with this pause between")

    def handle(self, *args: Any, every: float | None = None, **options: Any) -> None:
        """Raises CommandError where a single run had a failed job."""
        runner = Runner()
        if every is None:
            failed = runner.run(now=timezone.now())
            if failed:
                raise CommandError(f"These jobs failed: {', '.join(failed)}. The log says where.")
            return
        self.loop(runner, every)

    def loop(self, runner: Runner, every: float) -> None:
        """Until a signal; the job at work is finished first. A database that is away is tried again."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            try:
                runner.run(now=timezone.now())
            except Error as error:
                self.stderr.write(f"The database does not answer ({type(error).__name__}); trying again.")
            stop.wait(every)
