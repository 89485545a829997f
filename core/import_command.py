"""The base of the commands that take a file in."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError

from core.errors import Refused
from core.models import ImportRow

SHOWN_WRONG_LINES = 20


class ImportCommand(BaseCommand):
    """A command that reads a file: whatever refuses it becomes one sentence and exit code 1."""

    @contextmanager
    def opened(self, path: str) -> Iterator[BinaryIO]:
        """The file; raises CommandError for one that cannot be opened and for every Refused inside."""
        try:
            with Path(path).open("rb") as file:
                yield file
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal

    def tell(self, labels: Iterable[tuple[str, str]], counts: Mapping[str, int], rows: Iterable[ImportRow]) -> None:
        """The counts, and what is wrong with the first wrong lines."""
        for name, label in labels:
            self.stdout.write(f"{counts[name]:>7}  {label}")
        wrong = [row for row in rows if row.group == ImportRow.WRONG]
        for row in wrong[:SHOWN_WRONG_LINES]:
            column = f", column “{row.column}”" if row.column else ""
            self.stderr.write(f"Line {row.line}{column}: {row.message}")
        if len(wrong) > SHOWN_WRONG_LINES:
            self.stderr.write(f"… and {len(wrong) - SHOWN_WRONG_LINES} more wrong lines.")
