"""Takes settings in from a national-register file; without --commit it only tells what would change."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import User
from accounts.services import schools
from core.import_command import ImportCommand
from core.models import ImportRow

LABELS = (*schools.Group.choices, *schools.Counted.choices)


class Command(ImportCommand):
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
        with self.opened(options["file"]) as file:
            if options["commit"]:
                self._commit(file, authorities, options["by"])
            else:
                found = schools.plan(file=file, authorities=authorities)
                self.tell(LABELS, found.counts, found.rows)
                self.stdout.write("Nothing was changed. Add --commit and --by EMAIL to take the file in.")

    def _commit(self, file: Any, authorities: list[str], email: str) -> None:
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"Nobody has the e-mail address {email}.")
        batch = schools.preview(file=file, authorities=authorities, by=person)
        self.tell(LABELS, batch.counts, list(batch.rows.filter(group=ImportRow.WRONG)))
        schools.commit(batch_id=batch.pk, by=person, now=timezone.now())
        self.stdout.write(self.style.SUCCESS("Taken in."))
