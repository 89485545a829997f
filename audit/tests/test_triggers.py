"""The database itself refuses to change or delete an entry."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from audit import triggers
from audit.models import Event, Viewing
from audit.tests.factories import make_user, record_some
from audit.triggers import TriggersMissing

TABLES = pytest.mark.parametrize("table", triggers.TABLES)


def run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
@TABLES
@pytest.mark.parametrize("statement", ["UPDATE {table} SET child_id = 'child-2'", "DELETE FROM {table}"])
def test_raw_sql_is_refused(table, statement):
    record_some(2)
    with pytest.raises(DatabaseError, match=triggers.REFUSAL):
        run(statement.format(table=table))
    assert Event.objects.filter(child_id="child-1").count() == Viewing.objects.filter(child_id="child-1").count() == 2


@pytest.mark.django_db
@TABLES
def test_an_entry_is_not_replaced_by_an_insert(table):
    record_some(1)
    insert = {
        "sqlite": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE seq = 1",
        "postgresql": f"INSERT INTO {table} SELECT * FROM {table} WHERE seq = 1 ON CONFLICT (seq) DO UPDATE SET child_id = 'child-2'",
    }
    with pytest.raises(DatabaseError, match=triggers.REFUSAL):
        run(insert[connection.vendor])


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Event, Viewing])
@pytest.mark.parametrize("method", ["save", "delete"])
def test_an_instance_is_refused_by_the_orm_too(model, method):
    record_some(1)
    entry = model.objects.get()
    entry.child_id = "child-2"
    with pytest.raises(DatabaseError, match=triggers.REFUSAL), transaction.atomic():
        getattr(entry, method)()
    assert model.objects.get().child_id == "child-1"


@pytest.mark.django_db(transaction=True)
def test_a_start_without_triggers_is_refused_until_migrate_has_put_them_back():
    make_user()
    assert errors() == []
    triggers.require(connection)
    triggers.remove(connection)
    assert errors() == ["audit.E001"]
    with pytest.raises(TriggersMissing):
        triggers.require(connection)
    call_command("migrate", "audit", skip_checks=True, verbosity=0)
    assert errors() == []
    triggers.require(connection)


@pytest.mark.django_db(transaction=True)
def test_one_missing_or_switched_off_trigger_is_noticed():
    table = triggers.TABLES[0]
    if connection.vendor == "postgresql":
        run(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change")
    else:
        run(f"DROP TRIGGER {table}_no_delete")
    assert not triggers.present(connection)
    triggers.install(connection)
    assert triggers.present(connection)


@pytest.mark.django_db(transaction=True)
def test_a_later_rebuild_of_the_table_ends_guarded_again():
    record_some(1)
    with connection.schema_editor() as editor:
        editor.alter_field(Event, Event._meta.get_field("verb"), short_verb())
    call_command("migrate", "audit", skip_checks=True, verbosity=0)
    with pytest.raises(DatabaseError, match=triggers.REFUSAL):
        run("DELETE FROM audit_event")
    with connection.schema_editor() as editor:
        editor.alter_field(Event, short_verb(), Event._meta.get_field("verb"))
    call_command("migrate", "audit", skip_checks=True, verbosity=0)
    assert triggers.present(connection)


def short_verb():
    field = models.CharField(max_length=200)
    field.set_attributes_from_name("verb")
    field.model = Event
    return field


def errors():
    return [message.id for message in run_checks(tags=["database"], databases=["default"]) if message.id.startswith("audit.")]
