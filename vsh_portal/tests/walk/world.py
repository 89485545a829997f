"""The world of the access walk: people by role and relation, children by relation, a canary in each child's every text.

What each person ought to see stands here as a literal table (SEES), worked out by hand from safety.md 2, not from the code under test.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.test import Client

from accounts.models import Membership, User
from accounts.roles import Role
from accounts.tests.factories import MembershipFactory, OrganisationFactory, SettingFactory, UserFactory, adviser, person
from caseload.models import AdviserAllocation, Child, Enrolment, LeadAllocation
from caseload.tests.factories import ChildFactory, PlacementFactory, RestrictedPersonFactory, StatusFactory

TODAY = date(2026, 11, 24)
LONG_AGO = date(2025, 9, 2)
A, B, M, R, U, X = "A", "B", "M", "R", "U", "X"
CHILDREN = {
    A: "school 1, team 1, primary, with a place",
    B: "school 3, team 2, secondary, with a place",
    M: "moved from school 1 to school 2 and from team 1 to team 2, with a place",
    R: "restricted; else like A",
    U: "school 1, team 1, no place",
    X: "school 1, team 1, the place ended long ago",
}
SEES: dict[str, set[str]] = {
    "head": {A, B, M, U, X},
    "deputy": {A, B, M, R, U, X},
    "office": {A, B, M, U, X},
    "adviser_own": {A, M, R, U, X},
    "adviser_peer": {A, M, U, X},
    "adviser_other_phase": {B},
    "dt_1": {A},
    "dsl_1": {A},
    "dt_2": {M},
    "dt_3": {B},
    "lead_1": {A, U, X},
    "lead_2": {B, M},
    "manager_1": {A, U, X},
    "manager_2": {B, M},
}
READS_FULL = {
    "head", "deputy", "office", "adviser_own", "adviser_peer", "adviser_other_phase", "lead_1", "lead_2", "manager_1", "manager_2",
}  # fmt: skip
# Signed in, and no child at all within reach.
SEES_NONE = {
    "headteacher_1", "colleague_1", "lead_former", "ep", "chair", "member", "clerk", "system_admin", "auditor", "no_hat", "suspended", "ended",
    "invited_only",
}  # fmt: skip


def canary(key: str, what: str) -> str:
    """The text that betrays a child: `what` says from which field it came."""
    return f"CANARY{key}{what}"


@dataclass
class World:
    """People, children and the objects that hang on them, by key."""

    people: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    things: dict[tuple[str, str], Any] = field(default_factory=dict)
    plain: dict[str, Any] = field(default_factory=dict)

    def sees(self, who: str, key: str) -> bool:
        """Whether this person ought to see this child."""
        return key in SEES.get(who, set())


def build() -> World:
    """Makes everything; call it inside a transaction that is rolled back."""
    world = World()
    world.plain["school_1"], world.plain["school_2"], world.plain["school_3"] = (SettingFactory() for _ in range(3))
    world.plain["team_1"], world.plain["team_2"] = OrganisationFactory(team=True), OrganisationFactory(team=True)
    _people(world)
    for key in CHILDREN:
        _child(world, key)
    for who, user in world.people.items():
        client = Client()
        client.force_login(user)
        world.clients[who] = client
    world.clients["anonymous"] = Client()
    return world


def _people(world: World) -> None:
    one, two, three = (world.plain[f"school_{number}"].organisation for number in (1, 2, 3))
    team_1, team_2 = world.plain["team_1"], world.plain["team_2"]
    virtual_school = OrganisationFactory()
    clerk_panel = OrganisationFactory(panel=True)
    world.plain["virtual_school"] = virtual_school
    world.people = {
        "head": person(Role.HEAD, virtual_school),
        "deputy": person(Role.DEPUTY, virtual_school),
        "office": person(Role.OFFICE, virtual_school),
        "system_admin": person(Role.SYSTEM_ADMIN, virtual_school),
        "auditor": person(Role.AUDITOR, virtual_school),
        "adviser_own": adviser("primary"),
        "adviser_peer": adviser("primary"),
        "adviser_other_phase": adviser("secondary"),
        "dt_1": person(Role.DESIGNATED_TEACHER, one),
        "dsl_1": person(Role.SAFEGUARDING_LEAD, one),
        "headteacher_1": person(Role.HEADTEACHER, one),
        "colleague_1": person(Role.SETTING_COLLEAGUE, one),
        "dt_2": person(Role.DESIGNATED_TEACHER, two),
        "dt_3": person(Role.DESIGNATED_TEACHER, three),
        "lead_1": person(Role.LEAD_PRACTITIONER, team_1),
        "lead_former": person(Role.LEAD_PRACTITIONER, team_1),
        "lead_2": person(Role.LEAD_PRACTITIONER, team_2),
        "manager_1": person(Role.TEAM_MANAGER, team_1),
        "manager_2": person(Role.TEAM_MANAGER, team_2),
        "ep": person(Role.EDUCATIONAL_PSYCHOLOGIST),
        "chair": person(Role.PANEL_CHAIR, clerk_panel),
        "member": person(Role.PANEL_MEMBER, clerk_panel),
        "clerk": person(Role.PANEL_CLERK, clerk_panel),
        "no_hat": UserFactory(),
        "suspended": person(Role.DESIGNATED_TEACHER, one),
        "ended": person(Role.DESIGNATED_TEACHER, one),
    }
    Membership.objects.filter(user=world.people["suspended"]).update(suspended_at="2026-11-01T09:00Z")
    Membership.objects.filter(user=world.people["ended"]).update(ends_on=TODAY)
    world.people["invited_only"] = _invited(world, one)


def _invited(world: World, school: Any) -> User:
    user = UserFactory()
    membership = MembershipFactory(user=user, organisation=school, role=Role.DESIGNATED_TEACHER)
    membership.refresh_from_db()
    membership_invitation(membership, by=world.people["office"])
    return user


def membership_invitation(membership: Membership, *, by: User) -> Any:
    """An invitation that nobody has taken up yet."""
    invitation = Membership._meta.get_field("invitation").related_model
    return invitation.objects.create(membership=membership, invited_by=by, sent_at="2026-11-23T09:00Z", expires_at="2026-11-26T09:00Z")


def _child(world: World, key: str) -> None:
    by = world.people["office"]
    child = ChildFactory(
        first_name=canary(key, "first"),
        last_name=canary(key, "last"),
        known_as=canary(key, "known"),
        local_id=canary(key, "local"),
        restricted=key == R,
        date_of_birth=date(2012, 3, 5) if key == B else date(2017, 3, 5),
    )
    world.children[key] = child
    StatusFactory(child=child, entered_by=by)
    _history(world, key, child, by)
    if key in (A, B, M, R):
        world.things["placement", key] = PlacementFactory(child=child, given_by=by)
    if key == X:
        ended = PlacementFactory(child=child, given_by=by, ended=True)
        ended.ended_on = TODAY - timedelta(days=60)
        ended.save(update_fields=["ended_on"])
        world.things["placement", key] = ended
    if key == R:
        for who in ("deputy", "adviser_own"):
            RestrictedPersonFactory(child=child, user=world.people[who], named_by=by)


def _history(world: World, key: str, child: Child, by: User) -> None:
    people, plain = world.people, world.plain
    school = {B: plain["school_3"], M: plain["school_2"]}.get(key, plain["school_1"])
    team, lead = (plain["team_2"], people["lead_2"]) if key in (B, M) else (plain["team_1"], people["lead_1"])
    moved = date(2026, 10, 1)
    starts = moved if key in (A, M) else LONG_AGO
    if key == M:
        Enrolment.objects.create(child=child, setting=plain["school_1"], starts_on=LONG_AGO, ends_on=moved, entered_by=by)
        LeadAllocation.objects.create(
            child=child, team=plain["team_1"], practitioner=people["lead_1"], starts_on=LONG_AGO, ends_on=moved, entered_by=by
        )
    if key == A:
        LeadAllocation.objects.create(
            child=child, team=team, practitioner=people["lead_former"], starts_on=LONG_AGO, ends_on=moved, entered_by=by
        )
    Enrolment.objects.create(child=child, setting=school, starts_on=moved if key == M else LONG_AGO, entered_by=by)
    LeadAllocation.objects.create(child=child, team=team, practitioner=lead, starts_on=starts, entered_by=by)
    if key in (A, R):
        AdviserAllocation.objects.create(child=child, adviser=people["adviser_own"], starts_on=LONG_AGO, entered_by=by)
    if key == B:
        AdviserAllocation.objects.create(child=child, adviser=people["adviser_other_phase"], starts_on=LONG_AGO, entered_by=by)
