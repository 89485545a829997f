"""Takes in a list of children; without --commit it only tells what would change. Lines are told by number, never by name."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.scopes import today
from caseload.imports.comparing import UNCHANGED, Group
from caseload.services import child_lists
from core.errors import Refused
from core.models import ImportRow

SHOWN_LINES = 20


class Command(BaseCommand):
    """Exit code 0 when the list could be read (and was taken in, with --commit), 1 when it was refused."""

    help = "Reads a list of children (CSV) and shows what would change; with --commit takes it in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the CSV file")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="who takes it in: someone who may import")
        parser.add_argument("--on", metavar="YYYY-MM-DD", type=date.fromisoformat, default=None, help="the day of the list (default today)")
        parser.add_argument("--commit", action="store_true", help="take the list in")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["by"]).first()
        if person is None:
            raise CommandError("Nobody has the e-mail address given with --by.")
        on = options["on"] or today()
        try:
            with Path(options["file"]).open("rb") as file:
                if options["commit"]:
                    self._commit(file, on, person)
                else:
                    found = child_lists.plan(file=file, on=on, by=person)
                    self._tell(found.counts, found.rows)
                    self.stdout.write("Nothing was changed. Add --commit to take the list in.")
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}.") from error
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal

    def _commit(self, file: Any, on: date, person: User) -> None:
        batch = child_lists.preview(file=file, on=on, by=person, now=timezone.now())
        self._tell(batch.counts, list(batch.rows.filter(group__in=[Group.WRONG, Group.CLOSE])))
        if batch.counts[Group.CLOSE]:
            child_lists.discard(batch_id=batch.pk, by=person, now=timezone.now())
            raise CommandError("Close matches are decided by a person: upload this list on the page “Take in a list of children”.")
        child_lists.commit(batch_id=batch.pk, by=person, now=timezone.now())
        self.stdout.write(self.style.SUCCESS("Taken in."))

    def _tell(self, counts: dict[str, int], rows: list[ImportRow]) -> None:
        for name, label in (*Group.choices, (UNCHANGED, "Unchanged")):
            self.stdout.write(f"{counts[name]:>7}  {label}")
        lines = [row for row in rows if row.group in {Group.WRONG, Group.CLOSE}]
        for row in lines[:SHOWN_LINES]:
            column = f", column “{row.column}”" if row.column else ""
            self.stderr.write(f"Line {row.line}{column}: {row.message or 'we may have this child; a person decides.'}")
        if len(lines) > SHOWN_LINES:
            self.stderr.write(f"… and {len(lines) - SHOWN_LINES} more lines.")
