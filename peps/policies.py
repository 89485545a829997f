"""Who writes and who reads which part of a plan: by current hats and current allocations, asked anew each time."""

from collections.abc import Mapping
from typing import Any

from accounts.policies import NotAllowed, may, roles_may
from accounts.roles import OrganisationKind, Permission, Role
from accounts.scopes import hats_of, today
from caseload.models import AdviserAllocation, LeadAllocation
from caseload.scopes import current
from peps.models import Part, Pep
from peps.scopes import reads_full
from peps.states import LIVE, WRITABLE, Audience, PartKind, PartState, PepState

SETTING, LEAD, ADVISER, LEADERS = "setting", "lead", "adviser", "leaders"

# The adviser may also type what another gave by telephone, and then signs nothing off (practice.md 12).
EDITORS: Mapping[str, frozenset[str]] = {
    PartKind.CHILD: frozenset({SETTING, LEAD, ADVISER}),
    PartKind.SETTING: frozenset({SETTING, ADVISER}),
    PartKind.LEAD: frozenset({LEAD, ADVISER}),
    PartKind.ADVISER: frozenset({ADVISER, LEADERS}),
}
PERMISSIONS: Mapping[str, Permission] = {
    PartKind.CHILD: Permission.EDIT_CHILD_PART,
    PartKind.SETTING: Permission.EDIT_SETTING_PART,
    PartKind.LEAD: Permission.EDIT_LEAD_PART,
    PartKind.ADVISER: Permission.EDIT_ADVISER_PART,
}
# The setting and the child are heard before the plan is sent; social care and the Virtual School until it is signed off (practice.md 13).
OPEN_STATES: Mapping[str, tuple[str, ...]] = {
    PartKind.CHILD: WRITABLE,
    PartKind.SETTING: WRITABLE,
    PartKind.LEAD: LIVE,
    PartKind.ADVISER: LIVE,
}
WRITERS = {
    PartKind.CHILD: "The child's own part is written down by the setting, the lead practitioner or the adviser.",
    PartKind.SETTING: "The setting's designated teacher or safeguarding lead writes this part.",
    PartKind.LEAD: "The child's lead practitioner writes this part.",
    PartKind.ADVISER: "The child's adviser or the Virtual School Head writes this part.",
}


def relations(user: Any, pep: Pep) -> frozenset[str]:
    """How this person stands to the plan now: "setting", "lead", "adviser", "leaders"; empty for everybody else."""
    found = set()
    for hat in hats_of(user):
        if hat.role in {Role.DESIGNATED_TEACHER, Role.SAFEGUARDING_LEAD} and hat.organisation_id == pep.setting_id:
            found.add(SETTING)
        elif hat.role in {Role.HEAD, Role.DEPUTY}:
            found.add(LEADERS)
        elif hat.role == Role.ADVISORY_TEACHER and _now(AdviserAllocation, pep, adviser=user.pk):
            found.add(ADVISER)
        elif hat.role == Role.LEAD_PRACTITIONER and _now(LeadAllocation, pep, practitioner=user.pk, team=hat.organisation_id):
            found.add(LEAD)
    return frozenset(found)


def may_edit(user: Any, pep: Pep, kind: str) -> bool:
    """Whether this part is theirs to write, whatever state the plan is in."""
    return _holds(user, kind) and bool(relations(user, pep) & EDITORS[kind])


def is_open(pep: Pep, kind: str) -> bool:
    """Whether the state of the plan lets anybody write in this part."""
    return pep.state in OPEN_STATES[kind]


def may_write(user: Any, pep: Pep, kind: str) -> bool:
    """Whether they may write in this part now."""
    return is_open(pep, kind) and may_edit(user, pep, kind)


def writable_parts(user: Any, pep: Pep) -> frozenset[str]:
    """The parts they may write in now; asks for their relations once."""
    related = relations(user, pep)
    return frozenset(kind for kind in PartKind if is_open(pep, kind) and _holds(user, kind) and related & EDITORS[kind])


def why_not(user: Any, pep: Pep, kind: str) -> str:
    """The sentence that says why they may not write in this part now; empty if they may."""
    if not may_edit(user, pep, kind):
        return WRITERS[PartKind(kind)]
    if is_open(pep, kind):
        return ""
    if pep.state == PepState.SUBMITTED:
        return "This plan has been sent. To change this part, ask the adviser to return the plan."
    return f"This plan is {PepState(pep.state).label.lower()}. Nothing more is written in it."


def require_edit(user: Any, pep: Pep, kind: str) -> None:
    """Raises NotAllowed unless the plan lies in their scope and this part is theirs; the state is another question."""
    if not may(user, PERMISSIONS[kind], pep) or not relations(user, pep) & EDITORS[kind]:
        raise NotAllowed(f"You may not write in this part. {WRITERS[PartKind(kind)]}")


def letter_of(user: Any) -> str:
    """The audience whose letter this person reads by: everything for council staff of the child, else what a setting may read."""
    return Audience.FULL if reads_full(user) else Audience.SETTING


def readable_parts(user: Any, pep: Pep, parts: Mapping[str, Part]) -> frozenset[str]:
    """The parts whose answers they may read: each that is done, and a draft for its own side and for the Virtual School."""
    related, kinds = relations(user, pep), {hat.organisation.kind for hat in hats_of(user)}
    drafts = {kind for kind in PartKind if related & EDITORS[kind]}
    if OrganisationKind.VIRTUAL_SCHOOL in kinds:
        drafts |= set(PartKind)
    if OrganisationKind.SOCIAL_CARE_TEAM in kinds:
        drafts.add(PartKind.LEAD)
    return frozenset(kind for kind in PartKind if kind in drafts or (kind in parts and parts[kind].state == PartState.COMPLETE))


def may_read_part(user: Any, pep: Pep, part: Part) -> bool:
    """Whether they may read the answers of this part."""
    return part.kind in readable_parts(user, pep, {part.kind: part})


def _now(allocations: type[AdviserAllocation | LeadAllocation], pep: Pep, **whom: Any) -> bool:
    return allocations._default_manager.filter(current(today()), child=pep.child_id, **whom).exists()


def _holds(user: Any, kind: str) -> bool:
    return roles_may([hat.role for hat in hats_of(user)], PERMISSIONS[kind])
