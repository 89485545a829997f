"""The world of the access walk: people by role and relation, children by relation, a canary in each child's every text.

What each person ought to see stands here as a literal table (SEES), worked out by hand from safety.md 2, not from the code under test.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from accounts.services import schools
from accounts.tests.factories import MembershipFactory, OrganisationFactory, SettingFactory, UserFactory, adviser, person
from caseload.models import AdviserAllocation, Child, Enrolment, LeadAllocation
from caseload.services import children_import
from caseload.tests.factories import ChildFactory, PlacementFactory, RestrictedPersonFactory, StatusFactory
from core import staging
from messaging.services import queue
from vsh_portal.tests.walk.documents import add_documents
from vsh_portal.tests.walk.names import CHILDREN, NOT_THESE, SEES, A, B, M, R, U, X, canary
from vsh_portal.tests.walk.notes import add_notes
from vsh_portal.tests.walk.plans import add_plans

TODAY = date(2026, 11, 24)
LONG_AGO = date(2025, 9, 2)


@dataclass
class World:
    """People, children and the objects that hang on them, by key."""

    people: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    things: dict[tuple[str, str], Any] = field(default_factory=dict)
    plain: dict[str, Any] = field(default_factory=dict)

    def sees(self, who: str, key: str, thing: str = "") -> bool:
        """Whether this person ought to see this child, and this thing of the child's."""
        return key in SEES.get(who, set()) and (thing, key, who) not in NOT_THESE

    def client(self, who: str) -> Client:
        """This person's browser, signed in as at the start: an earlier cell may have signed it out."""
        client = self.clients[who]
        client.cookies.clear()
        if who in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client

    def thing(self, name: str, key: str, who: str) -> Any:
        """The thing of this child; where each person has one of their own, this person's."""
        found = self.things.get((name, key))
        return found.get(who) if isinstance(found, dict) else found

    def has(self, name: str, key: str) -> bool:
        """Whether there is such a thing of this child."""
        return (name, key) in self.things


def build() -> World:
    """Makes everything; call it inside a transaction that is rolled back."""
    world = World()
    world.plain["school_1"], world.plain["school_2"], world.plain["school_3"] = (SettingFactory() for _ in range(3))
    world.plain["team_1"], world.plain["team_2"] = OrganisationFactory(team=True), OrganisationFactory(team=True)
    _people(world)
    for key in CHILDREN:
        _child(world, key)
    add_plans(world)
    add_documents(world)
    add_notes(world)
    with transaction.atomic():
        world.plain["message"] = queue(key="walk", kind="peps.opened", to=world.people["office"], about=world.things["pep", A])
    for service in (schools, children_import):
        world.plain[f"batch {service.KIND}"] = staging.stage(
            kind=service.KIND,
            file_name="list.csv",
            parameters={},
            counts=dict.fromkeys((*service.Group, *service.Counted), 0),
            basis="",
            rows=[],
            by=world.people["office"],
            now=timezone.now(),
        )
    for who, user in world.people.items():
        client = Client()
        client.force_login(user)
        world.clients[who] = client
        world.sessions[who] = client.cookies[settings.SESSION_COOKIE_NAME].value
    world.clients["anonymous"] = Client()
    return world


def reverse_of(name: str) -> str:
    """The address of a page that is about no child."""
    return reverse(name)


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
    child = world.children[key] = ChildFactory(
        first_name=canary(key, "first"),
        last_name=canary(key, "last"),
        known_as=canary(key, "known"),
        local_id=canary(key, "local"),
        restricted=key == R,
        date_of_birth=date(2012, 3, 5) if key == B else date(2017, 3, 5),
    )
    world.things["child", key] = child
    StatusFactory(child=child, entered_by=by)
    _history(world, key, child, by)
    if key in (A, B, M, R):
        world.things["placement", key] = PlacementFactory(child=child, given_by=by)
    if key == U:
        world.things["offer", key] = PlacementFactory(child=child, given_by=by, offered=True)
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
