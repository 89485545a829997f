"""Search before create, creating, correcting."""

from datetime import date

import pytest

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import adviser, person
from audit.models import Event
from caseload.matching import Asked, Kind
from caseload.models import Child
from caseload.services import children
from caseload.services.children import Identity
from caseload.tests.factories import ChildFactory, RestrictedPersonFactory
from core.errors import Refused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
BORN = date(2017, 3, 5)
ADA = Identity(first_name="Ada", last_name="Marsh", date_of_birth=BORN, upn="B801200005001", local_id="SC-1", sex="F")


@pytest.fixture
def office(frozen):
    frozen(TODAY)
    return person(Role.OFFICE)


def ask(**values):
    return Asked(**{"date_of_birth": BORN, "first_name": "Ada", "last_name": "Marsh", **values})


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (Asked(upn="B801200005001"), Kind.UPN),
        (Asked(local_id="SC-1"), Kind.LOCAL_ID),
        (ask(first_name="ADA", last_name="Mârsh"), Kind.NAME_AND_BIRTH),
        (ask(first_name="Addie"), Kind.NAME_AND_BIRTH),
        (ask(first_name="Marsh", last_name="Ada"), Kind.SWAPPED),
        (ask(first_name="Rosa"), Kind.NEAR),
    ],
)
def test_the_same_child_is_found_in_six_ways(office, asked, kind):
    child = ChildFactory(first_name="Ada", known_as="Addie", last_name="Marsh", date_of_birth=BORN, upn="B801200005001", local_id="SC-1")
    ChildFactory(first_name="Ada", last_name="Other", date_of_birth=BORN)
    ChildFactory(first_name="Ada", last_name="Marsh", date_of_birth=date(2017, 3, 6))
    assert [(match.child, match.kind) for match in children.matches(by=office, asked=asked)] == [(child, kind)]


def test_matches_are_closest_first_and_only_of_children_the_person_may_see(office):
    near = ChildFactory(first_name="Rosa", last_name="Marsh", date_of_birth=BORN)
    same = ChildFactory(first_name="Ada", last_name="Marsh", date_of_birth=BORN)
    ChildFactory(first_name="Ada", last_name="Marsh", date_of_birth=BORN, restricted=True)
    assert [match.child for match in children.matches(by=office, asked=ask())] == [same, near]
    with pytest.raises(NotAllowed):
        children.matches(by=person(Role.DESIGNATED_TEACHER), asked=ask())


def test_a_new_child(office):
    child = children.create(by=office, on=TODAY, identity=ADA)
    assert (child.upn, child.local_id, child.name_key, child.restricted) == ("B801200005001", "SC-1", "marsh ada", False)
    event = Event.objects.get(verb="child.created")
    assert (event.child_id, "Ada" in str(event.changes)) == (str(child.pk), False)


def test_empty_numbers_are_none_so_that_many_children_may_have_none(office):
    for name in ("Ada", "Ben"):
        child = children.create(by=office, on=TODAY, identity=Identity(first_name=name, last_name=name, date_of_birth=BORN))
        assert (child.upn, child.local_id) == (None, None)


def test_a_number_that_is_taken_names_the_record(office):
    held = children.create(by=office, on=TODAY, identity=ADA)
    for other in (Identity("X", "Y", BORN, upn="B801200005001"), Identity("X", "Y", BORN, local_id="SC-1")):
        with pytest.raises(children.SameChild, match=held.reference):
            children.create(by=office, on=TODAY, identity=other, other_than=[held.reference])
    assert Child.objects.count() == 1


def test_a_close_match_asks_for_a_tick(office):
    held = ChildFactory(first_name="Ada", last_name="Marsh", date_of_birth=BORN)
    with pytest.raises(children.MaybeSameChild) as refusal:
        children.create(by=office, on=TODAY, identity=ADA)
    assert [match.child for match in refusal.value.found] == [held]
    assert children.create(by=office, on=TODAY, identity=ADA, other_than=[held.reference]).pk != held.pk
    assert Event.objects.get(verb="child.created").changes == {"other_than": [held.reference]}


