"""Refuses to run on a database whose audit tables are not guarded."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

from audit import triggers


def audit_tables_are_guarded(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """audit.E001 for each migrated database without the append-only triggers (runs with `check --database default`)."""
    unguarded = [
        alias for alias in databases or () if triggers.tables_exist(connections[alias]) and not triggers.present(connections[alias])
    ]
    return [
        Error(
            f"The audit tables of database '{alias}' have lost their append-only triggers.",
            hint="Run: python manage.py migrate --skip-checks (it puts them back), then python manage.py verify_audit",
            id="audit.E001",
        )
        for alias in unguarded
    ]
