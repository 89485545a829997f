"""Loads the three reminders of a plan. The data lives in peps.reminder_rules, which can load it again after a flush."""

from django.db import migrations

from peps.reminder_rules import load_rules


def load(apps, schema_editor):
    load_rules(apps)


class Migration(migrations.Migration):
    dependencies = [("peps", "0002_load_templates"), ("messaging", "0001_outbox")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
