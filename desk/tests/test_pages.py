"""Home, my caseload and a child's page, as each role sees them."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.scopes import hats_of
from accounts.tests.factories import SettingFactory, UserFactory, adviser, person
from audit.models import Viewing
from caseload.models import AdviserAllocation
from caseload.tests.factories import PlacementFactory, StatusFactory, known_child
from core.calendars import Calendar
from core.models import Term
from core.selectors import calendar
from core.tests.counting import statements
from desk import selectors
from messaging.models import Message
from messaging.states import MessageState
from peps.states import PartKind, PepKind, PepState
from peps.tests.factories import PepFactory, fill_part, world

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 14)


@pytest.fixture(autouse=True)
def _on_a_school_day(frozen):
    frozen(TODAY)


def titles(user):
    return [need.title for need in selectors.needs(user, TODAY, calendar())]


def test_a_designated_teacher_is_shown_the_plans_to_write_and_what_was_asked_to_change():
    cast = world()
    assert titles(cast.teacher) == [f"Complete the PEP of {cast.child.name}"]
    cast.pep.state = PepState.RETURNED
    cast.pep.save()
    assert titles(cast.teacher) == [f"Change what was asked in the PEP of {cast.child.name}"]


def test_a_sent_plan_leaves_the_teachers_list_and_comes_to_the_adviser_then_to_a_reviewer():
    cast = world(submitted=True)
    reviewer = adviser()
    assert titles(cast.teacher) == []
    assert titles(cast.adviser) == [f"Write the Virtual School's part for {cast.child.name}"]
    assert titles(reviewer) == []
    fill_part(cast.pep, PartKind.ADVISER, by=cast.adviser)
    assert titles(reviewer) == [f"Check the PEP of {cast.child.name}"]


@pytest.mark.parametrize(("kind", "asked"), [(PepKind.FIRST, False), (PepKind.TERMLY, True)])
def test_the_childs_adviser_is_asked_to_check_only_what_they_may_sign_off(kind, asked):
    cast = world(submitted=True, kind=kind, sampled=False)
    fill_part(cast.pep, PartKind.ADVISER, by=cast.adviser)
    assert (f"Check the PEP of {cast.child.name}" in titles(cast.adviser)) is asked


def test_a_sent_plan_that_lies_with_nobody_comes_to_the_head():
    cast = world(submitted=True)
    assert titles(person(Role.HEAD)) == []
    AdviserAllocation.objects.update(ends_on=TODAY)
    assert titles(person(Role.DEPUTY)) == [f"Name an advisory teacher for {cast.child.name}"]


def test_nobody_is_asked_to_check_what_they_wrote_or_sent():
    cast = world(submitted=True)
    fill_part(cast.pep, PartKind.ADVISER, by=cast.adviser)
    part = cast.pep.parts.get(kind=PartKind.SETTING)
    part.writers.create(user=cast.adviser)
    assert f"Check the PEP of {cast.child.name}" not in titles(cast.adviser)


def test_a_lead_practitioner_is_asked_for_the_own_part_until_it_is_done():
    cast = world()
    assert titles(cast.lead) == [f"Write your part of the PEP of {cast.child.name}"]
    fill_part(cast.pep, PartKind.LEAD, by=cast.lead)
    assert titles(cast.lead) == []


def test_the_head_is_shown_offers_that_ran_out_and_messages_that_failed():
    head, child = person(Role.HEAD), known_child(placed=False)
    PlacementFactory(child=child, offered=True, reserved_until=date(2026, 1, 5))
    Message.objects.create(
        key="k",
        kind="k",
        recipient=head,
        about_type="x",
        about_id="1",
        created_at="2026-01-01T09:00Z",
        due_at="2026-01-01T09:00Z",
        try_at="2026-01-01T09:00Z",
        state=MessageState.FAILED,
        message_id="m",
    )
    found = selectors.needs(head, TODAY, calendar())
    assert [(need.title, need.late) for need in found] == [
        (f"Start or withdraw the place of {child.name}", True),
        ("Look at messages that could not be delivered", True),
    ]


def test_the_oldest_duty_stands_first():
    first, second = world(due_on=date(2026, 3, 1)), world(due_on=date(2026, 2, 1))
    second.pep.setting = first.pep.setting
    second.pep.save()
    second.child.enrolments.update(setting=first.pep.setting)
    assert [need.by for need in selectors.needs(first.teacher, TODAY, calendar())] == [date(2026, 2, 1), date(2026, 3, 1)]


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 1, 8), "late, 6 days"),
        (date(2026, 1, 13), "late, 1 day"),
        (TODAY, "due today"),
        (date(2026, 1, 15), "due in 1 school day"),
        (date(2026, 1, 19), "due in 3 school days"),
    ],
)
def test_how_long_there_is(due, words):
    assert selectors.due_words(due, TODAY, calendar()) == words


def test_without_term_dates_no_days_are_guessed():
    assert selectors.due_words(date(2026, 1, 19), TODAY, Calendar()) == ""


def test_each_number_opens_exactly_its_list(client):
    cast = world(due_on=date(2026, 1, 8))
    second = known_child(setting=cast.pep.setting)
    PepFactory(child=second, setting=cast.pep.setting, state=PepState.SUBMITTED, due_on=date(2026, 1, 8))
    for user in (cast.teacher, person(Role.HEAD)):
        client.force_login(user)
        children, *plans = selectors.numbers(user, TODAY)
        assert [each.number for each in plans] == [2, 1, 1]
        assert len(client.get(children.href).context["page_obj"]) == children.number == 2
        for each in plans:
            assert len(client.get(each.href).context["rows"]) == each.number, each.label


def test_a_sent_plan_is_not_late_on_any_page(client):
    cast = world(submitted=True, due_on=date(2026, 1, 8))
    client.force_login(cast.adviser)
    assert "late, 6 days" not in client.get(reverse("desk:child", args=[cast.child.pk])).text
    assert "late, 6 days" not in client.get(reverse("desk:caseload")).text
    assert cast.child.name not in client.get(reverse("desk:caseload"), {"late": "on"}).text


@pytest.mark.parametrize("role", Role)
def test_home_opens_for_every_role(client, role):
    user = adviser() if role == Role.ADVISORY_TEACHER else person(role)
    client.force_login(user)
    answer = client.get(reverse("desk:home"))
    assert answer.status_code == 200
    assert "Nothing waits for you" in answer.content.decode()


def test_home_says_so_where_a_person_has_no_role(client):
    client.force_login(UserFactory())
    assert "You have no role at the moment" in client.get(reverse("desk:home")).content.decode()


def test_home_says_that_term_dates_are_missing(client):
    Term.objects.filter(year=2025).delete()
    client.force_login(person(Role.HEAD))
    assert "no term dates for the school year 2025/26" in client.get(reverse("desk:home")).content.decode()


def test_my_caseload_shows_only_my_children_with_the_reason(client):
    cast = world(due_on=date(2026, 1, 8))
    other = world()
    client.force_login(cast.adviser)
    text = client.get(reverse("desk:caseload")).content.decode()
    assert cast.child.name in text
    assert "PEP not started, late, 6 days" in text
    assert other.child.name not in text


def test_my_caseload_filters_by_state_and_lateness(client):
    cast = world()
    client.force_login(cast.adviser)
    page = reverse("desk:caseload")
    assert cast.child.name in client.get(page, {"pep": "not_started"}).content.decode()
    assert cast.child.name not in client.get(page, {"pep": "submitted"}).content.decode()
    assert cast.child.name not in client.get(page, {"late": "on"}).content.decode()
    assert client.get(page, {"pep": "nonsense", "status": "\x00", "page": "zzz"}).status_code == 200


def test_opening_a_childs_page_is_written_down(client):
    cast = world()
    client.force_login(cast.lead)
    assert client.get(reverse("desk:child", args=[cast.child.pk])).status_code == 200
    viewing = Viewing.objects.get()
    assert (viewing.user, viewing.child_id, viewing.page) == (cast.lead, str(cast.child.pk), "overview")


def test_the_page_title_carries_the_reference_and_no_name(client):
    cast = world(called="Zephyrine")
    client.force_login(cast.lead)
    text = client.get(reverse("desk:child", args=[cast.child.pk])).content.decode()
    title = text[text.index("<title>") : text.index("</title>")]
    assert cast.child.reference in title
    assert "Zephyrine" not in title


def test_a_setting_reads_no_earlier_statuses(client):
    cast = world()
    StatusFactory(child=cast.child, status="cp", starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    page = reverse("desk:child", args=[cast.child.pk])
    client.force_login(cast.teacher)
    assert "Statuses and settings so far" not in client.get(page).content.decode()
    client.force_login(cast.lead)
    assert "Child protection plan: from 1 January 2020 until 1 January 2021" in client.get(page).content.decode()


def test_a_setting_sees_that_there_is_a_place_and_not_which(client):
    cast = world()
    page = reverse("desk:child", args=[cast.child.pk])
    client.force_login(cast.teacher)
    assert "Has a place" in client.get(page).content.decode()
    assert "Social care, place" not in client.get(page).content.decode()
    client.force_login(cast.lead)
    assert "Social care, place" in client.get(page).content.decode()


def fill_caseload(mine, how_many):
    setting = SettingFactory()
    for _ in range(how_many):
        child = known_child(setting=setting, adviser=mine, placed=False)
        PlacementFactory(child=child)
        PepFactory(child=child)


def test_my_caseload_costs_the_same_with_one_child_and_with_twenty_five(client):
    one, many = adviser(), adviser()
    fill_caseload(one, 1)
    fill_caseload(many, 25)
    assert AdviserAllocation.objects.filter(adviser=many).count() == 25
    counts = []
    for user in (one, many):
        client.force_login(user)
        client.get(reverse("desk:caseload"))
        counts.append(statements(lambda: client.get(reverse("desk:caseload"))))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_a_childs_page_costs_the_same_whatever_hangs_on_it(client):
    cast = world()
    client.force_login(cast.lead)
    page = reverse("desk:child", args=[cast.child.pk])
    client.get(page)
    before = statements(lambda: client.get(page))
    for year in range(1950, 2000):
        StatusFactory(child=cast.child, starts_on=date(year, 1, 1), ends_on=date(year, 6, 1))
    assert statements(lambda: client.get(page)) == before


def test_the_hat_is_asked_anew(client):
    cast = world()
    client.force_login(cast.lead)
    cast.lead.memberships.update(ends_on=TODAY)
    assert hats_of(cast.lead) == []
    assert client.get(reverse("desk:child", args=[cast.child.pk])).status_code == 403
