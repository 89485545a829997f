"""The adviser that is suggested, and how a setting is found."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from accounts.tests.factories import SettingFactory, adviser
from caseload.selectors import find_settings, suggest_adviser
from caseload.tests.factories import AdviserAllocationFactory, ChildFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_the_adviser_of_the_phase_with_the_fewest_children_is_suggested_with_the_reason():
    busy, quiet, other = adviser(name="Bea Busy"), adviser(name="Quin Quiet"), adviser("secondary", name="Sam Other")
    for _ in range(2):
        AdviserAllocationFactory(adviser=busy)
    AdviserAllocationFactory(adviser=quiet)
    AdviserAllocationFactory(adviser=quiet, ends_on=TODAY)
    found = suggest_adviser(ChildFactory(), TODAY)
    assert found.adviser == quiet
    assert found.reason == ("Quin Quiet works with Early years and primary, where Year 5 belongs, and has 1 child now, the fewest of 2.")
    assert suggest_adviser(ChildFactory(secondary=True), TODAY).adviser == other


def test_nobody_is_suggested_where_the_phase_has_nobody_now():
    gone = adviser()
    Membership.objects.filter(user=gone).update(ends_on=TODAY)
    assert suggest_adviser(ChildFactory(), TODAY) is None


def test_the_override_of_the_school_year_decides_the_phase():
    primary, _ = adviser(), adviser("secondary")
    assert suggest_adviser(ChildFactory(secondary=True, school_year_override=6), TODAY).adviser == primary


def test_a_suggestion_takes_the_same_statements_for_many_children():
    one = adviser()
    counts = []
    for more in (1, 20):
        for _ in range(more):
            AdviserAllocationFactory(adviser=one)
        with CaptureQueriesContext(connection) as captured:
            suggest_adviser(ChildFactory.build(), TODAY)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_setting_is_found_by_urn_or_by_every_word_of_its_name():
    found = SettingFactory(urn="123456", organisation__name="St Example's Primary School")
    SettingFactory(urn="1234567", organisation__name="Example Academy")
    SettingFactory(organisation__name="Old Example Primary", status="2")
    assert list(find_settings("123456")) == [found]
    assert list(find_settings("primary example")) == [found]
    assert not find_settings("secondary")
