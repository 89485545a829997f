"""People, organisations, memberships, and the advisory team."""

from accounts.models.advisory import AdviserProfile, AdvisoryPhase
from accounts.models.membership import Invitation, Membership
from accounts.models.organisation import Organisation, Setting
from accounts.models.user import User

__all__ = ["AdviserProfile", "AdvisoryPhase", "Invitation", "Membership", "Organisation", "Setting", "User"]