def test_the_tick_speaks_only_of_the_records_that_were_looked_at(office):
    """A button pressed twice sends the tick twice; the second time the first press has made a record that nobody looked at."""
    held, plain = ChildFactory(first_name="Ada", last_name="Marsh", date_of_birth=BORN), Identity("Ada", "Marsh", BORN)
    made = children.create(by=office, on=TODAY, identity=plain, other_than=[held.reference])
    with pytest.raises(children.MaybeSameChild) as refusal:
        children.create(by=office, on=TODAY, identity=plain, other_than=[held.reference])
    assert {match.child for match in refusal.value.found} == {held, made}
    assert Child.objects.count() == 2


def test_a_restricted_record_is_neither_named_nor_doubled(office):
    """A tick does not help: the same sentence as for a child of another phase, with nothing of the record in it."""
    hidden = ChildFactory(first_name="Ada", last_name="Marsh", date_of_birth=BORN, local_id="SC-1", restricted=True)
    for identity in (ADA, Identity("Ada", "Marsh", BORN)):
        with pytest.raises(Refused) as refusal:
            children.create(by=office, on=TODAY, identity=identity, other_than=[hidden.reference])
        assert refusal.value.message == children.ELSEWHERE
    RestrictedPersonFactory(child=hidden, user=office)
    with pytest.raises(children.SameChild):
        children.create(by=office, on=TODAY, identity=ADA)


def test_an_advisory_teacher_adds_children_of_the_own_phase_only(frozen):
    frozen(TODAY)
    primary = adviser("primary")
    assert children.create(by=primary, on=TODAY, identity=ADA)
    with pytest.raises(Refused) as refusal:
        children.create(by=primary, on=TODAY, identity=Identity("Ben", "Field", date(2012, 3, 5)))
    assert refusal.value.message == children.ELSEWHERE
    assert Child.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"upn": "12"}, "Enter a UPN of 13 characters"),
        ({"first_name": " "}, "first and last name"),
        ({"date_of_birth": date(2026, 11, 24)}, "between 2000 and today"),
        ({"date_of_birth": date(1999, 12, 31)}, "between 2000 and today"),
        ({"sex": "X"}, "Select female, male or not known"),
    ],
)
def test_what_cannot_be_stored(office, values, words):
    with pytest.raises(Refused, match=words):
        children.create(
            by=office, on=TODAY, identity=Identity(**{"first_name": "Ada", "last_name": "Marsh", "date_of_birth": BORN, **values})
        )
    assert not Child.objects.exists()


def test_a_wrong_check_letter_is_kept(office):
    assert children.create(by=office, on=TODAY, identity=Identity("Ada", "Marsh", BORN, upn="A801200005001")).upn == "A801200005001"


def test_a_correction_tells_the_fields_but_not_what_was_in_them(office):
    child = children.create(by=office, on=TODAY, identity=ADA)
    children.change(
        child_id=child.pk, by=office, on=TODAY, identity=Identity("Ada", "Lovelace", BORN, upn="B801200005001", known_as="Addie")
    )
    child.refresh_from_db()
    assert (child.last_name, child.known_as, child.local_id, child.name_key) == ("Lovelace", "Addie", None, "lovelace ada addie")
    event = Event.objects.get(verb="child.changed")
    assert event.changes == {"fields": ["known_as", "last_name", "local_id", "sex"]}


def test_a_correction_that_changes_nothing_leaves_no_trace(office):
    child = children.create(by=office, on=TODAY, identity=ADA)
    children.change(child_id=child.pk, by=office, on=TODAY, identity=ADA)
    assert not Event.objects.filter(verb="child.changed").exists()


def test_a_correction_cannot_take_another_childs_number(office):
    children.create(by=office, on=TODAY, identity=ADA)
    other = ChildFactory()
    with pytest.raises(children.SameChild):
        children.change(child_id=other.pk, by=office, on=TODAY, identity=Identity("Ben", "Field", BORN, upn="B801200005001"))


@pytest.mark.parametrize("role", [Role.DESIGNATED_TEACHER, Role.LEAD_PRACTITIONER, Role.TEAM_MANAGER, Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_who_may_not_add_or_correct(role, frozen):
    frozen(TODAY)
    by, child = person(role), ChildFactory()
    with pytest.raises(NotAllowed):
        children.create(by=by, on=TODAY, identity=ADA)
    with pytest.raises(NotAllowed):
        children.change(child_id=child.pk, by=by, on=TODAY, identity=ADA)
