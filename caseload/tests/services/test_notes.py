"""Case notes: who writes, who reads, and that a wording stays."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import SettingFactory, adviser, person
from audit.models import Event
from caseload.models import CaseNote
from caseload.models.note import NoteKept
from caseload.services import notes
from caseload.states import NoteAudience
from caseload.tests.factories import EnrolmentFactory, NoteFactory, known_child
from core.errors import Refused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 14)
SECRET = "The father rang about the court date"


@pytest.fixture
def cast(frozen):
    frozen(TODAY)

    class Cast:
        setting = SettingFactory()
        lead = person(Role.LEAD_PRACTITIONER)
        team = lead.memberships.get().organisation
        adviser = adviser()
        child = known_child(setting=setting, practitioner=lead, team=team, adviser=adviser)
        teacher = person(Role.DESIGNATED_TEACHER, setting.organisation)
        safeguarding = person(Role.SAFEGUARDING_LEAD, setting.organisation)
        manager = person(Role.TEAM_MANAGER, team)
        head = person(Role.HEAD)
        office = person(Role.OFFICE)

    return Cast


def written(cast, **changes):
    values = {"kind": "call", "happened_on": TODAY, "text": SECRET, "audience": "virtual_school", "by": cast.adviser, **changes}
    return notes.add(child_id=cast.child.pk, **values)


def corrected(note, by, **changes):
    now = {name: getattr(note, name) for name in ("kind", "happened_on", "text", "audience", "setting")}
    return notes.correct(note_id=note.pk, by=by, **{**now, **changes})


def readers(cast, note):
    names = ("head", "office", "adviser", "lead", "manager", "teacher", "safeguarding")
    return {name for name in names if CaseNote.objects.visible_to(getattr(cast, name)).filter(pk=note.pk).exists()}


def test_a_note_reaches_its_audience_and_nobody_else(cast):
    ours = {"head", "adviser"}
    social_care = ours | {"lead", "manager"}
    assert readers(cast, written(cast)) == ours
    assert readers(cast, written(cast, audience="social_care")) == social_care
    assert readers(cast, written(cast, audience="setting", setting=cast.setting)) == social_care | {"teacher", "safeguarding"}


def test_the_next_setting_does_not_read_what_was_written_for_the_one_before(cast):
    note = written(cast, audience="setting", setting=cast.setting)
    cast.child.enrolments.update(ends_on=TODAY)
    now = EnrolmentFactory(child=cast.child, starts_on=TODAY).setting
    cast.teacher = person(Role.DESIGNATED_TEACHER, now.organisation)
    assert readers(cast, note) == {"head", "adviser", "lead", "manager"}


def test_a_restricted_child_takes_its_notes_along(cast):
    note = written(cast, audience="setting", setting=cast.setting)
    cast.child.restricted = True
    cast.child.save()
    assert readers(cast, note) == set()


def test_the_trail_holds_who_and_for_whom_and_never_the_text(cast):
    note = written(cast)
    corrected(note, cast.head, text=SECRET + ", on Friday")
    notes.pin(note_id=note.pk, pinned=True, by=cast.adviser)
    events = list(Event.objects.order_by("seq"))
    assert [(event.verb, event.actor) for event in events] == [
        ("note.added", cast.adviser), ("note.corrected", cast.head), ("note.pinned", cast.adviser),
    ]  # fmt: skip
    assert {event.child_id for event in events} == {str(cast.child.pk)}
    assert "father" not in str([vars(event) for event in events])
    assert events[0].changes["audience"] == "virtual_school"


@pytest.mark.parametrize("who", ["office", "lead", "manager", "teacher", "safeguarding"])
def test_only_the_virtual_schools_teachers_write_correct_and_pin(cast, who):
    note, by = written(cast, audience="setting", setting=cast.setting), getattr(cast, who)
    for act in (
        lambda: written(cast, by=by),
        lambda: corrected(note, by, text="Otherwise"),
        lambda: notes.pin(note_id=note.pk, pinned=True, by=by),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert CaseNote.objects.count() == 1


def test_an_adviser_of_another_phase_writes_nothing(cast):
    with pytest.raises(NotAllowed):
        written(cast, by=adviser("secondary"))


def test_a_correction_is_a_row_of_its_own_and_the_first_wording_stays(cast):
    first = written(cast)
    second = corrected(first, cast.adviser, text="The mother rang")
    third = corrected(second, cast.head, kind="meeting")
    first.refresh_from_db()
    assert (first.text, first.author, first.number) == (SECRET, cast.adviser, 1)
    assert [(row.corrects, row.number, row.text) for row in (second, third)] == [
        (first, 2, "The mother rang"),
        (first, 3, "The mother rang"),
    ]
    assert third.author == cast.head


def test_a_wording_that_was_corrected_meanwhile_is_not_corrected_again(cast):
    note = written(cast)
    corrected(note, cast.head, text="The mother rang")
    with pytest.raises(Refused, match="corrected meanwhile"):
        corrected(note, cast.adviser, text="The aunt rang")
    with pytest.raises(IntegrityError), transaction.atomic():
        NoteFactory(child=cast.child, corrects=note, number=2)


def test_a_correction_for_fewer_people_takes_the_earlier_wording_away_from_the_rest(cast):
    first = written(cast, audience="setting", setting=cast.setting)
    second = corrected(first, cast.adviser, audience="social_care", setting=None)
    assert readers(cast, first) == readers(cast, second) == {"head", "adviser", "lead", "manager"}
    third = corrected(second, cast.adviser, audience="setting", setting=cast.setting, text="He is well")
    assert "teacher" in readers(cast, third)
    assert "teacher" not in readers(cast, first) | readers(cast, second)


def test_a_correction_for_more_people_does_not_show_them_what_it_corrects(cast):
    first = written(cast)
    second = corrected(first, cast.adviser, audience="setting", setting=cast.setting, text="He is well")
    assert "teacher" in readers(cast, second)
    assert readers(cast, first) == {"head", "adviser"}


def test_the_setting_shown_above_the_box_must_still_be_the_childs(cast):
    elsewhere = SettingFactory()
    with pytest.raises(Refused, match="not on roll at"):
        written(cast, audience="setting", setting=elsewhere)
    note = written(cast, audience="setting", setting=cast.setting)
    cast.child.enrolments.update(ends_on=TODAY)
    with pytest.raises(Refused, match="not on roll at"):
        written(cast, audience="setting", setting=cast.setting, text="Another")
    assert corrected(note, cast.adviser, text="As it was meant").setting == cast.setting


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"happened_on": date(2026, 1, 15)}, "Wednesday 14 January 2026 or an earlier day"),
        ({"happened_on": date(2010, 1, 1)}, "date of birth"),
        ({"text": "  \n "}, "Enter the note"),
        ({"kind": "gossip"}, "Select what"),
        ({"audience": "everybody"}, "Select what"),
        ({"audience": "setting"}, "Select who"),
    ],
)
def test_what_is_refused(cast, changes, sentence):
    with pytest.raises(Refused, match=sentence):
        written(cast, **changes)
    assert not CaseNote.objects.exists()


def test_a_correction_that_changes_nothing_is_refused(cast):
    note = written(cast)
    with pytest.raises(Refused, match="Nothing is different"):
        corrected(note, cast.adviser)


def test_pressing_the_button_twice_writes_one_note(cast, frozen):
    assert written(cast).pk == written(cast).pk
    frozen("2026-01-14 09:06")
    written(cast)
    assert CaseNote.objects.count() == 2


def test_a_pin_is_kept_on_the_first_wording_whichever_was_named(cast):
    first = written(cast)
    second = corrected(first, cast.adviser, text="The mother rang")
    assert notes.pin(note_id=second.pk, pinned=True, by=cast.adviser)
    assert not notes.pin(note_id=first.pk, pinned=True, by=cast.adviser)
    assert list(CaseNote.objects.filter(pinned=True)) == [first]
    assert notes.pin(note_id=second.pk, pinned=False, by=cast.adviser)
    assert not CaseNote.objects.filter(pinned=True).exists()


def test_a_note_cannot_be_deleted(cast):
    note = written(cast)
    for delete in (note.delete, CaseNote.objects.all().delete):
        with pytest.raises(NoteKept):
            delete()
    assert CaseNote.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"audience": NoteAudience.SETTING},
        {"audience": NoteAudience.SOCIAL_CARE, "setting": True},
        {"audience": "everybody"},
        {"kind": "gossip"},
        {"text": ""},
        {"number": 2},
    ],
)
def test_the_database_refuses_what_the_service_would(cast, fields):
    values = {**fields, "setting": cast.setting} if fields.get("setting") else fields
    with pytest.raises(IntegrityError), transaction.atomic():
        NoteFactory(child=cast.child, **values)
