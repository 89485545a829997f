"""The messages of this app; found and imported by messaging when the portal starts."""

from typing import Any

from django.urls import reverse

from accounts.models import Invitation
from accounts.services import people
from messaging import kinds


def invitation_context(user: Any, about_id: str) -> dict[str, str]:
    """Reference and link only."""
    invitation = Invitation.objects.get(pk=about_id)
    return {"reference": invitation.reference, "path": reverse("accounts:invitation", args=[people.token_of(invitation)])}


kinds.register(
    "accounts.invitation",
    subject="Your account for the Virtual School portal",
    template="accounts/email/invitation.txt",
    may_receive=people.may_receive_invitation,
    context=invitation_context,
)
