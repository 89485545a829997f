"""Every view has a rule, and the rule is kept: anonymous people, missing rights, closed pages, hats, redirects."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account import urls as allauth_urls
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path, reverse

from accounts.access import CLOSED, LIBRARY_RULES, PUBLIC, SIGNED_IN, access, rule_of
from accounts.models import Membership
from accounts.roles import Permission, Role
from accounts.scopes import today
from accounts.tests.factories import MembershipFactory, SettingFactory, person
from vsh_portal import urls as portal_urls

pytestmark = pytest.mark.django_db


def answer(request, **kwargs):
    return HttpResponse("reached")


def bare(request):
    return HttpResponse("reached")


@login_not_required
def open_by_mistake(request):
    return HttpResponse("reached")


urlpatterns = [
    path("bare/", bare, name="bare"),
    path("bare/library/", bare, name="account_login"),
    path("bare/open/", open_by_mistake),
    path("signed-in/", access(SIGNED_IN)(lambda request: answer(request))),
    path("public/", access(PUBLIC)(lambda request: answer(request))),
    path("import/", access(Permission.IMPORT)(lambda request: answer(request))),
    *portal_urls.urlpatterns,
]
own_addresses = pytest.mark.urls(__name__)


# --- views


@own_addresses
@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("address", ["/bare/", "/bare/library/", "/bare/open/"])
def test_a_view_without_a_rule_is_refused_for_everybody(address, debug, client, settings, caplog):
    """Not even its name, or a forgotten decorator, opens it."""
    settings.DEBUG = debug
    assert client.get(address).status_code == 403
    client.force_login(person(Role.HEAD))
    for method in ("get", "head", "post", "put", "patch", "delete", "options"):
        assert getattr(client, method)(address).status_code == 403
    assert "view without access rule" in caplog.text


@own_addresses
def test_the_rule_decides_who_reaches_a_view(client):
    assert client.get("/public/").content == b"reached"
    client.force_login(person(Role.DESIGNATED_TEACHER))
    assert client.get("/signed-in/").content == b"reached"
    assert client.get("/import/").status_code == 403
    client.force_login(person(Role.OFFICE))
    assert client.get("/import/").content == b"reached"


@own_addresses
@pytest.mark.parametrize("address", ["/signed-in/", "/import/?page=2&q=a%20b"])
def test_anonymous_people_are_sent_to_sign_in_and_back(address, client):
    refused = client.get(address)
    assert refused.status_code == 302
    place = urlsplit(refused.headers["Location"])
    assert (place.path, parse_qs(place.query)["next"]) == (reverse("account_login"), [address])


@own_addresses
def test_who_has_lost_every_hat_reaches_signed_in_pages_only(client):
    user = person(Role.OFFICE)
    client.force_login(user)
    assert client.get("/import/").status_code == 200
    Membership.objects.filter(user=user).update(ends_on=today())
    assert client.get("/import/").status_code == 403
    assert client.get("/signed-in/").status_code == 200


@own_addresses
def test_an_account_that_is_closed_is_anonymous_with_the_next_request(client):
    user = person(Role.OFFICE)
    client.force_login(user)
    user.is_active = False
    user.save()
    assert client.get("/signed-in/").status_code == 302


# --- libraries


def test_every_page_of_allauth_has_a_rule_and_no_rule_is_left_over():
    assert {pattern.name for pattern in allauth_urls.urlpatterns} == set(LIBRARY_RULES)


def test_rules_by_name_hold_for_the_library_s_own_views_only():
    assert rule_of(bare, "account_login") is None
    assert (
        rule_of(next(pattern.callback for pattern in allauth_urls.urlpatterns if pattern.name == "account_login"), "account_login")
        == PUBLIC
    )


CLOSED_PAGES = [
    "signup/", "email/", "confirm-email/", "confirm-email/abc:def/", "password/set/", "login/code/confirm/",
]  # fmt: skip


@pytest.mark.parametrize("closed", CLOSED_PAGES)
@pytest.mark.parametrize("role", [None, Role.OFFICE, Role.HEAD])
def test_closed_pages_are_not_there_for_anybody(closed, role, client):
    if role:
        client.force_login(person(role))
    for method in (client.get, client.post):
        assert method(f"/account/{closed}").status_code == 404


def test_every_closed_rule_is_in_the_list_above():
    assert len(CLOSED_PAGES) == len([rule for rule in LIBRARY_RULES.values() if rule == CLOSED])


@pytest.mark.parametrize("name", ["account_change_password", "account_reauthenticate"])
def test_pages_about_the_own_password_need_a_sign_in(name, client):
    assert client.get(reverse(name)).headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive"])
def test_pages_before_the_sign_in_are_open(name, client):
    assert client.get(reverse(name)).status_code == 200


def test_nobody_signs_up_by_posting_to_any_page(client, django_user_model):
    for pattern in ("account_signup", "account_login", "account_reset_password"):
        client.post(reverse(pattern), {"email": "new@example.org", "password1": "violet harbour lantern"})
    assert not django_user_model.objects.filter(email="new@example.org").exists()


# --- hats


@own_addresses
def test_only_the_worn_hat_s_permissions_count(client):
    user = person(Role.OFFICE)
    teacher = MembershipFactory(user=user, organisation=SettingFactory().organisation, role=Role.DESIGNATED_TEACHER)
    client.force_login(user)
    client.post(reverse("accounts:choose_hat"), {"hat": str(teacher.pk)})
    assert client.get("/import/").status_code == 403
    office = user.memberships.get(role=Role.OFFICE)
    client.post(reverse("accounts:choose_hat"), {"hat": str(office.pk)})
    assert client.get("/import/").status_code == 200


@own_addresses
def test_a_worn_hat_that_ends_falls_to_what_is_left(client):
    user = person(Role.OFFICE)
    MembershipFactory(user=user, organisation=SettingFactory().organisation, role=Role.DESIGNATED_TEACHER)
    office = user.memberships.get(role=Role.OFFICE)
    client.force_login(user)
    client.post(reverse("accounts:choose_hat"), {"hat": str(office.pk)})
    Membership.objects.filter(pk=office.pk).update(suspended_at="2026-01-01T00:00Z")
    assert client.get("/import/").status_code == 403


@pytest.mark.parametrize("hat", ["", "nonsense", "\x00", "00000000-0000-0000-0000-000000000000", "x" * 100_000])
def test_a_hat_that_is_not_one_changes_nothing(hat, client):
    user = person(Role.OFFICE)
    client.force_login(user)
    assert client.post(reverse("accounts:choose_hat"), {"hat": hat}).status_code == 302
    assert "hat" not in client.session
    assert client.get(reverse("accounts:people")).context["hat"] == user.memberships.get()


def test_somebody_else_s_hat_and_an_ended_one_are_not_worn(client):
    user = person(Role.DESIGNATED_TEACHER)
    strange, ended = MembershipFactory(role=Role.HEAD), MembershipFactory(user=user, role=Role.HEAD, ends_on=today())
    client.force_login(user)
    for hat in (strange, ended):
        client.post(reverse("accounts:choose_hat"), {"hat": str(hat.pk)})
        assert "hat" not in client.session


def test_the_chosen_hat_does_not_outlive_the_session(client):
    user = person(Role.OFFICE)
    client.force_login(user)
    client.post(reverse("accounts:choose_hat"), {"hat": str(user.memberships.get().pk)})
    client.logout()
    client.force_login(person(Role.OFFICE))
    assert "hat" not in client.session


# --- where a form may lead

BAD_TARGETS = [
    "https://evil.example.com/", "//evil.example.com/", "///evil.example.com", "/\\evil.example.com", "\\\\evil.example.com",
    "http:evil.example.com", "javascript:alert(1)", "\x01//evil.example.com", "https://testserver@evil.example.com/", " //evil.example.com",
    "%2F%2Fevil.example.com", "ftp://testserver/", "people/",
]  # fmt: skip


@pytest.mark.parametrize("target", BAD_TARGETS)
def test_a_change_of_hat_never_leads_off_the_portal(target, client):
    client.force_login(person(Role.OFFICE))
    assert client.post(reverse("accounts:choose_hat"), {"next": target}).headers["Location"] == reverse("desk:home")


@pytest.mark.parametrize("target", BAD_TARGETS)
@pytest.mark.parametrize("how", ["query", "body"])
def test_signing_in_never_leads_off_the_portal(target, how, client):
    user = person(Role.OFFICE)
    sent = {"login": user.email, "password": "Correct-horse-battery-9"}
    if how == "query":
        answered = client.post(reverse("account_login", query={"next": target}), sent)
    else:
        answered = client.post(reverse("account_login"), {**sent, "next": target})
    assert answered.status_code == 302
    location = answered.headers["Location"]
    assert "evil" not in urlsplit(location).netloc
    assert urlsplit(location).scheme == ""
    assert not location.startswith(("//", "/\\", "\\"))


def test_a_change_of_hat_leads_back_to_the_page(client):
    client.force_login(person(Role.OFFICE))
    target = reverse("accounts:people", query={"role": "head"})
    assert client.post(reverse("accounts:choose_hat"), {"next": target}).headers["Location"] == target


def test_a_line_break_in_the_target_splits_no_header(client):
    client.force_login(person(Role.OFFICE))
    answered = client.post(reverse("accounts:choose_hat"), {"next": "/people/\r\nSet-Cookie: a=b"})
    assert "a" not in answered.cookies
    assert "\n" not in answered.headers["Location"]
