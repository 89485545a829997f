"""Hostile and clumsy uses of invitations, roles and sign-in (safety.md T9, G2, G3, G8, G9)."""

import json
import logging
import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, Membership, Organisation, User
from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.scopes import hats_of, today
from accounts.services import people
from accounts.tests.factories import PASSWORD, MembershipFactory, OrganisationFactory, SettingFactory, person, phase
from audit.models import Event
from core.errors import Refused
from messaging.models import Message
from messaging.services import deliver_due

pytestmark = pytest.mark.django_db
STRONG = "violet harbour lantern"
NELL = "nell@example.org"


@pytest.fixture
def head():
    return person(Role.HEAD)


@pytest.fixture
def school():
    return SettingFactory().organisation


def invite(by, organisation, role=Role.DESIGNATED_TEACHER, email=NELL, name="Nell Teacher", **more):
    return people.invite(email=email, name=name, role=role, organisation_id=organisation.pk, by=by, now=timezone.now(), **more)


def accept(invitation, password=STRONG):
    return people.accept(token=people.token_of(invitation), password=password, now=timezone.now())


def take_up(client, path, password=STRONG):
    """Opens the link and sends the form that it leads to."""
    form = client.get(path)
    assert form.status_code == 302
    return client.post(form.headers["Location"], {"password": password, "again": password})


# --- nobody makes themselves more powerful


@pytest.mark.parametrize("role", [Role.HEAD, Role.DEPUTY, Role.OFFICE])
def test_nobody_gives_themselves_a_role(role):
    user, virtual_school = person(role), OrganisationFactory()
    with pytest.raises(Refused, match="yourself"):
        invite(user, virtual_school, role=Role.ADVISORY_TEACHER, email=user.email.upper(), phase=phase())
    assert user.memberships.count() == 1


def test_a_hat_in_another_setting_gives_no_right_here(school):
    user, other = person(Role.DESIGNATED_TEACHER, school), SettingFactory().organisation
    MembershipFactory(user=user, organisation=other, role=Role.SETTING_COLLEAGUE)
    with pytest.raises(NotAllowed):
        invite(user, other, role=Role.SAFEGUARDING_LEAD)


def test_the_office_ends_no_leader_and_a_setting_ends_nobody_above(head, school):
    for by, membership in (
        (person(Role.OFFICE), head.memberships.get()),
        (person(Role.DESIGNATED_TEACHER, school), person(Role.HEADTEACHER, school).memberships.get()),
        (person(Role.DESIGNATED_TEACHER, school), person(Role.SETTING_COLLEAGUE).memberships.get()),
    ):
        with pytest.raises(NotAllowed):
            people.end_membership(membership_id=membership.pk, on=today(), by=by)
        assert Membership.objects.get(pk=membership.pk).ends_on is None


def test_whoever_lost_the_role_invites_nobody(head, school):
    head.memberships.update(ends_on=today())
    with pytest.raises(NotAllowed):
        invite(head, school)


# --- ending


def test_a_future_end_can_come_sooner_but_not_later(head):
    membership = MembershipFactory(role=Role.OFFICE)
    later, sooner = today() + timedelta(days=30), today() + timedelta(days=3)
    people.end_membership(membership_id=membership.pk, on=later, by=head)
    with pytest.raises(Refused, match="ends on .* already"):
        people.end_membership(membership_id=membership.pk, on=later + timedelta(days=1), by=head)
    people.end_membership(membership_id=membership.pk, on=sooner, by=head)
    assert Membership.objects.get(pk=membership.pk).ends_on == sooner


def test_an_invitation_to_an_ended_role_cannot_be_taken_up_renewed_or_sent(head, school):
    membership = invite(head, school)
    invitation, token = membership.invitation, people.token_of(membership.invitation)
    people.end_membership(membership_id=membership.pk, on=today(), by=head)
    assert not people.may_receive_invitation(membership.user, str(invitation.pk))
    for act in (
        lambda: people.accept(token=token, password=STRONG, now=timezone.now()),
        lambda: people.renew_by_person(token=token, now=timezone.now()),
        lambda: people.resend(invitation_id=invitation.pk, by=head, now=timezone.now()),
    ):
        with pytest.raises(people.InvitationRefused, match="withdrawn"):
            act()
    assert not User.objects.get(email=NELL).has_usable_password()


