"""Hand-made breaches of policy: each takes one rule away, and the walk must find it (issue A, 5)."""

from collections.abc import Callable, Iterable

import pytest
from django.db.models import Q

from accounts import access, roles
from accounts.models.membership import MembershipQuerySet
from accounts.roles import Permission, Role
from accounts.scopes import hats_of
from caseload import scopes as child_scopes
from caseload.models import Child
from caseload.models.child import ChildQuerySet
from caseload.models.note import CaseNoteQuerySet
from desk.views import child as child_page
from peps import answers
from peps import policies as plan_policies
from peps import scopes as plan_scopes
from peps.models import Pep
from peps.models.pep import PepQuerySet
from peps.models.version import PrintQuerySet
from peps.services import review
from vsh_portal.tests.walk import world as worlds
from vsh_portal.tests.walk.engine import walk
from vsh_portal.tests.walk.matrix import MATRIX
from vsh_portal.tests.walk.world import TODAY

CHILD, PLAN, TIMELINE = ("desk:child",), ("peps:plan", "peps:part#read"), ("desk:timeline",)
Breach = tuple[str, Iterable[str], Callable[[pytest.MonkeyPatch, worlds.World], None]]
ANYWAY = Q(pk__isnull=False)


def _unrestricted(patch, world):
    Child.objects.update(restricted=False)


def _named_people_only_but_for_all(patch, world):
    def exists(model, relation, *conditions, **filters):
        return ANYWAY if relation == "restricted_people" else _REAL(model, relation, *conditions, **filters)

    patch.setattr(child_scopes, "_exists", exists)


_REAL = child_scopes._exists


def _relation(name, reach):
    def take_away(patch, world):
        patch.setitem(child_scopes.RELATIONS, name, reach)

    return take_away


def _no_place_needed(model, hat, on):
    return Q(_REAL(model, "enrolments", child_scopes.current(on), setting=hat.organisation_id))


def _once_enrolled(model, hat, on):
    return Q(_REAL(model, "enrolments", setting=hat.organisation_id)) & Q(_REAL(model, "placements"))


def _once_allocated(model, hat, on):
    return Q(_REAL(model, "lead_allocations", practitioner=hat.user_id))


def _once_in_team(model, hat, on):
    return Q(_REAL(model, "lead_allocations", team=hat.organisation_id))


def _every_child(model, hat, on):
    return ANYWAY


def _access_for_ever(patch, world):
    from_settings = child_scopes.settings
    patch.setattr(from_settings, "ACCESS_AFTER_PLACE_DAYS", 3650)


def _memberships(**ignored):
    """Memberships that count although one condition is not met."""

    def take_away(patch, world):
        def current(self, on):
            rows = self.filter(user__is_active=True)
            if "suspended" not in ignored:
                rows = rows.filter(suspended_at=None)
            if "ended" not in ignored:
                rows = rows.filter(Q(ends_on=None) | Q(ends_on__gt=on))
            if "invited" not in ignored:
                rows = rows.filter(Q(invitation=None) | Q(invitation__accepted_at__isnull=False))
            return rows

        patch.setattr(MembershipQuerySet, "current", current)

    return take_away


def _all_plans_of_the_child(patch, world):
    patch.setattr(PepQuerySet, "visible_to", lambda self, user: self.filter(child__in=Child.objects.visible_to(user)))


def _all_plans(patch, world):
    patch.setattr(PepQuerySet, "visible_to", lambda self, user: self)


def _all_children(patch, world):
    patch.setattr(ChildQuerySet, "visible_to", lambda self, user: self)


def _permission(role, permission):
    def give(patch, world):
        patch.setitem(roles.PERMISSIONS, role, roles.PERMISSIONS[role] | {permission})

    return give


def _prints_of_everybody(patch, world):
    patch.setattr(PrintQuerySet, "visible_to", lambda self, user: self.filter(pep__in=Pep.objects.visible_to(user)))


def _everybody_reads_in_full(patch, world):
    for module in (plan_scopes, plan_policies):
        patch.setattr(module, "reads_full", lambda user: True)


def _fields_for_everybody(patch, world):
    patch.setattr(answers, "_reads", lambda spec, question, letter: True)


def _everybody_edits(patch, world):
    patch.setattr(plan_policies, "may_edit", lambda user, pep, kind: True)


def _everybody_sends(patch, world):
    patch.setattr(review, "may_send", lambda user, pep: True)


def _notes_have_no_audience(patch, world):
    patch.setattr(child_scopes, "_meant_for", lambda hat: ANYWAY)


