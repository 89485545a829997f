"""Taking documents in: who, for whom, how long, and that a refused file leaves nothing."""

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import SettingFactory, adviser, person
from audit.models import Event
from caseload.tests.factories import known_child
from core.transitions import TransitionRefused, available, require
from documents import owners, storage
from documents.models import Attachment
from documents.retention import Retention, dispose_on
from documents.services import receiving
from documents.states import ATTACHMENT_MOVES, AttachmentState, Audience
from documents.tests.bad_files import BAD
from documents.tests.factories import DAY, AttachmentFactory, receive, upload
from documents.tests.good_files import GOOD
from peps.tests.factories import PepFactory

pytestmark = pytest.mark.django_db
MOVES_BY_HAND = {
    ("scan", "received"): "scanning",
    ("wait", "scanning"): "received",
    ("pass", "scanning"): "clean",
    ("reject", "scanning"): "rejected",
}


@pytest.fixture
def head():
    return person(Role.HEAD)


@pytest.fixture
def child():
    return known_child(date_of_birth=date(2017, 3, 5))


def stored(settings) -> list[Path]:
    return [path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ATTACHMENT_MOVES)
@pytest.mark.parametrize("state", AttachmentState)
def test_every_move_from_every_state(name, state):
    wanted = MOVES_BY_HAND.get((name, str(state)))
    assert (name in available(ATTACHMENT_MOVES, state)) == (wanted is not None)
    if wanted:
        assert require(ATTACHMENT_MOVES, name, state) == wanted
    else:
        with pytest.raises(TransitionRefused):
            require(ATTACHMENT_MOVES, name, state)


def test_several_at_once_wait_for_the_scanner_under_random_names(child, head, settings):
    received = receive(child, head, upload("Zoë report.pdf"), upload("photo.jpg", GOOD["jpg"][1]))
    assert [row.name for row in received.taken] == ["Zoë report.pdf", "photo.jpg"]
    assert received.refused == []
    for row in Attachment.objects.all():
        assert row.state == AttachmentState.RECEIVED
        assert storage.sha256(storage.read(row.stored_name)) == row.sha256
        assert storage.path_of(row.stored_name).stat().st_mode & 0o777 == 0o600
        assert (row.child_id, row.retention, row.dispose_on) == (child.pk, "child", date(2042, 3, 5))
    assert all("report" not in str(path) and "photo" not in str(path) for path in stored(settings))


def test_the_good_come_in_and_the_bad_are_named(child, head, settings):
    received = receive(child, head, upload(), upload("a.jpg", b"<html>"), upload("b.html"))
    assert [row.name for row in received.taken] == ["report.pdf"]
    assert [(refused.name, refused.code) for refused in received.refused] == [("a.jpg", "signature"), ("b.html", "ending")]
    assert len(stored(settings)) == 1
    events = Event.objects.filter(verb="document.refused")
    assert [event.changes for event in events.order_by("seq")] == [{"why": "signature"}, {"why": "ending"}]
    assert Event.objects.get(verb="document.received").child_id == str(child.pk)


@pytest.mark.parametrize("case", BAD)
def test_nothing_of_a_bad_file_is_kept(case, child, head, settings):
    name, data, codes = BAD[case]
    file = upload("x.pdf", data)
    file._name = name  # as it would stand if the parser of the request let it through
    received = receive(child, head, file)
    assert {refused.code for refused in received.refused} <= codes
    assert received.taken == []
    assert stored(settings) == []
    assert not Attachment.objects.exists()
    assert not any("a.pdf" in str(event.changes) or name in str(event.changes) for event in Event.objects.all())


def test_every_good_file_comes_in(child, head):
    for start in range(0, len(GOOD), 10):
        chosen = list(GOOD.values())[start : start + 10]
        received = receive(child, head, *(upload(name, data) for name, data in chosen))
        assert [refused for refused in received.refused if refused.code != "twice"] == []


def test_the_same_file_is_there_once(child, head):
    assert len(receive(child, head, upload(), upload("again.pdf")).taken) == 1
    assert [refused.code for refused in receive(child, head).refused] == ["twice"]
    assert len(receive(known_child(), head).taken) == 1


def test_ten_at_a_time(child, head):
    pictures = [upload(f"{n}.pdf", GOOD["pdf"][1] + b"\n" * n) for n in range(12)]
    received = receive(child, head, *pictures)
    assert len(received.taken) == 10
    assert {refused.code for refused in received.refused} == {"too_many"}


def test_a_failed_transaction_leaves_no_bytes(child, head, settings, monkeypatch):
    def fail(**_anything):
        raise RuntimeError

    monkeypatch.setattr(receiving, "record_many", fail)
    with pytest.raises(RuntimeError):
        receive(child, head)
    assert stored(settings) == []
    assert not Attachment.objects.exists()


def test_to_a_plan(head):
    plan = PepFactory()
    taken = receive(plan.child, head, owner_type="pep", owner_id=plan.pk).taken
    assert [(row.owner_type, row.owner_id, row.child_id) for row in taken] == [("pep", plan.pk, plan.child_id)]