def test_whoever_is_invited_again_after_an_end_needs_the_new_link(head, school):
    first = invite(head, school)
    people.end_membership(membership_id=first.pk, on=today(), by=head)
    second = invite(head, school)
    with pytest.raises(people.InvitationRefused):
        accept(first.invitation)
    accept(second.invitation)
    assert hats_of(User.objects.get(email=NELL)) == [second]


# --- links


def test_two_open_invitations_are_taken_up_together_and_the_other_link_is_dead(head, school):
    first, second = invite(head, school), invite(head, SettingFactory().organisation)
    accept(first.invitation)
    with pytest.raises(people.InvitationRefused, match="has been used"):
        accept(second.invitation, "another violet lantern")
    user = User.objects.get(email=NELL)
    assert user.check_password(STRONG)
    assert len(hats_of(user)) == 2


@pytest.mark.parametrize("closed", ["person", "organisation"])
def test_the_link_of_a_closed_account_or_organisation_is_dead(closed, head, school):
    invitation = invite(head, school).invitation
    if closed == "person":
        User.objects.filter(email=NELL).update(is_active=False)
    else:
        Organisation.objects.filter(pk=school.pk).update(active=False)
    with pytest.raises(people.InvitationRefused, match="withdrawn"):
        accept(invitation)


@pytest.mark.parametrize("token", ["a", "a:b:c", "é", "\x00", "..", "W10:1uAAAA:x", "x" * 5000])
def test_a_nonsense_link_gets_a_page_and_no_new_link(token, client):
    for answer in (
        client.get(reverse("accounts:invitation", args=[token])),
        client.post(reverse("accounts:invitation", args=[token]), {"password": STRONG, "again": STRONG}),
        client.post(reverse("accounts:renew_invitation", args=[token])),
    ):
        assert answer.status_code == 410
        assert "This link cannot be used" in answer.text
        assert "Send me a new link" not in answer.text


def test_only_an_expired_link_offers_a_new_one(head, school, client):
    invitation = invite(head, school).invitation
    path = reverse("accounts:invitation", args=[people.token_of(invitation)])
    Invitation.objects.update(expires_at=timezone.now())
    assert "Send me a new link" in client.get(path).text
    assert client.post(reverse("accounts:renew_invitation", args=[people.token_of(invitation)])).status_code == 200
    assert Message.objects.filter(recipient__email=NELL).count() == 2
    assert "Send me a new link" not in client.get(path).text


def test_an_expired_link_makes_one_new_link_only(head, school, client):
    token = people.token_of(invite(head, school).invitation)
    Invitation.objects.update(expires_at=timezone.now())
    assert [client.post(reverse("accounts:renew_invitation", args=[token])).status_code for _ in range(3)] == [200, 410, 410]
    assert Message.objects.count() == 2


def test_a_link_signed_for_another_purpose_is_refused():
    with pytest.raises(people.InvitationRefused):
        people.invitation_of(people.signing.dumps(["x", 1], salt="other"), timezone.now())


def test_taking_up_an_invitation_changes_the_session_and_the_person(head, school, client):
    """No session fixation: what was in the session before, another person's sign-in too, is gone."""
    invitation = invite(head, school).invitation
    client.force_login(head)
    client.post(reverse("accounts:choose_hat"), {"hat": str(head.memberships.get().pk)})
    before = client.session.session_key
    assert take_up(client, reverse("accounts:invitation", args=[people.token_of(invitation)])).status_code == 302
    assert client.session.session_key != before
    assert {"hat", "invitation"}.isdisjoint(client.session.keys())
    assert client.session["_auth_user_id"] == str(User.objects.get(email=NELL).pk)


def test_the_link_leaves_the_session_once_it_is_used(head, school, client):
    take_up(client, reverse("accounts:invitation", args=[people.token_of(invite(head, school).invitation)]))
    assert "invitation" not in client.session


def test_signing_in_changes_the_session_key(client):
    user = person(Role.OFFICE)
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.session.session_key != before


