from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db import connections
from django.db.models.signals import post_migrate

from audit import triggers
from audit.checks import audit_tables_are_guarded


class AuditConfig(AppConfig):
    """Append-only events and viewings in two hash chains."""

    name = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        # Infrastructure, not domain work: SQLite silently drops triggers when a later migration rebuilds a table.
        post_migrate.connect(put_triggers_back, sender=self)
        register(audit_tables_are_guarded, Tags.database)


def put_triggers_back(*, using: str, **kwargs: Any) -> None:
    """After every migrate (and every test flush) the audit tables are guarded again."""
    if triggers.tables_exist(connections[using]):
        triggers.install(connections[using])
