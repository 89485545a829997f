from django.db import migrations

from audit import triggers


def guard(apps, schema_editor):
    triggers.install(schema_editor.connection)


def unguard(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Guards the audit tables; audit/apps.py puts the triggers back after every later migrate."""

    dependencies = [("audit", "0001_trail")]

    operations = [migrations.RunPython(guard, unguard)]