def test_a_new_password_ends_the_other_sessions(client, django_user_model):
    user = person(Role.OFFICE)
    other = type(client)()
    for each in (client, other):
        each.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": STRONG, "password2": STRONG})
    assert client.get(reverse("accounts:people")).status_code == 200
    assert other.get(reverse("accounts:people")).status_code == 302


# --- addresses


def test_an_address_is_one_person_in_any_case_and_with_spaces(head, school):
    invite(head, school)
    again = invite(head, SettingFactory().organisation, email="  NELL@Example.ORG ")
    assert again.user.email == NELL
    assert User.objects.filter(email__iexact=NELL).count() == 1


@pytest.mark.parametrize(
    "email",
    [
        "ne\u017fl@example.org",  # a long s, which lower() leaves and some databases fold
        "nell@\u212aent.example.org",  # the Kelvin sign, which lower() turns into k
        "n\u0435ll@example.org",  # a Cyrillic e
        "nell@ex\u0430mple.org",  # a Cyrillic a
        "nell@example.org\n",
        "nell@example.org\r\nBcc: all@example.org",
        "nell\x00@example.org",
        "nell@example.org, head@example.org",
        "nell",
        "",
        "x" * 250 + "@example.org",
        "x@" + "y" * 1_000_000 + ".org",
    ],
)
def test_look_alike_and_broken_addresses_are_refused_with_a_sentence(email, head, school):
    if email.endswith("\n"):
        assert invite(head, school, email=email).user.email == NELL  # white space around is dropped
        return
    with pytest.raises(people.InvitationRefused, match="name@example.org"):
        invite(head, school, email=email)
    assert not Membership.objects.filter(organisation=school).exists()


@pytest.mark.parametrize("name", ["", "   ", "Nell\x00", "Nell\nHead", "Nell \u202edaeH", "x" * 121])
def test_a_name_that_cannot_be_kept_is_refused_with_a_sentence(name, head, school):
    with pytest.raises(people.InvitationRefused, match="name"):
        invite(head, school, name=name)


def test_an_unknown_role_and_a_phase_for_another_role(head, school):
    with pytest.raises(NotAllowed):
        invite(head, school, role="wizard")
    membership = invite(head, OrganisationFactory(), role=Role.OFFICE, phase=phase())
    assert not hasattr(membership, "adviser_profile")


# --- a forgotten password


def ask_for_a_new_password(client, email):
    mail.outbox.clear()
    answer = client.post(reverse("account_reset_password"), {"email": email})
    return answer, list(mail.outbox)


def test_a_forgotten_password_says_the_same_to_everybody(client, head, school):
    invite(head, school)
    known = person(Role.OFFICE)
    answers = {ask_for_a_new_password(client, email)[0].headers["Location"] for email in (known.email, NELL, "nobody@example.org")}
    assert answers == {reverse("account_reset_password_done")}


def test_an_invitation_not_taken_up_is_not_got_round_by_a_forgotten_password(client, head, school):
    """The invitation's end, its single use and its withdrawal would mean nothing otherwise."""
    invite(head, school)
    _answer, [letter] = ask_for_a_new_password(client, NELL)
    assert "/password/reset/key/" not in letter.body
    assert "invitation" in letter.body
    assert not User.objects.get(email=NELL).has_usable_password()


def test_a_forgotten_password_goes_to_the_address_on_record_only(client):
    """Case tricks of Unicode: CVE-2019-19844."""
    user = person(Role.OFFICE, email="mike@example.org")
    answer, letters = ask_for_a_new_password(client, "mike@e\u017fample.org")
    assert (answer.status_code, letters) == (200, [])
    assert answer.context["form"].errors["email"]
    for written in ("mi\u212ae@example.org", "MIKE@Example.org"):
        _answer, [letter] = ask_for_a_new_password(client, written)
        assert letter.to == [user.email]


def test_an_address_the_person_had_before_gets_no_link(client):
    """allauth keeps a table of addresses of its own, which nothing of ours keeps true."""
    user = person(Role.OFFICE)
    EmailAddress.objects.create(user=user, email="left@example.com", verified=True)
    _answer, [letter] = ask_for_a_new_password(client, "left@example.com")
    assert "/password/reset/key/" not in letter.body