def test_only_for_a_child_in_sight_and_a_role_that_may(child):
    for stranger in (person(Role.DESIGNATED_TEACHER), person(Role.LEAD_PRACTITIONER), person(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            receive(child, stranger)
    team = child.lead_allocations.get().team
    with pytest.raises(NotAllowed):
        receive(child, person(Role.TEAM_MANAGER, team))
    with pytest.raises(owners.UnknownOwner):
        receive(child, person(Role.HEAD), owner_type="course")


@pytest.mark.parametrize(
    ("role", "type_code", "wanted"),
    [
        (Role.HEAD, "school_report", Audience.SHARED),
        (Role.HEAD, "social_care", Audience.COUNCIL),
        (Role.HEAD, "money", Audience.VIRTUAL_SCHOOL),
        (Role.LEAD_PRACTITIONER, "money", Audience.COUNCIL),
        (Role.DESIGNATED_TEACHER, "specialist_report", Audience.SHARED),
    ],
)
def test_the_type_says_who_reads_it(role, type_code, wanted):
    setting = SettingFactory()
    child = known_child(setting=setting)
    homes = {Role.DESIGNATED_TEACHER: setting.organisation, Role.LEAD_PRACTITIONER: child.lead_allocations.get().team}
    by = child.lead_allocations.get().practitioner if role == Role.LEAD_PRACTITIONER else person(role, homes.get(role))
    assert receive(child, by, type_code=type_code).taken[0].audience == wanted


def test_nobody_chooses_readers_among_whom_they_are_not():
    setting = SettingFactory()
    with pytest.raises(NotAllowed):
        receive(known_child(setting=setting), person(Role.DESIGNATED_TEACHER, setting.organisation), audience="council")


def visible(user):
    return set(Attachment.objects.visible_to(user).values_list("name", flat=True))


def test_who_sees_what():
    setting, other = SettingFactory(), SettingFactory()
    child = known_child(setting=setting, adviser=(teacher := adviser("primary")))
    AttachmentFactory(child=child, name="shared")
    AttachmentFactory(child=child, name="council", audience=Audience.COUNCIL)
    AttachmentFactory(child=child, name="virtual school", audience=Audience.VIRTUAL_SCHOOL)
    AttachmentFactory(child=child, name="own setting", organisation=setting.organisation)
    AttachmentFactory(child=child, name="earlier setting", organisation=other.organisation)
    AttachmentFactory(child=child, name="waiting", waiting=True)
    AttachmentFactory(child=child, name="rejected", rejected=True)
    AttachmentFactory(name="another child")
    everything = {"shared", "council", "virtual school", "own setting", "earlier setting", "waiting", "rejected"}
    assert visible(person(Role.HEAD)) == everything | {"another child"}
    assert visible(teacher) >= everything
    assert visible(child.lead_allocations.get().practitioner) == {"shared", "council", "own setting", "earlier setting"}
    assert visible(person(Role.DESIGNATED_TEACHER, setting.organisation)) == {"shared", "own setting"}
    assert visible(person(Role.DESIGNATED_TEACHER, other.organisation)) == set()
    assert visible(person(Role.AUDITOR)) == set()


def test_a_restricted_child_takes_its_documents_along():
    child = known_child(restricted=True)
    AttachmentFactory(child=child)
    assert visible(person(Role.HEAD)) == set()


def test_a_document_of_a_plan_follows_the_plan():
    old, new = SettingFactory(), SettingFactory()
    child = known_child(setting=new)
    plan = PepFactory(child=child, setting=old)
    AttachmentFactory(child=child, owner_type="pep", owner_id=plan.pk, name="plan's")
    assert visible(person(Role.DESIGNATED_TEACHER, new.organisation)) == set()
    assert visible(person(Role.HEAD)) == {"plan's"}


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "lost"},
        {"audience": "everybody"},
        {"format": "exe"},
        {"size": 0},
        {"scanned_at": None},
        {"scanned_by": ""},
        {"rejected_reason": "but clean"},
        {"state": "rejected"},
        {"state": "received"},
    ],
)
def test_the_database_refuses_what_cannot_be(broken):
    document = AttachmentFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=document.pk).update(**broken)


@pytest.mark.parametrize(
    ("retention", "day", "born", "wanted"),
    [
        (Retention.CHILD, DAY, date(2017, 3, 5), date(2042, 3, 5)),
        (Retention.CHILD, DAY, date(2016, 2, 29), date(2041, 3, 1)),
        (Retention.CHILD, DAY, date(2004, 1, 1), date(2032, 1, 9)),
        (Retention.CHILD, DAY, None, date(2032, 1, 9)),
        (Retention.PROTECTION, DAY, date(2017, 3, 5), date(2052, 3, 5)),
        (Retention.CONTACT, DAY, date(2017, 3, 5), date(2032, 1, 9)),
        (Retention.FINANCE, date(2026, 3, 31), None, date(2032, 4, 1)),
        (Retention.FINANCE, date(2026, 4, 1), None, date(2033, 4, 1)),
    ],
)
def test_how_long_it_is_kept(retention, day, born, wanted):
    assert dispose_on(retention, document_date=day, born=born) == wanted
