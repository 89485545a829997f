"""Takes settings in from a national-register file; without --commit it only tells what would change."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.services import schools
from core.errors import Refused
from core.models import ImportRow

SHOWN_WRONG_LINES = 20


class Command(BaseCommand):
    """Exit code 0 when the file could be read (and was taken in, with --commit), 1 when it was refused."""

    help = "Reads a national-register file (GIAS edubasealldata, CSV) and shows what would change; with --commit takes it in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the CSV file")
        parser.add_argument(
            "--authority", action="append", help=f"authority number, may be given several times, or all (default {settings.LA_CODE})"
        )
        parser.add_argument("--commit", action="store_true", help="take the file in; needs --by")
        parser.add_argument("--by", metavar="EMAIL", help="who takes it in: someone who may import")

    def handle(self, *args: Any, **options: Any) -> None:
        authorities = options["authority"] or [settings.LA_CODE]
        if options["commit"] and not options["by"]:
            raise CommandError("Say who takes the file in: --by EMAIL.")
        try:
            with Path(options["file"]).open("rb") as file:
                if options["commit"]:
                    self._commit(file, authorities, options["by"])
                else:
                    found = schools.plan(file=file, authorities=authorities)
                    self._tell(found.counts, found.rows)
                    self.stdout.write("Nothing was changed. Add --commit and --by EMAIL to take the file in.")
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}.") from error
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal

    def _commit(self, file: Any, authorities: list[str], email: str) -> None:
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"Nobody has the e-mail address {email}.")
        batch = schools.preview(file=file, authorities=authorities, by=person)
        self._tell(batch.counts, list(batch.rows.filter(group=ImportRow.WRONG)))
        schools.commit(batch_id=batch.pk, by=person, now=timezone.now())
        self.stdout.write(self.style.SUCCESS("Taken in."))

    def _tell(self, counts: dict[str, int], rows: list[ImportRow]) -> None:
        for name, label in (*schools.Group.choices, *schools.Counted.choices):
            self.stdout.write(f"{counts[name]:>7}  {label}")
        wrong = [row for row in rows if row.group == ImportRow.WRONG]
        for row in wrong[:SHOWN_WRONG_LINES]:
            column = f", column “{row.column}”" if row.column else ""
            self.stderr.write(f"Line {row.line}{column}: {row.message}")
        if len(wrong) > SHOWN_WRONG_LINES:
            self.stderr.write(f"… and {len(wrong) - SHOWN_WRONG_LINES} more wrong lines.")
