"""The very first person: without a Head nobody could invite anybody."""

from datetime import datetime

from django.db import transaction

from accounts.models import Membership, Organisation
from accounts.roles import OrganisationKind, Role
from accounts.scopes import today
from accounts.services.people import open_invitation, person_at
from audit.services import SystemActor, record
from core.errors import Refused


@transaction.atomic
def invite_first_head(*, email: str, name: str, virtual_school: str, now: datetime) -> Membership:
    """Makes the Virtual School and invites its Head; the same person again gets a new link.

    Raises Refused where there is a Virtual School Head already, and for an address or a name that is none.
    """
    if Membership.objects.current(today()).filter(role=Role.HEAD).exists():
        raise Refused("There is a Virtual School Head already. They invite everybody else from the People page.")
    organisation = Organisation.objects.filter(kind=OrganisationKind.VIRTUAL_SCHOOL).order_by("pk").first()
    if organisation is None:
        organisation = Organisation.objects.create(kind=OrganisationKind.VIRTUAL_SCHOOL, name=virtual_school)
    user = person_at(email, name)
    membership, _ = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=Role.HEAD, ends_on=None, defaults={"starts_on": today()}
    )
    open_invitation(membership, by=user, now=now)
    record(actor=SystemActor("setup"), verb="membership.given", target=membership, after=Role.HEAD)
    return membership
