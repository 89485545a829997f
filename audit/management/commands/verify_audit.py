"""Says whether anybody has changed the audit trail."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit import selectors, triggers
from audit.models import CHAINS


class Command(BaseCommand):
    help = "Walks both audit chains and prints one line for each; ends with code 1 where one is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", type=Path, help="a file written earlier by export_audit_head and kept elsewhere")

    def handle(self, *args: Any, head: Path | None, **options: Any) -> None:
        exported = _read_heads(head) if head else {}
        verdicts = [selectors.verify(chain, exported=exported.get(chain)) for chain in CHAINS]
        for verdict in verdicts:
            found = "unbroken" if verdict.ok else f"BROKEN at number {verdict.broken_seq}: {verdict.reason}"
            self.stdout.write(f"{verdict.chain}: {verdict.count} entries, {found}")
        if not triggers.present(connection):
            raise CommandError("The audit tables are not guarded by their triggers. Run: python manage.py migrate --skip-checks")
        if not all(verdict.ok for verdict in verdicts):
            raise CommandError("The audit trail is broken. Keep the database as it is and tell the person responsible for data protection.")


def _read_heads(path: Path) -> dict[str, selectors.Head]:
    try:
        content = json.loads(path.read_text())
        return {chain: selectors.Head(int(content[chain]["seq"]), str(content[chain]["hash"])) for chain in CHAINS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} is not a file written by export_audit_head.") from error
