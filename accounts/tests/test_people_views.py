"""The pages of people for every role that reaches them: what they show, what they refuse, and what they cost."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.roles import PERMISSIONS, Permission, Role
from accounts.scopes import today
from accounts.services import people
from accounts.tests.factories import MembershipFactory, OrganisationFactory, SettingFactory, UserFactory, adviser, person, phase
from messaging.models import Message

pytestmark = pytest.mark.django_db
REACH = sorted(role for role in Role if Permission.VIEW_PEOPLE in PERMISSIONS[role])
LIST = "/people/"


@pytest.fixture
def school():
    return SettingFactory().organisation


@pytest.fixture
def head(client):
    user = person(Role.HEAD)
    client.force_login(user)
    return user


@pytest.fixture
def teacher(client, school):
    user = person(Role.DESIGNATED_TEACHER, school)
    client.force_login(user)
    return user


def invited(by, organisation, email="nell@example.org", role=Role.SETTING_COLLEAGUE):
    return people.invite(email=email, name="Nell Colleague", role=role, organisation_id=organisation.pk, by=by, now=timezone.now())


def invite_at(organisation):
    return reverse("accounts:invite", args=[organisation.pk])


def sent(**changed):
    return {"name": "Nell Colleague", "email": "nell@example.org", "role": Role.SETTING_COLLEAGUE, **changed}


def on(day):
    return {"on_day": day.day, "on_month": day.month, "on_year": day.year}


# --- who reaches what


def test_who_reaches_the_page_is_who_the_table_says():
    assert REACH == [Role.DEPUTY, Role.DESIGNATED_TEACHER, Role.HEAD, Role.OFFICE]


@pytest.mark.parametrize("role", Role)
def test_each_page_for_each_role(role, client):
    by = person(Role.HEAD)
    user = adviser() if role == Role.ADVISORY_TEACHER else person(role)
    organisation = user.memberships.get().organisation
    row = invited(by, organisation) if organisation.kind == "setting" else MembershipFactory(organisation=organisation, role=role)
    client.force_login(user)
    expected = 200 if role in REACH else 403
    for where in (LIST, reverse("accounts:end", args=[row.pk])):
        assert client.get(where).status_code == expected
    assert client.get(reverse("accounts:invite_where")).status_code in ({200, 302} if role in REACH else {403})
    assert client.get(invite_at(organisation)).status_code == expected
    assert client.post(reverse("accounts:resend", args=[row.pk])).status_code in ({302, 404} if role in REACH else {403})


@pytest.mark.parametrize("role", REACH)
def test_the_list_shows_the_own_organisation_or_all(role, client, school):
    user, stranger, colleague = person(role, school), person(Role.SAFEGUARDING_LEAD), person(Role.SETTING_COLLEAGUE, school)
    client.force_login(user)
    page = client.get(LIST).text
    assert colleague.email in page
    assert (stranger.email in page) is (role != Role.DESIGNATED_TEACHER)


def test_buttons_are_only_where_the_service_would_say_yes(client, school):
    above = MembershipFactory(organisation=school, role=Role.HEADTEACHER)
    below = MembershipFactory(organisation=school, role=Role.SETTING_COLLEAGUE)
    user = person(Role.DESIGNATED_TEACHER, school)
    client.force_login(user)
    page = client.get(LIST).text
    assert reverse("accounts:end", args=[below.pk]) in page
    for row in (above, user.memberships.get()):
        assert reverse("accounts:end", args=[row.pk]) not in page


def test_the_own_row_has_no_button(client, head):
    other = MembershipFactory(role=Role.HEAD)
    page = client.get(LIST).text
    assert reverse("accounts:end", args=[other.pk]) in page
    assert reverse("accounts:end", args=[head.memberships.get().pk]) not in page


def test_every_state_has_its_words(client, head, school):
    now = timezone.now()
    rows = {
        "Ended": MembershipFactory(ends_on=today()),
        "Account closed": MembershipFactory(user=UserFactory(is_active=False)),
        "Organisation closed": MembershipFactory(organisation=OrganisationFactory(active=False)),
        "Suspended": MembershipFactory(suspended_at=now),
        "Invited": invited(head, school),
        "Invitation expired": invited(head, school, email="late@example.org"),
        "Not started": MembershipFactory(starts_on=today() + timedelta(days=3)),
        "Ends on": MembershipFactory(ends_on=today() + timedelta(days=3)),
    }
    rows["Invitation expired"].invitation.expires_at = now - timedelta(hours=1)
    rows["Invitation expired"].invitation.save()
    for words, row in rows.items():
        client.post(LIST, {"q": row.user.email})
        page = client.get(LIST).text
        assert words in page[page.index("<tbody") :], words


# --- filters


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "AMINA"}, {"amina"}),
        ({"q": "oak street"}, {"ben"}),
        ({"q": "example.net"}, {"amina"}),
        ({"role": Role.OFFICE}, {"amina"}),
        ({"state": "current"}, {"amina", "head"}),
        ({"state": "ended"}, {"ben"}),
        ({"state": "invited"}, {"cleo"}),
        ({"q": "amina", "state": "ended"}, set()),
        ({"q": "%"}, set()),
        ({"state": "nonsense"}, {"amina", "ben", "cleo", "head"}),
        ({"role": "wizard"}, {"amina", "ben", "cleo", "head"}),
        ({"q": "\x00"}, {"amina", "ben", "cleo", "head"}),
        ({"page": "9999"}, {"amina", "ben", "cleo", "head"}),
        ({"page": "-1"}, {"amina", "ben", "cleo", "head"}),
        ({"page": "x"}, {"amina", "ben", "cleo", "head"}),
    ],
)
def test_filters(asked, found, client):
    by = person(Role.HEAD, name="head")
    person(Role.OFFICE, name="Amina", email="amina@example.net")
    oak = SettingFactory(organisation__name="Oak Street School").organisation
    MembershipFactory(user__name="ben", organisation=oak, role=Role.DESIGNATED_TEACHER, ends_on=today())
    people.invite(
        email="cleo@example.org", name="cleo", role=Role.HEADTEACHER, organisation_id=SettingFactory().pk, by=by, now=timezone.now()
    )
    client.force_login(by)
    client.post(LIST, {"q": asked.get("q", "")})
    page = client.get(LIST, asked)
    assert page.status_code == 200
    assert {row.user.name.lower() for row, _may in page.context["rows"]} == found


def test_an_invitation_of_an_ended_role_counts_as_ended(client, head, school):
    row = invited(head, school)
    people.end_membership(membership_id=row.pk, on=today(), by=head)
    assert client.get(LIST, {"state": "invited"}).context["rows"] == []
    assert [found for found, _may in client.get(LIST, {"state": "ended"}).context["rows"]] == [row]


def _searching(client, words):
    client.post(LIST, {"q": words})
    return client.get(LIST)


def test_a_search_without_result_says_what_to_do(client, head):
    assert "No one matches. Clear the filters, or invite a person." in _searching(client, "nobody").text


def test_pages_keep_the_filters(client, head):
    MembershipFactory.create_batch(30, role=Role.AUDITOR)
    page = client.get(LIST, {"role": Role.AUDITOR, "page": 2})
    assert len(page.context["rows"]) == 5
    assert f"role={Role.AUDITOR}" in page.text


# --- cost


def statements(client, where) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(where).status_code == 200
    return sum(" FROM " in query["sql"] or "UPDATE" in query["sql"] for query in captured)


@pytest.mark.parametrize("role", [Role.HEAD, Role.DESIGNATED_TEACHER])
def test_the_list_costs_the_same_with_one_and_with_fifty_rows(role, client, school):
    by, user = person(Role.HEAD), person(role, school)
    client.force_login(user)
    invited(by, school)
    few = statements(client, LIST)
    for number in range(25):
        invited(by, school, email=f"more{number}@example.org")
        MembershipFactory(organisation=school, role=Role.SAFEGUARDING_LEAD)
    assert statements(client, LIST) == few
    assert few <= 7


def test_the_first_step_costs_the_same_with_one_and_with_fifty_organisations(client, head):
    SettingFactory()
    few = statements(client, reverse("accounts:invite_where"))
    SettingFactory.create_batch(50)
    assert statements(client, reverse("accounts:invite_where")) == few


# --- inviting


def test_the_first_step_leads_to_the_second(client, head, school):
    assert client.get(reverse("accounts:invite_where"), {"organisation": str(school.pk)}).headers["Location"] == invite_at(school)


def test_whoever_has_one_setting_skips_the_first_step(client, teacher, school):
    assert client.get(reverse("accounts:invite_where")).headers["Location"] == invite_at(school)


@pytest.mark.parametrize("organisation", ["", "nonsense", "\x00", str(uuid4())])
def test_a_broken_choice_of_organisation_says_what_to_do(organisation, client, head, school):
    page = client.get(reverse("accounts:invite_where"), {"organisation": organisation})
    assert page.status_code == 200
    assert page.context["form"].errors


def test_an_invitation_is_sent_once_even_if_the_form_is_sent_twice(client, head, school):
    first, second = (client.post(invite_at(school), sent()) for _ in range(2))
    assert first.headers["Location"] == LIST
    assert "This person already holds this role there." in second.text
    assert Membership.objects.filter(user__email="nell@example.org").count() == 1
    assert Message.objects.count() == 1


def test_the_page_says_whether_a_mail_goes(client, head, school):
    assert "The invitation is on its way" in client.post(invite_at(school), sent(), follow=True).text
    known = person(Role.OFFICE)
    page = client.post(invite_at(school), sent(email=known.email.upper()), follow=True).text
    assert "No e-mail was sent" in page
    assert "on its way" not in page


def test_an_advisory_teacher_is_invited_with_a_phase(client, head):
    virtual_school = OrganisationFactory()
    refused = client.post(invite_at(virtual_school), sent(role=Role.ADVISORY_TEACHER, phase=""))
    assert refused.context["form"].errors == {"phase": ["Choose the phase the advisory teacher works in."]}
    assert client.post(invite_at(virtual_school), sent(role=Role.ADVISORY_TEACHER, phase="primary")).status_code == 302
    assert User.objects.get(email="nell@example.org").memberships.get().adviser_profile.phase == phase()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "Nell\x00"),
        ("name", "n" * 1_000_000),
        ("name", "Nell\u202eHead"),
        ("email", ""),
        ("email", "nell"),
        ("email", "nell@example.org, all@example.org"),
        ("email", "n\u0435ll@example.org"),
        ("email", "nell\x00@example.org"),
        ("email", "x" * 245 + "@example.org"),
        ("email", "x" * 1_000_000 + "@example.org"),
        ("role", ""),
        ("role", "wizard"),
        ("role", Role.HEAD),
        ("role", Role.LEAD_PRACTITIONER),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(field, typed, client, head, school):
    page = client.post(invite_at(school), sent(**{field: typed}))
    assert page.status_code == 200
    assert page.context["form"].errors
    assert "This field is required" not in page.text
    kept = {"name": "Nell Colleague", "email": "nell@example.org"}
    kept.pop(field, None)
    assert all(f'value="{value}"' in page.text for value in kept.values())
    assert not Membership.objects.filter(organisation=school).exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.SAFEGUARDING_LEAD, Role.SETTING_COLLEAGUE}])
def test_a_designated_teacher_posts_a_role_that_is_not_offered(role, client, teacher, school):
    page = client.post(
        invite_at(school), sent(role=role, phase="primary", organisation=str(OrganisationFactory().pk), is_staff="on", user="1")
    )
    assert page.context["form"].errors["role"]
    assert school.memberships.count() == 1


def test_fields_that_the_form_does_not_have_change_nothing(client, teacher, school):
    other = OrganisationFactory()
    extra = {
        "organisation": str(other.pk),
        "organisation_id": str(other.pk),
        "invited_by": "1",
        "is_staff": "1",
        "is_superuser": "1",
        "phase": "primary",
    }
    client.post(invite_at(school), sent(**extra, starts_on="2020-01-01", by="1"))
    user = User.objects.get(email="nell@example.org")
    row = user.memberships.get()
    assert (user.is_staff, user.is_superuser, row.organisation, row.invited_by, row.starts_on) == (False, False, school, teacher, today())


# --- ending and sending again


def test_a_role_is_ended_on_a_day(client, head):
    row = MembershipFactory()
    where = reverse("accounts:end", args=[row.pk])
    assert f'value="{today().year}"' in client.get(where).text
    assert client.post(where, on(today() + timedelta(days=3))).headers["Location"] == LIST
    row.refresh_from_db()
    assert row.ends_on == today() + timedelta(days=3)


def test_an_end_typed_wrong_says_so_and_is_kept(client, head):
    row = MembershipFactory()
    where = reverse("accounts:end", args=[row.pk])
    for typed in (
        {},
        {"on_day": "31", "on_month": "2", "on_year": "2026"},
        {"on_day": "\x00", "on_month": "x" * 1000, "on_year": "99999"},
        on(row.starts_on - timedelta(1)),
    ):
        page = client.post(where, {"submit": "go", **typed})
        assert page.status_code == 200
        assert page.context["form"].errors
        assert "This field is required" not in page.text
    assert client.post(where, {"submit": "go", "on_day": "31", "on_month": "2", "on_year": "2026"}).text.count('value="31"') == 1
    row.refresh_from_db()
    assert row.ends_on is None


def test_nobody_ends_the_own_role_by_its_address(client, head):
    page = client.post(reverse("accounts:end", args=[head.memberships.get().pk]), on(today()))
    assert "You cannot end your own role. Ask a colleague." in page.text


def test_a_new_link_is_sent(client, head, school):
    row = invited(head, school)
    client.post(reverse("accounts:resend", args=[row.pk]))
    assert Message.objects.count() == 2
    people.accept(token=people.token_of(type(row.invitation).objects.get()), password="violet harbour lantern", now=timezone.now())
    assert client.post(reverse("accounts:resend", args=[row.pk])).status_code == 404


# --- foreign and missing are the same


def without_secrets(answer) -> str:
    """The page without what is new in each: its address, the nonce and the form token."""
    text = answer.text.replace(answer.request["PATH_INFO"], "")
    return re.sub(r'(nonce|name="csrfmiddlewaretoken" value)="[^"]+"', "", text)


def test_foreign_and_missing_get_the_same_answer(client, teacher):
    other = SettingFactory().organisation
    row, missing = invited(person(Role.HEAD), other), uuid4()
    pairs = [
        ("accounts:invite", other.pk, "get"),
        ("accounts:invite", other.pk, "post"),
        ("accounts:end", row.pk, "get"),
        ("accounts:end", row.pk, "post"),
        ("accounts:resend", row.pk, "post"),
    ]
    for name, pk, method in pairs:
        foreign, absent = (getattr(client, method)(reverse(name, args=[each]), sent()) for each in (pk, missing))
        assert (foreign.status_code, absent.status_code) == (404, 404)
        assert without_secrets(foreign) == without_secrets(absent)
        assert set(foreign.headers) == set(absent.headers)


def test_an_organisation_that_is_closed_takes_nobody(client, head, school):
    SettingFactory()
    Organisation.objects.filter(pk=school.pk).update(active=False)
    assert client.get(invite_at(school)).status_code == 404
    assert client.get(reverse("accounts:invite_where"), {"organisation": str(school.pk)}).status_code == 200


@pytest.mark.parametrize(
    ("name", "methods"),
    [
        ("accounts:people", {"GET", "POST"}),
        ("accounts:invite_where", {"GET"}),
        ("accounts:resend", {"POST"}),
        ("accounts:end", {"GET", "POST"}),
        ("accounts:choose_hat", {"POST"}),
    ],
)
def test_other_methods_are_refused(name, methods, client, head, school):
    args = [invited(head, school).pk] if name in {"accounts:resend", "accounts:end"} else []
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
        assert client.generic(method, reverse(name, args=args)).status_code == 405


def test_a_form_without_its_token_is_refused(head, school):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(head)
    assert careful.post(invite_at(school), sent()).status_code == 403
    assert not Membership.objects.filter(organisation=school).exists()
