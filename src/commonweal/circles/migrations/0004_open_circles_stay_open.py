"""Circles from before were all open, looked after by whoever started them, and their sessions were counted as said."""

from django.db import migrations
from django.db.models import F


def as_before(apps, schema_editor):
    apps.get_model("circles", "Circle").objects.update(opened_at=F("started_at"), facilitator=F("started_by"))
    apps.get_model("circles", "Attendance").objects.update(counted_at=F("at"))


class Migration(migrations.Migration):
    dependencies = [("circles", "0003_circles_in_depth")]

    operations = [migrations.RunPython(as_before, migrations.RunPython.noop)]
