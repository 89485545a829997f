"""Loads the types of document. The data lives in documents.types, which can load it again after a flush."""

from django.db import migrations

from documents.types import load_types


def load(apps, schema_editor):
    load_types(apps)


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_attachments")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