def test_the_whole_way_to_a_new_password(client):
    user = person(Role.OFFICE)
    _answer, [letter] = ask_for_a_new_password(client, user.email)
    assert user.name not in letter.body + letter.subject
    path = re.search(r"http://[^/]+(/account/password/reset/key/\S+)", letter.body).group(1)
    form = client.get(path, follow=True)
    target = form.redirect_chain[-1][0]
    weak = client.post(target, {"password1": "password", "password2": "password"})
    assert weak.status_code == 200
    assert client.post(target, {"password1": STRONG, "password2": STRONG}).status_code == 302
    user.refresh_from_db()
    assert user.check_password(STRONG)
    assert client.get(reverse("accounts:people")).status_code == 302, "a link signs nobody in"
    again = client.get(path, follow=True)
    assert "password1" not in again.text, "the link works once"


# --- guessing


def test_five_wrong_passwords_stop_the_sixth_try_even_if_it_is_right(client):
    user = person(Role.OFFICE)
    for _ in range(5):
        client.post(reverse("account_login"), {"login": user.email, "password": "wrong password here"})
    stopped = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert stopped.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_forged_forwarding_headers_do_not_reset_the_count(client):
    user = person(Role.OFFICE)
    for number in range(5):
        sent = {"login": user.email.upper() if number % 2 else user.email, "password": "wrong password here"}
        client.post(reverse("account_login"), sent, headers={"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}"})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, headers={"X-Forwarded-For": "192.0.2.99"})
    assert "_auth_user_id" not in client.session


def test_too_many_requests_for_a_new_password_are_stopped(client):
    user = person(Role.OFFICE)
    codes = [client.post(reverse("account_reset_password"), {"email": user.email}).status_code for _ in range(8)]
    assert codes[-1] == 429
    assert len(mail.outbox) <= 5


# --- what the trail and the log say


def test_every_act_leaves_its_event_and_no_address(head, school):
    membership = invite(head, school)
    people.resend(invitation_id=membership.invitation.pk, by=head, now=timezone.now())
    membership.invitation.refresh_from_db()
    accept(membership.invitation)
    people.end_membership(membership_id=membership.pk, on=today(), by=head)
    events = Event.objects.order_by("seq")
    assert [event.verb for event in events] == ["membership.given", "invitation.sent_again", "invitation.accepted", "membership.ended"]
    told = json.dumps(list(events.values()), default=str)
    assert NELL not in told
    assert "Nell" not in told


def test_no_log_line_holds_an_address_a_password_or_a_link(client, head, school, caplog):
    caplog.set_level(logging.DEBUG)
    invitation = invite(head, school).invitation
    token = people.token_of(invitation)
    path = reverse("accounts:invitation", args=[token])
    client.post(reverse("account_login"), {"login": NELL, "password": "wrong password here"})
    client.post(reverse("account_reset_password"), {"email": NELL})
    take_up(client, path, "password")
    form = client.get(path).headers["Location"]
    careless = type(client)(enforce_csrf_checks=True)
    careless.get(path)
    assert careless.post(form, {"password": STRONG, "again": STRONG}).status_code == 403
    assert client.post(form, {"password": STRONG, "again": STRONG}).status_code == 302
    lines = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    for secret in (NELL, "Nell", "wrong password here", STRONG, token):
        assert secret not in lines


# --- the very first person


def test_the_first_head_can_be_invited_again_while_nobody_has_taken_it_up():
    for _ in range(2):
        call_command("invite_first_head", " Ruth@Example.org", name="Ruth Head")
    assert Membership.objects.filter(role=Role.HEAD).count() == 1
    assert Message.objects.filter(recipient__email="ruth@example.org").count() == 2


@pytest.mark.parametrize("email", ["ruth", "r\u0443th@example.org", ""])
def test_a_broken_address_of_the_first_head_is_a_sentence(email):
    with pytest.raises(CommandError, match="name@example.org"):
        call_command("invite_first_head", email, name="Ruth Head")


@pytest.mark.django_db(transaction=True)
def test_a_mail_of_a_withdrawn_invitation_does_not_go():
    head, school = person(Role.HEAD), SettingFactory().organisation
    membership = invite(head, school)
    people.end_membership(membership_id=membership.pk, on=today(), by=head)
    assert deliver_due(now=timezone.now()).suppressed == 1
    assert mail.outbox == []
