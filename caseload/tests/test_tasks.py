"""Staged lists do not lie about."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from caseload.services.children_import import KIND
from caseload.tasks import PREVIEW_LASTS, forget_previews
from core import staging
from core.models import ImportRow
from messaging.models import Heartbeat

pytestmark = pytest.mark.django_db


def staged(when: datetime) -> None:
    row = ImportRow(group="new", line=2, key="SC1", data={"first_name": "Invented"})
    staging.stage(kind=KIND, file_name="", parameters={}, counts={}, basis="", rows=[row], by=UserFactory(), now=when)


def test_an_old_preview_goes_with_its_rows_and_a_fresh_one_stays():
    now = timezone.now()
    staged(now - PREVIEW_LASTS - timedelta(hours=1))
    staged(now)
    forget_previews()
    assert ImportRow.objects.count() == 1
    assert Heartbeat.objects.get(name="caseload.forget_previews").detail == "1 forgotten"
