"""Database triggers that refuse to change or delete an audit entry, whoever asks (safety.md T18).

SQLite drops a table's triggers when a migration rebuilds it, so these are put back after every migrate (audit/apps.py).
None stands on TRUNCATE: on PostgreSQL that is how tests flush, and the application's role does not own the tables.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("audit_event", "audit_viewing")
REFUSAL = "audit entries are append-only"
FUNCTION = "audit_refuse_change"
# INSERT OR REPLACE removes the old row of SQLite without asking its DELETE trigger.
SQLITE_TRIGGERS = {
    "{table}_no_update": "BEFORE UPDATE ON {table}",
    "{table}_no_delete": "BEFORE DELETE ON {table}",
    "{table}_no_replace": "BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE seq = NEW.seq)",
}
POSTGRESQL_TRIGGERS = {"{table}_no_change": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"}


class TriggersMissing(Exception):
    """The audit tables could be changed: nothing may run on this database."""


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on both audit tables; safe to repeat."""
    if present(connection):
        return
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql "
                f"AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
            action = f"EXECUTE FUNCTION {FUNCTION}()"
        else:
            action = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for _table, name, when in _triggers(connection):
            cursor.execute(f"CREATE TRIGGER {name} {when} {action}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for the flush after a transactional test and for migrating backwards; safe to repeat."""
    with connection.cursor() as cursor:
        for table, name, _when in _triggers(connection):
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}()")


def present(connection: BaseDatabaseWrapper) -> bool:
    """Whether every trigger is there and switched on."""
    expected = {name for _table, name, _when in _triggers(connection)}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal "
                "AND tgrelid IN (SELECT to_regclass(name) FROM unnest(%s) AS name)",
                [list(TABLES)],
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return expected <= {row[0] for row in cursor.fetchall()}


def tables_exist(connection: BaseDatabaseWrapper) -> bool:
    """Whether the audit app has been migrated here at all."""
    return set(TABLES) <= set(connection.introspection.table_names())


def require(connection: BaseDatabaseWrapper) -> None:
    """Raise TriggersMissing unless the audit tables exist and are guarded; called before any work starts."""
    if not (tables_exist(connection) and present(connection)):
        raise TriggersMissing("The audit tables are not guarded by their triggers. Run: python manage.py migrate --skip-checks")


@contextmanager
def suspended(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Tests only: the triggers are away inside the block and back after it."""
    remove(connection)
    try:
        yield
    finally:
        install(connection)


def _triggers(connection: BaseDatabaseWrapper) -> list[tuple[str, str, str]]:
    """(table, trigger name, when it fires) for this database."""
    kinds = POSTGRESQL_TRIGGERS if connection.vendor == "postgresql" else SQLITE_TRIGGERS
    return [(table, name.format(table=table), when.format(table=table)) for table in TABLES for name, when in kinds.items()]
