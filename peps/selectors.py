"""Reading plans: lists with what stands beside each, who is concerned by a plan, and how late it is."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import OuterRef, Subquery

from accounts.models import Membership, User
from accounts.roles import Role
from caseload.models import AdviserAllocation, LeadAllocation
from caseload.scopes import current
from peps.models import Pep
from peps.models.pep import PepQuerySet
from peps.states import SETTING_WORDS, WRITABLE, PepState

People = dict[str, list[User]]
TOLD_ROLES = (Role.DESIGNATED_TEACHER, Role.LEAD_PRACTITIONER, Role.TEAM_MANAGER, Role.ADVISORY_TEACHER)


def days_late(state: str, due_on: date, on: date) -> int:
    """How many days a plan is late: it is due to be sent, so one that was sent, agreed or ended is not. Worked out, never stored."""
    return max(0, (on - due_on).days) if state in WRITABLE else 0


def late_words(days: int) -> str:
    """ "late, 6 days" (practice.md 17); nothing for a plan in time."""
    return f"late, {days} {'day' if days == 1 else 'days'}" if days else ""


def state_words(state: str, letter: str) -> str:
    """The state in words: settings see five (practice.md, Fewer states), council staff all eight."""
    return SETTING_WORDS[PepState(state)] if letter == "S" else PepState(state).label


def listed(user: User, on: date) -> PepQuerySet:
    """The plans a person may see, with adviser_now and adviser_now_id; a fixed number of statements however many rows."""
    allocated = AdviserAllocation.objects.filter(current(on), child=OuterRef("child")).order_by("-starts_on")
    return (
        Pep.objects.visible_to(user)
        .select_related("child", "cycle", "setting__organisation")
        .annotate(adviser_now=Subquery(allocated.values("adviser__name")[:1]), adviser_now_id=Subquery(allocated.values("adviser")[:1]))
    )


def people_of(peps: Sequence[Pep], on: date) -> Mapping[uuid.UUID, People]:
    """Whom each plan concerns on a day, by role, in four statements: the designated teachers of its setting, the lead practitioner (the
    team's managers where nobody is named), the managers of the team, the child's adviser."""
    teachers = _members(Role.DESIGNATED_TEACHER, {pep.setting_id for pep in peps}, on)
    children = {pep.child_id for pep in peps}
    leads = {row.child_id: row for row in LeadAllocation.objects.filter(current(on), child__in=children).select_related("practitioner")}
    managers = _members(Role.TEAM_MANAGER, {row.team_id for row in leads.values()}, on)
    advisers = {
        row.child_id: row.adviser for row in AdviserAllocation.objects.filter(current(on), child__in=children).select_related("adviser")
    }
    found: dict[uuid.UUID, People] = {}
    for pep in peps:
        lead = leads.get(pep.child_id)
        of_team = managers.get(lead.team_id, []) if lead else []
        found[pep.pk] = {
            Role.DESIGNATED_TEACHER: teachers.get(pep.setting_id, []),
            Role.LEAD_PRACTITIONER: [lead.practitioner] if lead and lead.practitioner else of_team,
            Role.TEAM_MANAGER: of_team,
            Role.ADVISORY_TEACHER: [advisers[pep.child_id]] if pep.child_id in advisers else [],
        }
    return found


def _members(role: Role, organisations: set[uuid.UUID | None], on: date) -> dict[uuid.UUID | None, list[User]]:
    found: dict[uuid.UUID | None, list[User]] = {}
    rows = Membership.objects.current(on).filter(role=role, organisation__in=organisations - {None}).select_related("user").order_by("pk")
    for row in rows:
        found.setdefault(row.organisation_id, []).append(row.user)
    return found
