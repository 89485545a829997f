"""Writes the generated pages of docs/, or with --check says whether they are true."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vsh_portal.generated_docs import documents


class Command(BaseCommand):
    help = "Write docs/roles.md and docs/states.md from the tables the portal runs by."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is not true")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = [path for path, text in documents().items() if not path.exists() or path.read_text() != text]
        if options["check"] and stale:
            raise CommandError("Not true any more: " + ", ".join(path.name for path in stale) + ". Run manage.py generate_docs.")
        if not options["check"]:
            for path, text in documents().items():
                path.write_text(text)
        self.stdout.write("docs/roles.md and docs/states.md are true.")
