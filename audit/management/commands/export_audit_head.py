"""Writes where the audit chains end, to be kept outside the database (safety.md T18: hourly)."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit import selectors


class Command(BaseCommand):
    help = "Prints the ends of both audit chains as one JSON line; keep it where nobody who can write the database can write."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps({"at": timezone.now().isoformat(timespec="seconds"), **selectors.heads()}))
