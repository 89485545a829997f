"""Loads the pools of 70 and 20 numbered places. The data lives in caseload.pools, which can load it again after a flush."""

from django.db import migrations

from caseload.pools import load_pools


def load(apps, schema_editor):
    load_pools(apps)


class Migration(migrations.Migration):
    dependencies = [("caseload", "0001_children_and_places")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
