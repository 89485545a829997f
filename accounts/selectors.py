"""Reading people and organisations."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from accounts.models import AdviserProfile, AdvisoryPhase, Membership, Organisation, User
from accounts.policies import may
from accounts.roles import OrganisationKind, Permission
from accounts.scopes import hats_of, today


@dataclass(frozen=True)
class ContactPerson:
    """Somebody the contact page names."""

    name: str
    telephone: str


@dataclass(frozen=True)
class PhaseContact:
    """How one phase of the advisory team is reached."""

    phase_name: str
    telephone: str
    hours: str
    people: tuple[ContactPerson, ...]


def advisers_by_phase(on: date | None = None) -> list[PhaseContact]:
    """The contact page: each phase with the advisers whose membership is current; a leaver disappears the same day (feature 22.2)."""
    current = Membership.objects.current(on or today())
    advisers = AdviserProfile.objects.filter(listed=True, membership__in=current).select_related("membership__user")
    phases = AdvisoryPhase.objects.prefetch_related(Prefetch("advisers", queryset=advisers, to_attr="listed_advisers"))
    return [
        PhaseContact(
            phase_name=phase.name,
            telephone=phase.telephone,
            hours=phase.hours,
            people=tuple(
                ContactPerson(profile.membership.user.name, profile.membership.user.telephone) for profile in phase.listed_advisers
            ),
        )
        for phase in phases
    ]


def organisations_to_invite_to(user: User) -> QuerySet[Organisation]:
    """Active organisations this person may invite somebody to: all, or the own setting."""
    active = Organisation.objects.filter(active=True).order_by("kind", "name")
    if may(user, Permission.INVITE_TO_VIRTUAL_SCHOOL):
        return active
    if may(user, Permission.INVITE_TO_OWN_SETTING):
        return active.filter(pk__in=[hat.organisation_id for hat in hats_of(user)], kind=OrganisationKind.SETTING)
    return active.none()
