"""Loads the two advisory phases."""

from django.db import migrations

from accounts.reference_data import load_phases


def forwards(apps, schema_editor):
    load_phases(apps)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
