"""Makes the demo: an invented council, its people, settings, children, places, plans and notes, through the same doors as people use."""

import json
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.scopes import today
from accounts.services import schools
from caseload.models import Child
from caseload.services import children_import
from vsh_portal import reference
from vsh_portal.demo import notes, people, plans

LIST_CAME = timedelta(weeks=12)  # ago: the places began after it
FILES = Path(settings.BASE_DIR) / "vsh_portal" / "demo"


class Command(BaseCommand):
    help = "Fill an empty portal with invented people, settings, children and plans, and print who can sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="do not print the people")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's people and their password are public: it is not made in production.")
        if not Child.objects.exists():
            self.make(today())
        if not options["quiet"]:
            for person in people.PEOPLE:
                self.stdout.write(
                    json.dumps({"role": person.role.label, "name": person.name, "email": person.email, "password": people.PASSWORD})
                )

    def make(self, on: date) -> None:
        """Everything, in the order a council would do it."""
        reference.load()
        people.make_council()
        head, now = User.objects.get(email="head@example.org"), timezone.now()
        with (FILES / "settings.csv").open("rb") as file:
            batch = schools.preview(file=file, authorities=[settings.LA_CODE], by=head)
        schools.commit(batch_id=batch.pk, by=head, now=now)
        people.make_setting_staff()
        with (FILES / "children.csv").open("rb") as file:
            batch = children_import.preview(file=file, by=head, now=now - LIST_CAME)
        children_import.commit(batch_id=batch.pk, by=head, now=now - LIST_CAME)
        plans.make(head=head, on=on, now=now)
        notes.make(on=on)