def _notes_of_any_setting(patch, world):
    real = child_scopes._meant_for
    patch.setattr(child_scopes, "_meant_for", lambda hat: real(hat) | Q(audience="setting"))


def _a_correction_takes_nothing_away(patch, world):
    def visible(self, user):
        meant = Q(pk__in=[])
        for hat in hats_of(user):
            meant |= child_scopes._meant_for(hat)
        return self.filter(meant, child__in=Child.objects.visible_to(user))

    patch.setattr(CaseNoteQuerySet, "visible_to", visible)


def _no_rule(patch, world):
    patch.delattr(child_page.child, "access")


def _public(patch, world):
    patch.setattr(child_page.child, "access", access.PUBLIC)


def _sign_up_open(patch, world):
    patch.setitem(access.LIBRARY_RULES, "account_signup", access.PUBLIC)


def _any_role(patch, world):
    patch.setattr("accounts.middleware.roles_may", lambda roles, permission: True)


BREACHES: list[Breach] = [
    ("a restricted record is one like all others", CHILD, _unrestricted),
    ("everybody counts as named on a restricted record", CHILD, _named_people_only_but_for_all),
    ("a setting sees its children without a place", CHILD, _relation("own_setting", _no_place_needed)),
    ("a setting sees children who have left it", CHILD, _relation("own_setting", _once_enrolled)),
    ("a setting sees a child for ever after the place", CHILD, _access_for_ever),
    ("a lead practitioner keeps earlier children", CHILD, _relation("allocated", _once_allocated)),
    ("a team manager keeps earlier children", CHILD, _relation("own_team", _once_in_team)),
    ("a team manager sees every child", CHILD, _relation("own_team", _every_child)),
    ("an advisory teacher sees every phase", CHILD, _relation("own_phase", _every_child)),
    ("the scope of children is forgotten", CHILD, _all_children),
    ("a suspended membership counts", CHILD, _memberships(suspended=True)),
    ("an ended membership counts", CHILD, _memberships(ended=True)),
    ("an invitation not taken up counts", CHILD, _memberships(invited=True)),
    ("a new setting reads every earlier plan", ("peps:plan#old",), _all_plans_of_the_child),
    ("the scope of plans is forgotten", PLAN, _all_plans),
    ("a print is everybody's", ("peps:print_file#another's",), _prints_of_everybody),
    ("everybody reads the full audience", ("peps:part#lead",), _everybody_reads_in_full),
    ("fields have no audience of their own", ("peps:part#lead",), _fields_for_everybody),
    ("everybody writes in every part", ("peps:part#lead", "peps:part#adviser"), _everybody_edits),
    ("everybody sends", ("peps:check",), _everybody_sends),
    ("a designated teacher imports schools", ("accounts:schools_import",), _permission(Role.DESIGNATED_TEACHER, Permission.IMPORT)),
    ("the office gives places", ("peps:place",), _permission(Role.OFFICE, Permission.GIVE_PLACE)),
    ("case notes have no audience", TIMELINE, _notes_have_no_audience),
    ("the next setting reads the notes for the one before", TIMELINE, _notes_of_any_setting),
    ("a correction takes nothing away", TIMELINE, _a_correction_takes_nothing_away),
    ("the office reads case notes", TIMELINE, _permission(Role.OFFICE, Permission.VIEW_NOTES)),
    ("a lead practitioner writes notes", ("caseload:add_note",), _permission(Role.LEAD_PRACTITIONER, Permission.ADD_NOTE)),
    ("a view declares no rule", CHILD, _no_rule),
    ("a child's page is public", CHILD, _public),
    ("anybody may sign up", ("account_signup",), _sign_up_open),
    ("the role is not asked", ("accounts:edit_terms",), _any_role),
]


@pytest.fixture
def world(db, frozen):
    frozen(TODAY)
    return worlds.build()


def test_there_are_at_least_twenty():
    assert len({name for name, _urls, _breach in BREACHES}) >= 20


@pytest.mark.parametrize(("urls", "breach"), [pytest.param(urls, breach, id=name) for name, urls, breach in BREACHES])
def test_the_walk_finds_the_breach(world, monkeypatch, urls, breach):
    assert not walk(world, MATRIX, only=urls, stop_at_first=True).differences
    breach(monkeypatch, world)
    tally = _walk_or_crash(world, urls)
    assert tally, "the walk did not notice"


def _walk_or_crash(world, urls) -> list[str]:
    """The differences found; a page that breaks down under a breach is a finding as well."""
    try:
        return walk(world, MATRIX, only=urls, stop_at_first=True).differences
    except Exception as crash:  # the test client passes a view's error on
        return [repr(crash)]
