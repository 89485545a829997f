"""Lines that a person decides, lines about the same child, restricted records, and two people at once."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.roles import Role
from accounts.tests.factories import OrganisationFactory, person
from audit.models import Event
from caseload.imports.comparing import ASK
from caseload.models import Child
from caseload.services import children, children_import, history
from caseload.tests.factories import ChildFactory, RestrictedPersonFactory, StatusFactory
from caseload.tests.list_files import UPN, file_of, line
from core.errors import Refused
from core.models import ImportRow
from core.staging import AlreadyDecided, BasisChanged, BatchNotFound

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/London"))
START = date(2026, 9, 3)


@pytest.fixture
def office(frozen):
    frozen("2026-11-23")
    return person(Role.OFFICE)


def preview(by, *lines):
    return children_import.preview(file=file_of(*lines), by=by)


def commit(batch, by, **decisions):
    given = {row.pk: decisions[f"line_{row.line}"] for row in batch.rows.all() if f"line_{row.line}" in decisions}
    return children_import.commit(batch_id=batch.pk, by=by, now=NOW, decisions=given)


def groups(batch) -> dict[int, str]:
    return {row.line: row.group for row in batch.rows.all()}


def here(**values):
    values = {"first_name": "Ada", "last_name": "Marsh", "local_id": None, **values}
    child = ChildFactory(**values)
    StatusFactory(child=child, starts_on=START)
    return child


def identity(child, **values) -> children.Identity:
    held = {name: getattr(child, name) or "" for name in children.Identity.__dataclass_fields__}
    return children.Identity(**{**held, **values})


# --- close matches


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        ({}, "the same name and date of birth"),
        ({"first_name": "Adelaide", "known_as": "Ada"}, "the same name and date of birth"),
        ({"first_name": "Marsh", "last_name": "Ada"}, "first and last name the other way round"),
        ({"first_name": "Anna"}, "the same last name and date of birth"),
    ],
)
def test_a_close_match_waits_for_a_person(office, held, reason):
    child = here(**held)
    batch = preview(office, line())
    row = batch.rows.get()
    assert (batch.counts["close"], batch.counts["new"], batch.counts["not_in_file"]) == (1, 0, 1)
    assert reason in row.data["answers"][str(child.pk)]["reason"]
    done = commit(batch, office)
    assert (done["new"], done["changed"], done["undecided"]) == (0, 0, 1)
    assert Child.objects.get().local_id is None


def test_the_same_child_takes_the_number_and_is_sure_from_then_on(office):
    child = here()
    done = commit(preview(office, line(known_as="Addie")), office, line_2=[str(child.pk)])
    assert (done["new"], done["changed"], done["undecided"]) == (0, 1, 0)
    child.refresh_from_db()
    assert (Child.objects.count(), child.local_id, child.known_as) == (1, "SC1", "Addie")
    assert preview(office, line(known_as="Addie")).counts["unchanged"] == 1


def test_another_child_gets_a_record_and_is_never_asked_again(office):
    here()
    done = commit(preview(office, line()), office, line_2=["another"])
    assert (done["new"], done["changed"]) == (1, 0)
    assert Child.objects.filter(local_id="SC1").count() == 1
    assert preview(office, line()).counts["unchanged"] == 1


def test_answers_are_kept_and_can_be_changed(office):
    child = here()
    batch = preview(office, line(status_end="2026-10-01"))
    row = batch.rows.get()

    def answer(*words):
        children_import.decide(batch_id=batch.pk, by=office, decisions={row.pk: words})
        row.refresh_from_db()
        return row.data["answer"], row.data["ticked"], children_import.open_questions(batch)

    assert answer() == ("", [], {"undecided": 1, "not_confirmed": 0})
    assert answer("another", "end") == ("another", [], {"undecided": 0, "not_confirmed": 1}), "ticked before it was shown"
    assert answer("another", "end") == ("another", ["end"], {"undecided": 0, "not_confirmed": 0})
    assert answer(str(child.pk), "end") == (str(child.pk), [], {"undecided": 0, "not_confirmed": 1}), "it was the other's end"
    assert answer(str(child.pk), "end")[1] == ["end"]
    done = children_import.commit(batch_id=batch.pk, by=office, now=NOW)
    assert (done["changed"], done["confirmed"]) == (1, 1)
    assert child.statuses.get().ends_on == date(2026, 10, 1)


@pytest.mark.parametrize("words", [["yes"], ["00000000-0000-4000-8000-000000000000"], ["another", "yes"]])
def test_an_answer_that_was_not_offered(office, words):
    child, other = here(), here(local_id="SC9", first_name="Zed", last_name="Other", date_of_birth=date(2015, 1, 1))
    batch = preview(office, line(), line(local_id="SC9", first_name="Zed", last_name="Other", date_of_birth="2015-01-01", known_as="Z"))
    close, changed = batch.rows.order_by("line")
    for row, given in ((close, words), (close, ["another", str(child.pk)]), (close, [str(other.pk)]), (changed, ["another"])):
        with pytest.raises(Refused, match="Select one of the answers offered"):
            children_import.decide(batch_id=batch.pk, by=office, decisions={row.pk: given})
    foreign = preview(office, line()).rows.get()
    with pytest.raises(Refused, match="Select one of the answers offered"):
        children_import.commit(batch_id=batch.pk, by=office, now=NOW, decisions={foreign.pk: ["another"]})
    assert not Child.objects.filter(known_as="Z").exists()


def test_a_candidate_whom_the_line_does_not_fit_stops_only_that_answer(office):
    child = here()
    batch = preview(office, line(status="cp", status_start="2026-09-01"))
    assert groups(batch) == {2: "close"}
    with pytest.raises(Refused, match="Line 2 cannot be this child as it stands. A later status is recorded"):
        commit(batch, office, line_2=[str(child.pk)])
    assert commit(batch, office, line_2=["another"])["new"] == 1


def test_two_lines_cannot_become_the_same_child(office):
    child = here()
    batch = preview(office, line(), line(local_id="SC2", first_name="Adam"))
    with pytest.raises(Refused, match="Two lines cannot be about the same child"):
        commit(batch, office, line_2=[str(child.pk)], line_3=[str(child.pk)])
    assert not Event.objects.filter(verb="children.imported").exists()
    commit(batch, office, line_2=[str(child.pk)], line_3=["another"])
    assert Child.objects.count() == 2


def test_twins_of_one_list_are_no_close_match(office):
    twin = line(local_id="SC2", first_name="Bea")
    assert commit(preview(office, line(), twin), office)["new"] == 2
    here(local_id="SC3", first_name="Col")
    batch = preview(office, line(), twin, line(local_id="SC3", first_name="Col"), line(local_id="SC4", first_name="Dee"))
    assert groups(batch) == {5: "new"}, "all three of them stand in the list with their numbers"


# --- lines about the same child


def test_the_same_number_twice_makes_both_wrong(office):
    twice = [line(), line(first_name="Bo"), line(local_id="SC2", upn=UPN, last_name="Dee"), line(local_id="SC3", upn=UPN, last_name="Eve")]
    batch = preview(office, *twice, line(local_id="SC4", last_name="Fay"))
    assert groups(batch) == {2: "wrong", 3: "wrong", 4: "wrong", 5: "wrong", 6: "new"}
    found = {row.line: (row.column, row.message) for row in batch.rows.filter(group="wrong")}
    assert found[2][0] == "local_id"
    assert found[2][1].startswith("This social-care number stands in the file more than once (line 3).")
    assert found[5] == ("upn", "This UPN stands in the file more than once (line 4). Keep the right line and delete the rest.")
    assert commit(batch, office)["new"] == 1


def test_two_numbers_of_one_child_make_both_wrong(office):
    here(local_id="SC1", upn=UPN)
    batch = preview(office, line(), line(local_id="SC2", upn=UPN, first_name="Addie"))
    assert groups(batch) == {2: "wrong", 3: "wrong"}
    assert "This child stands in the file more than once" in batch.rows.first().message


def test_the_same_name_and_birth_with_two_numbers_is_for_a_person(office):
    batch = preview(office, line(), line(local_id="SC2"))
    rows = list(batch.rows.all())
    assert [(row.group, row.data["alike"]) for row in rows] == [
        ("close", "Line 3 has the same name and date of birth."),
        ("close", "Line 2 has the same name and date of birth."),
    ]
    assert commit(batch, office, line_2=["another"])["new"] == 1
    assert Child.objects.get().local_id == "SC1"


def test_numbers_of_two_children_in_one_line(office):
    here(local_id="SC1")
    other = here(local_id="SC2", upn=UPN, first_name="Bo")
    row = preview(office, line(upn=UPN)).rows.get()
    assert (row.group, row.column) == ("wrong", "upn")
    assert f"This UPN stands on another record ({other.reference})" in row.message


@pytest.mark.parametrize(("number", "column"), [({"local_id": "SC1"}, "local_id"), ({"local_id": "SC8", "upn": UPN}, "upn")])
def test_a_number_alone_never_turns_one_child_into_another(office, number, column):
    child = here(local_id="SC1", upn=UPN, first_name="Zed", last_name="Other", date_of_birth=date(2012, 1, 1))
    row = preview(office, line(**number)).rows.get()
    assert (row.group, row.column) == ("wrong", column)
    assert f"Zed Other ({child.reference}), whose name and date of birth are others" in row.message


# --- restricted records


@pytest.mark.parametrize(
    "found_by",
    [
        {"local_id": "SC-R", "first_name": "Other", "last_name": "Name", "date_of_birth": "2010-01-01"},
        {"local_id": "SC-R"},
        {"local_id": "SC-N", "upn": UPN, "first_name": "Other"},
        {"local_id": "SC-N"},
    ],
)
def test_a_restricted_child_gets_one_sentence_whatever_the_line_says(office, found_by):
    child = here(local_id="SC-R", upn=UPN, restricted=True, known_as="Canary")
    batch = preview(office, line(**found_by, known_as="New", status="cp", status_start="2026-10-01"))
    row = batch.rows.get()
    assert (row.group, row.column, row.message, row.data, row.changes) == ("wrong", "", ASK, {}, {})
    assert row.key == found_by["local_id"]
    assert commit(batch, office)["wrong"] == 1
    child.refresh_from_db()
    assert (child.known_as, child.restricted, child.statuses.get().status) == ("Canary", True, "cin")
    assert Child.objects.count() == 1
    assert not Event.objects.exclude(verb="children.imported").exists()


def test_the_sentence_is_the_same_for_an_unchanged_line_and_a_twin_is_no_clue(office):
    here(local_id="SC-R", restricted=True)
    assert preview(office, line(local_id="SC-R")).rows.get().message == ASK
    assert groups(preview(office, line(local_id="SC-T", first_name="Bea"))) == {2: "new"}


def test_a_named_person_takes_the_line_in_and_the_restriction_stays(office):
    child = here(local_id="SC1", restricted=True)
    RestrictedPersonFactory(child=child, user=office)
    assert commit(preview(office, line(known_as="Addie")), office)["changed"] == 1
    child.refresh_from_db()
    assert (child.known_as, child.restricted, child.restricted_people.count()) == ("Addie", True, 1)


def test_a_record_restricted_after_the_preview_is_not_changed(office):
    child = here(local_id="SC1")
    batch = preview(office, line(known_as="Addie"))
    Child.objects.filter(pk=child.pk).update(restricted=True)
    with pytest.raises(BasisChanged):
        commit(batch, office)
    child.refresh_from_db()
    assert child.known_as == ""


# --- once, and only while nothing has changed


def test_taken_in_once_and_the_rows_are_deleted(office):
    batch = preview(office, line())
    commit(batch, office)
    assert not ImportRow.objects.exists()
    for act in (children_import.commit, children_import.discard):
        with pytest.raises(AlreadyDecided, match="already taken in"):
            act(batch_id=batch.pk, by=office, now=NOW)
    event = Event.objects.get(verb="children.imported")
    assert (event.changes["new"], event.changes["wrong"], event.child_id) == (1, 0, "")
    assert "Ada" not in str(event.changes)


def test_discarded_rows_are_deleted(office):
    batch = preview(office, line())
    children_import.discard(batch_id=batch.pk, by=office, now=NOW)
    assert not ImportRow.objects.exists()
    assert not Child.objects.exists()
    with pytest.raises(AlreadyDecided, match="discarded"):
        commit(batch, office)


def test_another_persons_preview_is_not_there(office):
    batch = preview(office, line())
    with pytest.raises(BatchNotFound):
        commit(batch, person(Role.HEAD))


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda child, by: children.change(child_id=child.pk, by=by, on=NOW.date(), identity=identity(child, sex="F")),
        lambda child, by: history.set_status(child_id=child.pk, status="cp", starts_on=date(2026, 11, 2), by=by),
        lambda child, by: history.set_lead(
            child_id=child.pk, team=OrganisationFactory(team=True), practitioner=None, starts_on=date(2026, 11, 2), by=by
        ),
        lambda child, by: ChildFactory(),
    ],
)
def test_whatever_changed_since_the_preview_stops_the_commit(office, meanwhile):
    child = here(local_id="SC1")
    batch = preview(office, line(known_as="Addie"), line(local_id="SC2", last_name="New"))
    meanwhile(child, office)
    events = Event.objects.count()
    with pytest.raises(BasisChanged, match="Upload the file again"):
        commit(batch, office)
    assert Event.objects.count() == events
    assert not Child.objects.filter(known_as="Addie").exists()
    assert batch.rows.count() == 2


def test_facts_of_children_who_are_not_concerned_stop_nothing(office):
    other = here(local_id="SC7", last_name="Other")
    batch = preview(office, line())
    history.set_status(child_id=other.pk, status="cp", starts_on=date(2026, 11, 2), by=office)
    assert commit(batch, office)["new"] == 1


def test_two_people_with_the_same_list(office):
    head = person(Role.HEAD)
    batches = [preview(by, line()) for by in (office, head)]
    commit(batches[0], office)
    with pytest.raises(BasisChanged):
        commit(batches[1], head)
    assert Child.objects.count() == 1


def test_a_refusal_of_a_service_names_the_line_and_leaves_nothing(office):
    team = OrganisationFactory(team=True)
    batch = preview(office, line(local_id="SC0", last_name="First"), line(team=team.name))
    team.active = False
    team.save()
    with pytest.raises(Refused, match=r"Line 3: Select a social-care team. Nothing was taken in."):
        commit(batch, office)
    assert not Child.objects.exists()
    assert not Event.objects.exists()
    assert batch.rows.count() == 2
