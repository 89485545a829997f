"""Loads the term dates of 2025/26 to 2027/28. The data lives in core.terms, which can load it again after a flush."""

from django.db import migrations

from core.terms import load_terms


def load(apps, schema_editor):
    load_terms(apps)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
