"""Takes in a list of children; without --commit it only tells what would change. Lines are told by number, never by name."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import User
from caseload.services import children_import
from caseload.services.children_import import Counted, Done, Group
from core.import_command import ImportCommand

LABELS = (*Group.choices, *Counted.choices)
DONE = ((Group.NEW, "new"), (Group.CHANGED, "changed"), *Done.choices)


class Command(ImportCommand):
    """Exit code 0 when the list could be read (and was taken in, with --commit), 1 when it was refused.

    Close matches and proposals are for a person at the preview page: the command leaves them out and counts them.
    """

    help = "Reads a list of children (CSV) and shows what would change; with --commit takes it in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the CSV file")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="who takes it in: someone who may import")
        parser.add_argument("--commit", action="store_true", help="take the list in")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["by"]).first()
        if person is None:
            raise CommandError(f"Nobody has the e-mail address {options['by']}.")
        with self.opened(options["file"]) as file:
            if options["commit"]:
                self._commit(file, person)
            else:
                found = children_import.plan(file=file, by=person, on=timezone.localdate())
                self.tell(LABELS, found.counts, found.rows)
                self.stdout.write("Nothing was changed. Add --commit to take the list in.")

    def _commit(self, file: Any, person: User) -> None:
        batch = children_import.preview(file=file, by=person)
        self.tell(LABELS, batch.counts, batch.rows.filter(group=Group.WRONG))
        done = children_import.commit(batch_id=batch.pk, by=person, now=timezone.now())
        self.stdout.write("")
        for name, label in DONE:
            self.stdout.write(f"{done[name]:>7}  {label}")
        self.stdout.write(self.style.SUCCESS("Taken in."))
