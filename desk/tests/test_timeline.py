"""The timeline of a child: all that happened, for this reader, in a fixed number of statements."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import SettingFactory, adviser, person
from audit.models import Viewing
from caseload.models import Placement
from caseload.tests.factories import EnrolmentFactory, NoteFactory, StatusFactory, known_child
from core.models import Cycle
from core.tests.counting import statements
from desk.timeline import timeline
from messaging.models import Message
from messaging.states import MessageState
from peps.tests.factories import NOW, PepFactory, world

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 14)
MOST_STATEMENTS = 12


@pytest.fixture(autouse=True)
def _on_a_school_day(frozen):
    frozen(TODAY)


def autumn():
    return Cycle.objects.get(year_id=2025, number=1)


def titles(child, user):
    return [entry.title for entry in timeline(child, user, TODAY)]


def shown(client, child, user, **asked):
    client.force_login(user)
    answer = client.get(reverse("desk:timeline", args=[child.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def mail(pep, to, kind="peps.opened", state=MessageState.SENT, key=""):
    return Message.objects.create(
        key=f"{kind}{to.pk}{key}",
        kind=kind,
        recipient=to,
        about_type="peps.Pep",
        about_id=str(pep.pk),
        about_label=pep.reference,
        created_at=NOW,
        due_at=NOW,
        try_at=NOW,
        sent_at=NOW if state == MessageState.SENT else None,
        state=state,
        message_id=f"{kind}{to.pk}{key}",
    )


def test_everything_that_happened_is_there_for_council_staff():
    cast = world(signed_off=True, returns=1, returned_at=NOW, returned_by=person(Role.HEAD), return_reason="Say who reads with Maya")
    child, setting = cast.child, cast.pep.setting
    NoteFactory(child=child, text="Rang the school")
    child.statuses.update(ends_on=date(2025, 6, 1))
    StatusFactory(child=child, status="cp", starts_on=date(2025, 6, 1))
    mail(cast.pep, cast.teacher)
    mail(cast.pep, cast.lead)
    mail(cast.pep, cast.lead, kind="peps.late", state=MessageState.QUEUED)
    found = titles(child, cast.adviser)
    place = Placement.objects.get(child=child).place
    name = f"{place.pool.name}, place {place.number}"
    cycle = cast.pep.cycle.label
    assert sorted(found) == sorted([
        "Telephone call",
        "Plan status: Child in need",
        "Plan status: Child protection plan",
        f"On roll at {setting.name}",
        f"Lead practitioner: {cast.lead.name}, {child.lead_allocations.get().team.name}",
        f"Advisory teacher: {cast.adviser.name}",
        f"Place offered: {name}",
        f"Place started: {name}",
        f"PEP opened: {cycle}",
        f"PEP sent: {cycle}",
        f"PEP returned: {cycle}",
        f"PEP signed off: {cycle}",
        f"A PEP has opened: {cast.pep.reference}",
    ])  # fmt: skip
    entries = timeline(child, cast.adviser, TODAY)
    assert [entry.on for entry in entries] == sorted((entry.on for entry in entries), reverse=True)
    assert next(entry.text for entry in entries if entry.kind == "message") == "Mail to 2 people"
    assert "Say who reads with Maya" in [entry.text for entry in entries]


def test_an_end_is_told_unless_the_next_begins_on_that_day():
    cast = world()
    cast.child.statuses.update(ends_on=date(2025, 6, 1))
    assert "Plan status ended: until then Child in need" in titles(cast.child, cast.lead)
    StatusFactory(child=cast.child, status="cp", starts_on=date(2025, 6, 1))
    assert "Plan status ended: until then Child in need" not in titles(cast.child, cast.lead)


def test_a_setting_reads_what_holds_now_and_its_own_plans_only():
    cast = world()
    child, before = cast.child, SettingFactory()
    child.enrolments.update(starts_on=date(2025, 9, 1))
    EnrolmentFactory(child=child, setting=before, starts_on=date(2023, 9, 1), ends_on=date(2025, 9, 1))
    StatusFactory(child=child, status="cp", starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    PepFactory(child=child, setting=before, signed_off=True, opened_on=date(2025, 1, 6), cycle=autumn())
    for fields in ({}, {"social_care": True}, {"setting": before}):
        NoteFactory(child=child, text="Not for this setting", **fields)
    NoteFactory(child=child, setting=cast.pep.setting, text="For this setting", kind="visit")
    mail(cast.pep, cast.lead)
    mail(cast.pep, cast.teacher, kind="peps.late")
    place = Placement.objects.get(child=child).place
    assert sorted(titles(child, cast.teacher)) == sorted([
        "Visit",
        "Plan status: Child in need",
        f"On roll at {cast.pep.setting.name}",
        f"Lead practitioner: {cast.lead.name}, {child.lead_allocations.get().team.name}",
        f"Advisory teacher: {cast.adviser.name}",
        f"Place started: {place.pool.name}, place {place.number}",
        f"PEP opened: {cast.pep.cycle.label}",
        f"PEP signed off: {autumn().label}",
        f"A PEP is late: {cast.pep.reference}",
    ])  # fmt: skip


def test_a_setting_is_not_told_of_a_move_that_lies_ahead_nor_why_a_place_ended():
    cast = world()
    EnrolmentFactory(child=cast.child, starts_on=date(2026, 2, 1), ends_on=date(2026, 9, 1), setting__organisation__name="Refuge Primary")
    cast.child.placements.update(state="ended", ended_on=TODAY - timedelta(days=3), end_reason="looked_after")
    entries = timeline(cast.child, cast.teacher, TODAY)
    assert "Refuge Primary" not in str(entries)
    assert "looked after" not in str(entries)
    assert any(entry.title.startswith("Place ended") for entry in entries)
    assert "Became looked after" in [entry.text for entry in timeline(cast.child, cast.lead, TODAY)]


def test_the_office_reads_no_notes_and_no_history():
    cast = world()
    NoteFactory(child=cast.child, setting=cast.pep.setting)
    StatusFactory(child=cast.child, status="cp", starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    found = titles(cast.child, person(Role.OFFICE))
    assert "Telephone call" not in found
    assert "Plan status: Child protection plan" not in found
    assert f"PEP opened: {cast.pep.cycle.label}" in found


def test_pinned_notes_stand_on_top_and_a_correction_above_what_it_corrects(client):
    cast = world()
    old = NoteFactory(child=cast.child, happened_on=date(2024, 9, 5), text="Old but pinned", pinned=True)
    NoteFactory(child=cast.child, happened_on=TODAY, text="New")
    NoteFactory(child=cast.child, happened_on=date(2024, 9, 6), text="Put right", corrects=old, number=2)
    text = shown(client, cast.child, cast.adviser)
    assert text.index("Put right") < text.index("Before the correction") < text.index("Old but pinned") < text.index("New")
    first = timeline(cast.child, cast.adviser, TODAY)[0]
    assert (first.pinned, first.corrected, [note.text for note in first.earlier]) == (True, True, ["Old but pinned"])


def test_highlights_come_first_and_everything_on_request(client):
    cast = world()
    text = shown(client, cast.child, cast.adviser)
    assert "Plan status: Child in need" in text
    assert "PEP opened" not in text
    assert f"Show everything ({len(timeline(cast.child, cast.adviser, TODAY))})" in text
    assert "PEP opened" in shown(client, cast.child, cast.adviser, show="everything")


def test_a_kind_and_a_search_look_through_everything(client):
    cast = world()
    NoteFactory(child=cast.child, text="Zoë's mother rang about reading")
    first = NoteFactory(child=cast.child, text="About swimming")
    NoteFactory(child=cast.child, text="About football", corrects=first, number=2)
    assert "PEP opened" in shown(client, cast.child, cast.adviser, kind="plan")
    text = shown(client, cast.child, cast.adviser, words="zoe READING")
    assert "mother rang" in text
    assert "About football" not in text
    assert "About football" in shown(client, cast.child, cast.adviser, words="swimming")
    text = shown(client, cast.child, cast.adviser, words="nobody wrote this")
    assert "Nothing in this timeline fits" in text
    assert shown(client, cast.child, cast.adviser, kind="x", words="\x00", page="zzz", show="y")


def test_an_empty_timeline_says_what_will_come(client):
    cast = world()
    for rows in (cast.child.peps.get().parts, cast.child.peps, cast.child.placements, cast.child.statuses, cast.child.enrolments):
        rows.all().delete()
    cast.child.lead_allocations.all().delete()
    cast.child.adviser_allocations.all().delete()
    assert "Write the first note" in shown(client, cast.child, adviser())
    assert "Write the first note" not in shown(client, cast.child, person(Role.OFFICE))


def test_pages_keep_the_wishes_and_one_page_for_paper_holds_all(client):
    cast = world()
    for number in range(60):
        NoteFactory(child=cast.child, happened_on=TODAY - timedelta(days=number), text=f"Note {number:02d} of many")
    text = shown(client, cast.child, cast.adviser, words="many")
    assert len(re.findall(r"Note \d\d of many", text)) == 25
    assert "words=many&amp;page=2" in text
    assert len(re.findall(r"Note \d\d of many", shown(client, cast.child, cast.adviser, words="many", whole="1"))) == 60


def test_opening_it_is_written_down_and_the_title_holds_no_name(client):
    cast = world(called="Zephyrine")
    text = shown(client, cast.child, cast.lead)
    viewing = Viewing.objects.get()
    assert (viewing.user, viewing.child_id, viewing.page) == (cast.lead, str(cast.child.pk), "timeline")
    title = re.search(r"<title>(.*?)</title>", text, re.S)[1]
    assert cast.child.reference in title
    assert "Zephyrine" not in title


@pytest.mark.parametrize("who", ["adviser", "lead", "teacher"])
def test_it_costs_the_same_with_one_note_and_with_fifty(client, who):
    cast = world()
    user = getattr(cast, who)
    client.force_login(user)
    page = reverse("desk:timeline", args=[cast.child.pk])
    NoteFactory(child=cast.child, setting=cast.pep.setting)
    mail(cast.pep, user)
    client.get(page)
    before = statements(lambda: client.get(page, {"show": "everything", "whole": "1"}))
    for number in range(49):
        note = NoteFactory(child=cast.child, setting=cast.pep.setting, happened_on=TODAY - timedelta(days=number))
        NoteFactory(child=cast.child, setting=cast.pep.setting, corrects=note, number=2)
        StatusFactory(child=cast.child, starts_on=date(1950 + number, 1, 1), ends_on=date(1950 + number, 6, 1))
        mail(cast.pep, user, key=str(number))
    assert statements(lambda: client.get(page, {"show": "everything", "whole": "1"})) == before
    assert before <= MOST_STATEMENTS


def test_the_sub_pages_are_those_that_the_reader_can_open(client):
    cast = world()
    for user in (cast.adviser, cast.teacher, cast.lead):
        text = shown(client, cast.child, user)
        links = re.findall(r'vs-sub-navigation__link"\s+href="([^"]+)"', text)
        assert reverse("desk:timeline", args=[cast.child.pk]) in links
        assert {client.get(link).status_code for link in links} == {200}
    assert len(re.findall(r'vs-sub-navigation__link"[^>]*aria-current="page"', text)) == 1


def test_the_plans_of_a_child_are_listed_in_the_readers_words(client):
    cast, page = world(), "desk:child_peps"
    client.force_login(cast.teacher)
    text = client.get(reverse(page, args=[cast.child.pk])).content.decode()
    assert cast.pep.reference in text
    assert "To do" in text
    assert "Not started" not in text
    other = known_child(placed=False)
    client.force_login(adviser())
    assert "No PEP yet" in client.get(reverse(page, args=[other.pk])).content.decode()
