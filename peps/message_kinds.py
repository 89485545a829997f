"""The messages of this app; found and imported by messaging when the portal starts. Reference and link only."""

from collections.abc import Callable

from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.scopes import today
from messaging import kinds
from peps.models import Pep
from peps.selectors import people_of
from peps.services import reminders
from peps.states import AGREED, PepState


def context(user: User, about_id: str) -> dict[str, str]:
    """The plan's reference and its page."""
    pep = Pep.objects.get(pk=about_id)
    return {"reference": pep.reference, "path": reverse("peps:plan", args=[pep.pk])}


def concerned(states: tuple[str, ...], *roles: str) -> Callable[[User, str], bool]:
    """Who may still get a message at the moment of sending: the plan is in one of the states, visible to them, and theirs by a role."""

    def may_receive(user: User, about_id: str) -> bool:
        pep = Pep.objects.visible_to(user).filter(pk=about_id, state__in=states).first()
        if pep is None:
            return False
        people = people_of([pep], today())[pep.pk]
        return any(user in people[role] for role in roles)

    return may_receive


def _register(kind: str, subject: str, may_receive: Callable[[User, str], bool]) -> None:
    template = f"peps/email/{kind.removeprefix('peps.')}.txt"
    kinds.register(kind, subject=subject, template=template, may_receive=may_receive, context=context)


_register("peps.opened", "A PEP has opened: {reference}", reminders.may_receive_in_time)
_register("peps.due_soon", "A PEP is due in a week: {reference}", reminders.may_receive_in_time)
_register("peps.late", "A PEP is late: {reference}", reminders.may_receive)
_register("peps.submitted", "A PEP has been sent to you: {reference}", concerned((PepState.SUBMITTED,), Role.ADVISORY_TEACHER))
_register(
    "peps.returned",
    "Changes are asked for in a PEP: {reference}",
    concerned((PepState.RETURNED,), Role.DESIGNATED_TEACHER, Role.LEAD_PRACTITIONER),
)
_register("peps.signed_off", "A PEP has been signed off: {reference}", concerned(AGREED, Role.DESIGNATED_TEACHER, Role.LEAD_PRACTITIONER))
_register("peps.lead_part_missing", "A PEP was agreed without social care's part: {reference}", concerned(AGREED, Role.TEAM_MANAGER))
