"""Loads version 1 of the templates. The data lives in peps.template_data; peps.services.templates can load it again after a flush."""

from django.db import migrations

from peps.services.templates import load_templates


def load(apps, schema_editor):
    load_templates(apps)


class Migration(migrations.Migration):
    dependencies = [("peps", "0001_plans")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
