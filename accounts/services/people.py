"""Invitations and memberships: the only way anybody gets, changes or loses a role."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.formats import date_format

from accounts.addresses import SENTENCE, plain_address
from accounts.models import AdviserProfile, AdvisoryPhase, Invitation, Membership, Organisation, User
from accounts.policies import NotAllowed, may, roles_may
from accounts.roles import ROLES_OF_KIND, OrganisationKind, Permission, Role
from accounts.scopes import hats_of, today
from audit import services as audit
from core.errors import Refused
from messaging import services as outbox

SALT = "accounts.invitation"
# Roles that only the Head gives, so that nobody makes themselves or a friend powerful (safety.md 2.2, T9).
GIVEN_BY_HEAD = {Role.HEAD, Role.DEPUTY, Role.OFFICE, Role.SYSTEM_ADMIN, Role.AUDITOR}
GIVEN_BY_SETTING = (Role.SAFEGUARDING_LEAD, Role.SETTING_COLLEAGUE)


class InvitationRefused(Refused):
    """The invitation cannot be made or used; the message says why and what to do."""


class InvitationExpired(InvitationRefused):
    """The link is too old; the person may ask for a new one."""


def roles_to_give(user: User, organisation: Organisation) -> tuple[Role, ...]:
    """The roles this person may give in this organisation; empty if none. The right and the place belong to one hat."""
    roles = ROLES_OF_KIND[organisation.kind]
    if may(user, Permission.INVITE_TO_VIRTUAL_SCHOOL):
        head = any(hat.role == Role.HEAD for hat in hats_of(user))
        return tuple(role for role in roles if head or role not in GIVEN_BY_HEAD)
    own = {hat.organisation_id for hat in hats_of(user) if roles_may([hat.role], Permission.INVITE_TO_OWN_SETTING)}
    if organisation.kind == OrganisationKind.SETTING and organisation.pk in own:
        return GIVEN_BY_SETTING
    return ()


def may_change(user: User, membership: Membership) -> bool:
    """Whether this person may end the role or send its invitation again; never for their own roles."""
    return membership.user_id != user.pk and membership.role in roles_to_give(user, membership.organisation)


@transaction.atomic
def invite(
    *, email: str, name: str, role: str, organisation_id: UUID | str, by: User, now: datetime, phase: AdvisoryPhase | None = None
) -> Membership:
    """A membership for a person, known or new; a new one gets a single-use link that lasts settings.INVITATION_HOURS.

    Raises NotAllowed if `by` may not give this role there, InvitationRefused for an address or a name that is none, for oneself, if the
    person holds the role already, and for an advisory teacher without a phase.
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    if role not in roles_to_give(by, organisation):
        raise NotAllowed("You may not give this role there. If it is needed, ask the Virtual School Head.")
    if role == Role.ADVISORY_TEACHER and phase is None:
        raise InvitationRefused("Choose the phase the advisory teacher works in.")
    user = person_at(email, name)
    if user == by:
        raise InvitationRefused("You cannot give yourself a role. Ask a colleague who may.")
    try:
        with transaction.atomic():
            membership = Membership.objects.create(user=user, organisation=organisation, role=role, starts_on=today(), invited_by=by)
    except IntegrityError as error:
        raise InvitationRefused("This person already holds this role there.") from error
    if phase is not None and role == Role.ADVISORY_TEACHER:
        AdviserProfile.objects.create(membership=membership, phase=phase)
    if not user.has_usable_password():
        open_invitation(membership, by=by, now=now)
    audit.record(actor=by, verb="membership.given", target=membership, after=role)
    return membership


@transaction.atomic
def resend(*, invitation_id: UUID | str, by: User, now: datetime) -> None:
    """Sends a new link; the old one stops working. Raises NotAllowed, InvitationRefused if it was taken up already."""
    invitation = _invitations(lock=True).get(pk=invitation_id)
    if not may_change(by, invitation.membership):
        raise NotAllowed("You may not send this invitation again. Ask the Virtual School.")
    _renew(invitation, now)
    audit.record(actor=by, verb="invitation.sent_again", target=invitation)


@transaction.atomic
def renew_by_person(*, token: str, now: datetime) -> None:
    """The invited person asks for a new link to the same address, from an expired one. Raises InvitationRefused for a dead link."""
    invitation = _of_token(token, lock=True)
    _renew(invitation, now)
    audit.record(actor=invitation.membership.user, verb="invitation.sent_again", target=invitation)


def invitation_of(token: str, now: datetime) -> Invitation:
    """The open invitation of a link. Raises InvitationRefused with what to do if it is used, replaced, withdrawn, expired or not ours."""
    return _refuse_expired(_of_token(token), now)


