"""Taking a register file in: what the preview says, what the commit does, and what it refuses."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, Setting
from accounts.policies import NotAllowed
from accounts.roles import OrganisationKind, Role
from accounts.services import schools
from accounts.tests.factories import OrganisationFactory, SettingFactory, person
from accounts.tests.register_files import CLOSED, CLOSING, OPEN, file_of, school
from audit.models import Event
from caseload.tests.factories import EnrolmentFactory
from core import staging
from core.imports import UnreadableFile
from core.models import ImportBatch, ImportRow

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return person(Role.OFFICE)


def preview(by, *lines, authorities=("800",), **layout):
    return schools.preview(file=file_of(*lines, **layout), authorities=authorities, by=by, now=NOW)


def take_in(by, *lines, **how):
    return schools.commit(batch_id=preview(by, *lines, **how).pk, by=by, now=NOW)


def told(counts):
    return {name: count for name, count in counts.items() if count}


def everything():
    return list(Setting.objects.order_by("urn").values()), list(Organisation.objects.order_by("pk").values())


@pytest.mark.parametrize("layout", [2018, 2024])
def test_a_new_school_becomes_a_setting(office, layout):
    counts = take_in(office, school(100001, "St Zoë’s École"), layout=layout)
    assert told(counts) == {"new": 1}
    found = Setting.objects.select_related("organisation").get(urn="100001")
    assert (found.name, found.organisation.kind, found.organisation.active) == ("St Zoë’s École", OrganisationKind.SETTING, True)
    assert (found.la_code, found.phase_name, found.opened_on, found.lowest_age) == ("800", "Primary", date(1999, 9, 1), 4)
    assert (found.head_name, found.telephone, found.register_date) == ("Ms Sam Example", "01632960123", date(2026, 11, 3))
    assert (found.status, found.closed_on, found.imported_at) == (Setting.Status.OPEN, None, NOW)


def test_every_group_of_the_preview(office):
    take_in(office, *(school(number) for number in range(100001, 100005)))
    batch = preview(
        office,
        school(100001),
        school(100002, "Renamed School"),
        school(100003, status=CLOSED, CloseDate="31-08-2026"),
        school(100009),
        school(100010, status=CLOSED),
        school(100011, la="801"),
        school("wrong"),
    )
    assert batch.counts == {
        "wrong": 1,
        "closed": 1,
        "changed": 1,
        "new": 1,
        "unchanged": 1,
        "closed_never_held": 1,
        "other_authorities": 1,
        "not_in_file": 1,
    }
    assert [(row.line, row.group, row.key) for row in batch.rows.all()] == [
        (3, "changed", "100002"),
        (4, "closed", "100003"),
        (5, "new", "100009"),
        (8, "wrong", "wrong"),
    ]
    assert batch.rows.get(group="changed").changes == {"name": ["Example Primary School", "Renamed School"]}


def test_a_preview_changes_no_setting_and_leaves_no_trace_in_the_audit(office):
    before = everything()
    preview(office, school(100001))
    assert everything() == before
    assert not Event.objects.exists()


def test_changed_fields_are_written_and_others_stay(office):
    take_in(office, school(100001), school(100002))
    other = Setting.objects.filter(urn="100002").values().get()
    take_in(
        office,
        school(100001, "New Name", status=CLOSING, StatutoryHighAge="", Street="", OpenDate="02-09-1999"),
        without=("TelephoneNum", "HeadTitle (name)", "HeadFirstName", "HeadLastName"),
    )
    found = Setting.objects.select_related("organisation").get(urn="100001")
    assert (found.name, found.status, found.highest_age, found.street) == ("New Name", CLOSING, None, "")
    assert found.opened_on == date(1999, 9, 2)
    assert (found.telephone, found.head_name) == ("01632960123", "Ms Sam Example")
    assert Setting.objects.filter(urn="100002").values().get() == other


def test_a_closed_setting_keeps_its_name_people_and_children(office):
    take_in(office, school(100001, "Old School"))
    setting = Setting.objects.get(urn="100001")
    child = EnrolmentFactory(setting=setting).child
    teacher = person(Role.DESIGNATED_TEACHER, setting.organisation)
    counts = take_in(office, school(100001, "Old School (closed)", status=CLOSED, CloseDate="31-08-2026", Street=""))
    assert told(counts) == {"closed": 1}
    setting.refresh_from_db()
    assert (setting.status, setting.closed_on, setting.street) == (CLOSED, date(2026, 8, 31), "1 Example Road")
    assert (setting.organisation.name, setting.organisation.active) == ("Old School", True)
    assert child.enrolments.get().ends_on is None
    assert teacher.memberships.get().ends_on is None


def test_a_school_that_opens_again_is_changed(office):
    take_in(office, school(100001))
    take_in(office, school(100001, status=CLOSED, CloseDate="31-08-2026"))
    assert told(take_in(office, school(100001, status=OPEN))) == {"changed": 1}
    assert Setting.objects.values_list("status", "closed_on").get() == (OPEN, None)


def test_the_same_file_again_changes_nothing(office):
    lines = [school(100001), school(100002), school(100003, la="801"), school(100004, status=CLOSED)]
    take_in(office, *lines)
    take_in(office, school(100002, "Closed one", status=CLOSED, CloseDate="31-08-2026"))
    lines[1] = school(100002, "Closed one", status=CLOSED, CloseDate="31-08-2026")
    before = everything()
    counts = take_in(office, *lines)
    assert told(counts) == {"unchanged": 2, "closed_never_held": 1, "other_authorities": 1}
    assert everything() == before


def test_every_line_of_a_school_that_stands_twice_is_wrong(office):
    batch = preview(office, school(100001), school(100002), school(100001, "Other name"), school(100003), school(100001))
    assert told(batch.counts) == {"wrong": 3, "new": 2}
    wrong = batch.rows.filter(group="wrong")
    assert [(row.line, row.column) for row in wrong] == [(2, "URN"), (4, "URN"), (6, "URN")]
    assert "URN 100001 stands in the file more than once (line 4, 6)" in wrong[0].message


def test_a_held_school_twice_in_the_file_is_neither_changed_nor_unchanged(office):
    take_in(office, school(100001))
    before = everything()
    assert told(take_in(office, school(100001), school(100001, "Other"))) == {"wrong": 2}
    assert everything() == before


def test_settings_without_a_urn_and_other_organisations_are_left_alone(office):
    nursery = SettingFactory(urn=None, ofsted_urn="EY123456")
    team = OrganisationFactory(team=True)
    assert told(take_in(office, school(100001))) == {"new": 1}
    nursery.refresh_from_db()
    assert nursery.imported_at is None
    assert Organisation.objects.filter(pk=team.pk, name=team.name).exists()


def test_all_authorities_and_several(office):
    lines = [school(100001), school(100002, la="801"), school(100003, la="802")]
    assert told(preview(office, *lines, authorities=["all"]).counts) == {"new": 3}
    assert told(preview(office, *lines, authorities=["800", "802"]).counts) == {"new": 2, "other_authorities": 1}


def test_a_second_commit_says_so_and_changes_nothing(office):
    batch = preview(office, school(100001))
    schools.commit(batch_id=batch.pk, by=office, now=NOW)
    before = everything()
    with pytest.raises(staging.AlreadyDecided, match="already taken in"):
        schools.commit(batch_id=batch.pk, by=office, now=NOW)
    assert everything() == before
    assert Event.objects.filter(verb="schools.imported").count() == 1


def test_a_discarded_preview_cannot_be_taken_in(office):
    batch = preview(office, school(100001))
    schools.discard(batch_id=batch.pk, by=office, now=NOW)
    with pytest.raises(staging.AlreadyDecided, match="discarded"):
        schools.commit(batch_id=batch.pk, by=office, now=NOW)
    assert not Setting.objects.exists()
    assert not ImportRow.objects.exists()


def test_a_commit_is_refused_when_a_setting_changed_since_the_preview(office):
    take_in(office, school(100001))
    batch = preview(office, school(100001, "From the file"), school(100002))
    Setting.objects.filter(urn="100001").update(street="2 Other Road")
    with pytest.raises(staging.BasisChanged, match="Upload the file again"):
        schools.commit(batch_id=batch.pk, by=office, now=NOW)
    assert not Setting.objects.filter(urn="100002").exists()
    assert ImportBatch.objects.get(pk=batch.pk).is_open


def test_of_two_previews_of_one_file_only_one_is_taken_in(office):
    first, second = preview(office, school(100001)), preview(office, school(100001))
    schools.commit(batch_id=first.pk, by=office, now=NOW)
    with pytest.raises(staging.BasisChanged):
        schools.commit(batch_id=second.pk, by=office, now=NOW)
    assert Setting.objects.filter(urn="100001").count() == 1


def test_a_failure_half_way_leaves_everything_as_it_was(office, monkeypatch):
    batch = preview(office, school(100001))

    def fails(*args, **kwargs):
        raise RuntimeError("the power went")

    monkeypatch.setattr(schools.staging, "finish", fails)
    with pytest.raises(RuntimeError):
        schools.commit(batch_id=batch.pk, by=office, now=NOW)
    assert not Setting.objects.exists()
    assert ImportBatch.objects.get().is_open


def test_a_file_that_breaks_off_stores_nothing(office):
    file = file_of(school(100001), school(100002))
    file = type(file)(file.getvalue()[:-20] + b'"cut')
    with pytest.raises(UnreadableFile):
        schools.preview(file=file, authorities=["800"], by=office)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.HEAD, Role.DEPUTY, Role.OFFICE}])
def test_other_roles_may_not_import(role, office):
    other = person(role)
    settings_before = Setting.objects.count()
    with pytest.raises(NotAllowed):
        preview(other, school(100001))
    batch = preview(office, school(100001))
    for act in (schools.commit, schools.discard):
        with pytest.raises(NotAllowed):
            act(batch_id=batch.pk, by=other, now=NOW)
    assert Setting.objects.count() == settings_before


@pytest.mark.parametrize("role", [Role.HEAD, Role.DEPUTY, Role.OFFICE])
def test_head_deputy_and_office_may(role):
    assert told(take_in(person(role), school(100001))) == {"new": 1}


def test_the_preview_of_another_person_cannot_be_taken_in(office):
    batch = preview(office, school(100001))
    for act in (schools.commit, schools.discard):
        with pytest.raises(staging.BatchNotFound):
            act(batch_id=batch.pk, by=person(Role.HEAD), now=NOW)
    assert ImportBatch.objects.get().is_open


def test_the_audit_has_the_counts_and_the_person(office):
    batch = preview(office, school(100001), school("wrong"))
    schools.commit(batch_id=batch.pk, by=office, now=NOW)
    event = Event.objects.get()
    assert (event.verb, event.actor, event.target_id) == ("schools.imported", office, str(batch.pk))
    assert (event.changes["new"], event.changes["wrong"]) == (1, 1)


def statements(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return sum("SAVEPOINT" not in query["sql"] and query["sql"] not in {"BEGIN", "COMMIT"} for query in captured)


@pytest.mark.parametrize("what", ["new", "changed", "unchanged"])
def test_the_number_of_statements_does_not_grow_with_the_rows(office, what):
    """Up to what one INSERT or UPDATE of SQLite holds; beyond it, one more statement for every such batch."""
    take_in(office, school(999999))  # the first act ever also starts the audit's chain
    counts = []
    for count, start in ((1, 100000), (30, 200000)):
        if what != "new":
            take_in(office, *(school(start + number) for number in range(count)))
        name = "Renamed School" if what == "changed" else "Example Primary School"
        lines = [school(start + number, name, Town="Newtown" if what == "changed" else "Exampleton") for number in range(count)]
        batches = []
        reading = statements(lambda lines=lines, batches=batches: batches.append(preview(office, *lines)))
        taking_in = statements(lambda batches=batches: schools.commit(batch_id=batches[0].pk, by=office, now=NOW))
        assert batches[0].counts[what] == count
        counts.append((reading, taking_in))
    assert counts[0] == counts[1]


def test_a_thousand_rows_are_written_in_batches(office):
    lines = [school(number) for number in range(100000, 101000)]
    assert statements(lambda: take_in(office, *lines)) < 100
    assert Setting.objects.count() == 1000
