"""Invitations and memberships."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, Membership, Organisation
from accounts.policies import NotAllowed, may
from accounts.roles import ROLES_OF_KIND, OrganisationKind, Permission, Role
from accounts.scopes import hats_of, today
from accounts.services import people
from accounts.tests.factories import PASSWORD, MembershipFactory, OrganisationFactory, SettingFactory, person, phase
from audit.models import Event
from core.errors import Refused
from messaging.models import Message
from messaging.services import deliver_due

pytestmark = pytest.mark.django_db
STRONG = "violet harbour lantern"


@pytest.fixture
def head():
    return person(Role.HEAD)


@pytest.fixture
def school():
    return SettingFactory().organisation


def invite(by, organisation, role=Role.DESIGNATED_TEACHER, email="new.teacher@example.org", **more):
    return people.invite(email=email, name="New Teacher", role=role, organisation_id=organisation.pk, by=by, now=timezone.now(), **more)


def test_an_invited_person_gets_one_mail_and_no_right_until_they_take_it_up(head, school):
    membership = invite(head, school)
    assert Message.objects.filter(kind="accounts.invitation", recipient=membership.user).count() == 1
    assert hats_of(membership.user) == []
    people.accept(token=people.token_of(membership.invitation), password=STRONG, now=timezone.now())
    assert hats_of(membership.user) == [membership]
    assert Event.objects.filter(verb="invitation.accepted").count() == 1


def test_an_invitation_works_once(head, school):
    token = people.token_of(invite(head, school).invitation)
    people.accept(token=token, password=STRONG, now=timezone.now())
    with pytest.raises(people.InvitationRefused, match="has been used"):
        people.accept(token=token, password=STRONG + " two", now=timezone.now())


def test_an_invitation_expires_and_the_person_asks_for_a_new_link(head, school, settings):
    invitation = invite(head, school).invitation
    token, later = people.token_of(invitation), timezone.now() + timedelta(hours=settings.INVITATION_HOURS)
    with pytest.raises(people.InvitationRefused, match="expired"):
        people.accept(token=token, password=STRONG, now=later)
    people.renew_by_person(token=token, now=later)
    invitation.refresh_from_db()
    with pytest.raises(people.InvitationRefused, match="does not work"):
        people.accept(token=token, password=STRONG, now=later)
    assert people.accept(token=people.token_of(invitation), password=STRONG, now=later).check_password(STRONG)


def test_a_weak_password_is_refused_and_nothing_is_taken_up(head, school):
    invitation = invite(head, school).invitation
    with pytest.raises(ValidationError):
        people.accept(token=people.token_of(invitation), password="password", now=timezone.now())
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_a_forged_link_is_refused():
    with pytest.raises(people.InvitationRefused):
        people.invitation_of("not-a-token", timezone.now())


def test_the_same_role_twice_is_refused(head, school):
    invite(head, school)
    with pytest.raises(people.InvitationRefused, match="already holds"):
        invite(head, school)
    assert Membership.objects.filter(organisation=school).count() == 1


def test_a_person_who_signs_in_already_gets_a_second_hat_without_a_link(head, school):
    teacher = person(Role.DESIGNATED_TEACHER)
    membership = invite(head, school, email=teacher.email.upper())
    assert membership.user == teacher
    assert not Invitation.objects.filter(membership=membership).exists()
    assert len(hats_of(teacher)) == 2


def test_an_advisory_teacher_needs_a_phase(head):
    virtual_school = OrganisationFactory()
    with pytest.raises(people.InvitationRefused, match="phase"):
        invite(head, virtual_school, role=Role.ADVISORY_TEACHER)
    membership = invite(head, virtual_school, role=Role.ADVISORY_TEACHER, phase=phase())
    assert membership.adviser_profile.phase.code == "primary"


@pytest.mark.parametrize("role", ROLES_OF_KIND[OrganisationKind.VIRTUAL_SCHOOL])
def test_the_office_cannot_make_anybody_powerful(role):
    office, virtual_school = person(Role.OFFICE), OrganisationFactory()
    if role == Role.ADVISORY_TEACHER:
        assert invite(office, virtual_school, role=role, phase=phase())
    else:
        with pytest.raises(NotAllowed):
            invite(office, virtual_school, role=role)


@pytest.mark.parametrize("role", Role)
def test_a_designated_teacher_invites_only_to_the_own_setting_and_not_above(role, school):
    teacher, other = person(Role.DESIGNATED_TEACHER, school), SettingFactory().organisation
    with pytest.raises(NotAllowed):
        invite(teacher, other, role=role)
    if role in (Role.SAFEGUARDING_LEAD, Role.SETTING_COLLEAGUE):
        assert invite(teacher, school, role=role)
    else:
        with pytest.raises(NotAllowed):
            invite(teacher, school, role=role)


@pytest.mark.parametrize("role", [Role.LEAD_PRACTITIONER, Role.ADVISORY_TEACHER, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.HEADTEACHER])
def test_others_invite_nobody(role, school):
    with pytest.raises(NotAllowed):
        invite(person(role), school)


def test_ending_a_role_takes_the_right_with_the_next_question(head):
    office = person(Role.OFFICE)
    assert may(office, Permission.IMPORT)
    people.end_membership(membership_id=office.memberships.get().pk, on=today(), by=head)
    assert not may(office, Permission.IMPORT)


def test_nobody_ends_their_own_role_or_one_twice_or_before_it_began(head):
    with pytest.raises(Refused, match="your own"):
        people.end_membership(membership_id=head.memberships.get().pk, on=today(), by=head)
    other = MembershipFactory(role=Role.OFFICE, starts_on=today())
    with pytest.raises(Refused, match="The role started on"):
        people.end_membership(membership_id=other.pk, on=today() - timedelta(days=1), by=head)
    people.end_membership(membership_id=other.pk, on=today(), by=head)
    with pytest.raises(Refused, match="ended already"):
        people.end_membership(membership_id=other.pk, on=today(), by=head)


@pytest.mark.django_db(transaction=True)
def test_the_whole_way_from_the_mail_to_the_first_sign_in(client):
    head, school = person(Role.HEAD), SettingFactory().organisation
    client.force_login(head)
    answer = client.post(
        reverse("accounts:invite", args=[school.pk]), {"name": "Nell Teacher", "email": "nell@example.org", "role": Role.DESIGNATED_TEACHER}
    )
    assert answer.status_code == 302
    client.logout()
    deliver_due(now=timezone.now())
    [letter] = mail.outbox
    assert "Nell" not in letter.body + letter.subject
    assert school.name not in letter.body + letter.subject
    path = re.search(r"http://[^/]+(/invitation/\S+)", letter.body).group(1)
    form = client.get(path).headers["Location"]
    assert client.get(form).status_code == 200
    refused = client.post(form, {"password": STRONG, "again": "something else"})
    assert "Enter the same password twice" in refused.content.decode()
    weak = client.post(form, {"password": "password", "again": "password"})
    assert "too short" in weak.content.decode()
    assert client.post(form, {"password": STRONG, "again": STRONG}).status_code == 302
    assert client.get(reverse("desk:home")).status_code == 200
    assert client.get(path).status_code == 410


def test_the_hat_chosen_counts_in_the_next_request_and_a_strange_one_does_not(client, school):
    teacher = person(Role.DESIGNATED_TEACHER, school)
    second = MembershipFactory(user=teacher, organisation=SettingFactory().organisation, role=Role.DESIGNATED_TEACHER)
    client.force_login(teacher)
    client.post(reverse("accounts:choose_hat"), {"hat": str(second.pk)})
    assert client.get(reverse("desk:home")).context["hat"] == second
    stranger = MembershipFactory(role=Role.HEAD)
    client.post(reverse("accounts:choose_hat"), {"hat": str(stranger.pk), "next": "https://example.com/"})
    answer = client.get(reverse("desk:home"))
    assert answer.context["hat"] == second


def test_the_first_head_is_invited_by_command_and_only_once():
    call_command("invite_first_head", "ruth@example.org", name="Ruth Head")
    membership = Membership.objects.get(role=Role.HEAD)
    people.accept(token=people.token_of(membership.invitation), password=STRONG, now=timezone.now())
    with pytest.raises(CommandError, match="already"):
        call_command("invite_first_head", "other@example.org", name="Other Head")
    assert Organisation.objects.filter(kind=OrganisationKind.VIRTUAL_SCHOOL).count() == 1


def test_signing_in_asks_for_the_right_password_and_says_the_same_for_nobody(client):
    teacher = person(Role.DESIGNATED_TEACHER)
    wrong = client.post(reverse("account_login"), {"login": teacher.email, "password": "wrong password here"})
    nobody = client.post(reverse("account_login"), {"login": "nobody@example.org", "password": "wrong password here"})
    assert wrong.context["form"].errors == nobody.context["form"].errors
    right = client.post(reverse("account_login"), {"login": teacher.email, "password": PASSWORD})
    assert (right.status_code, right.headers["Location"]) == (302, reverse("desk:home"))
