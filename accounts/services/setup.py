"""The very first person: without a Head nobody could invite anybody."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import Invitation, Membership, Organisation, User
from accounts.roles import OrganisationKind, Role
from accounts.scopes import today
from accounts.services.people import send_invitation
from audit.services import SystemActor, record
from core.errors import Refused


@transaction.atomic
def invite_first_head(*, email: str, name: str, virtual_school: str, now: datetime) -> Membership:
    """Makes the Virtual School and invites its Head. Raises Refused where there is a Virtual School Head already."""
    if Membership.objects.current(today()).filter(role=Role.HEAD).exists():
        raise Refused("There is a Virtual School Head already. They invite everybody else from the People page.")
    organisation, _ = Organisation.objects.get_or_create(kind=OrganisationKind.VIRTUAL_SCHOOL, defaults={"name": virtual_school})
    user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email, name)
    membership = Membership.objects.create(user=user, organisation=organisation, role=Role.HEAD, starts_on=today())
    lasts = now + timedelta(hours=settings.INVITATION_HOURS)
    send_invitation(Invitation.objects.create(membership=membership, invited_by=user, sent_at=now, expires_at=lasts))
    record(actor=SystemActor("setup"), verb="membership.given", target=membership, after=Role.HEAD)
    return membership