@transaction.atomic
def accept(*, token: str, password: str, now: datetime) -> User:
    """Takes an invitation up with a first password; every open invitation of the person counts as taken up.

    Raises InvitationRefused, and ValidationError where the password is too weak.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=_of_token(token).membership.user_id)
    invitation = _refuse_expired(_of_token(token, lock=True), now)  # again, now that nobody else can take it up
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    Invitation.objects.filter(membership__user=user, accepted_at=None).update(accepted_at=now)
    audit.record(actor=user, verb="invitation.accepted", target=invitation)
    return user


@transaction.atomic
def end_membership(*, membership_id: UUID | str, on: date, by: User) -> Membership:
    """Ends a role from a day on; today's end works with the next request. Raises NotAllowed, Refused for a day before its start."""
    membership = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=membership_id)
    if membership.role not in roles_to_give(by, membership.organisation):
        raise NotAllowed("You may not end this role. Ask the Virtual School Head.")
    if membership.user_id == by.pk:
        raise Refused("You cannot end your own role. Ask a colleague.")
    if on < membership.starts_on:
        raise Refused(f"The role started on {date_format(membership.starts_on, 'j F Y')}. Enter that day or a later one.")
    if membership.ends_on is not None and membership.ends_on <= today():
        raise Refused("This role has ended already.")
    if membership.ends_on is not None and membership.ends_on <= on:
        raise Refused(f"This role ends on {date_format(membership.ends_on, 'j F Y')} already. Enter an earlier day, or leave it as it is.")
    membership.ends_on = on
    membership.save(update_fields=["ends_on"])
    audit.record(actor=by, verb="membership.ended", target=membership, before=membership.role, after=on.isoformat())
    return membership


def person_at(email: str, name: str) -> User:
    """The person with this address in any case, made if they are new. Raises InvitationRefused for an address or a name that is none."""
    name = name.strip()
    if not 1 <= len(name) <= 120 or not name.isprintable():
        raise InvitationRefused("Enter the person's name in 120 letters or fewer, on one line.")
    try:
        address = plain_address(email)
    except ValidationError as error:
        raise InvitationRefused(SENTENCE) from error
    known = User.objects.filter(email__iexact=address)
    if person := known.first():
        return person
    try:
        with transaction.atomic():
            return User.objects.create_user(address, name)
    except (IntegrityError, ValidationError) as error:
        if person := known.first():  # somebody else made the same person in the same moment; which error says so depends on the moment
            return person
        raise InvitationRefused(SENTENCE) from error


def token_of(invitation: Invitation) -> str:
    """The token of the invitation's present link; each sending makes the earlier ones void."""
    return signing.dumps([str(invitation.pk), invitation.sends], salt=SALT)


def may_receive_invitation(user: User, about_id: str) -> bool:
    """An invitation mail goes only while the invitation can be taken up and is this person's."""
    found = _invitations().filter(pk=about_id, membership__user=user).first()
    return found is not None and found.accepted_at is None and not _withdrawn(found.membership)


def open_invitation(membership: Membership, *, by: User, now: datetime) -> None:
    """Makes the membership's invitation, or renews one that is there, and queues the mail with the link."""
    invitation, new = Invitation.objects.get_or_create(
        membership=membership, defaults={"invited_by": by, "sent_at": now, "expires_at": _end_of_link(now)}
    )
    if new:
        _send(invitation)
    else:
        _renew(invitation, now)


def _send(invitation: Invitation) -> None:
    outbox.queue(
        key=f"invitation:{invitation.pk}:{invitation.sends}", kind="accounts.invitation", to=invitation.membership.user, about=invitation
    )


def _invitations(*, lock: bool = False) -> QuerySet[Invitation]:
    found = Invitation.objects.select_related("membership__organisation", "membership__user")
    return found.select_for_update(of=("self",), no_key=True) if lock else found


def _of_token(token: str, *, lock: bool = False) -> Invitation:
    """The invitation of a link, which can still be taken up unless it has expired; locked for a change."""
    try:
        pk, sends = signing.loads(token, salt=SALT)
        invitation = _invitations(lock=lock).get(pk=pk, sends=sends)
    except (signing.BadSignature, ValueError, TypeError, ValidationError, Invitation.DoesNotExist) as error:
        raise InvitationRefused("This link does not work. Ask the person who invited you to send a new one.") from error
    _refuse_closed(invitation)
    return invitation


def _refuse_closed(invitation: Invitation) -> None:
    if _withdrawn(invitation.membership):
        raise InvitationRefused("This invitation was withdrawn. If you think it should not be, ring the Virtual School.")
    if invitation.accepted_at:
        raise InvitationRefused("This invitation has been used. Sign in with your e-mail address and your password.")


def _refuse_expired(invitation: Invitation, now: datetime) -> Invitation:
    if invitation.expires_at <= now:
        raise InvitationExpired("This invitation has expired. Ask for a new link below: it comes to the same address.")
    return invitation


def _withdrawn(membership: Membership) -> bool:
    """Whether the role it leads to has ended, or the person or the organisation is closed."""
    ended = membership.ends_on is not None and membership.ends_on <= today()
    return ended or not membership.user.is_active or not membership.organisation.active


def _renew(invitation: Invitation, now: datetime) -> None:
    _refuse_closed(invitation)
    invitation.sends += 1
    invitation.sent_at, invitation.expires_at = now, _end_of_link(now)
    invitation.save(update_fields=["sends", "sent_at", "expires_at"])
    _send(invitation)


def _end_of_link(now: datetime) -> datetime:
    return now + timedelta(hours=settings.INVITATION_HOURS)
