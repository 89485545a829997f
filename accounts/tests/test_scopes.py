"""Which hats count and which children each relation reaches, in literal expectations (safety.md 2.1 and 2.3)."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import AdvisoryPhase, Invitation, Membership
from accounts.roles import CHILD_RELATIONS, Role
from accounts.scopes import hats_of
from accounts.tests.factories import MembershipFactory, OrganisationFactory, SettingFactory, UserFactory, adviser, person
from caseload.models import Child, Placement
from caseload.scopes import RELATIONS
from caseload.states import PlacementState
from caseload.tests.factories import (
    AdviserAllocationFactory,
    ChildFactory,
    EnrolmentFactory,
    LeadAllocationFactory,
    PlacementFactory,
    RestrictedPersonFactory,
    known_child,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 12)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
SETTING_ROLES = [Role.DESIGNATED_TEACHER, Role.SAFEGUARDING_LEAD]


@pytest.fixture(autouse=True)
def _monday_in_january(frozen):
    frozen("2026-01-12")


@pytest.fixture
def school():
    return SettingFactory()


def sees(user, child) -> bool:
    """Whether the child is among those the person may see; nobody sees a child twice."""
    found = list(Child.objects.visible_to(user).values_list("pk", flat=True))
    assert len(found) == len(set(found))
    return child.pk in found


# --- all


@pytest.mark.parametrize("role", [Role.HEAD, Role.DEPUTY, Role.OFFICE])
def test_the_virtual_school_sees_every_child_even_one_without_any_fact(role):
    assert sees(person(role), ChildFactory())


@pytest.mark.parametrize("role", sorted(set(Role) - set(CHILD_RELATIONS)))
def test_roles_without_a_relation_see_no_child(role, school):
    user = person(role)
    known_child(setting=school, practitioner=user, adviser=user)
    assert list(Child.objects.visible_to(user)) == []


def test_nobody_signed_in_sees_no_child():
    ChildFactory()
    assert not Child.objects.visible_to(AnonymousUser()).exists()


def test_every_relation_has_a_queryset_and_every_queryset_a_role():
    assert {relation for relations in CHILD_RELATIONS.values() for relation in relations} == set(RELATIONS)


# --- own setting


@pytest.mark.parametrize("role", SETTING_ROLES)
def test_a_setting_sees_a_child_on_roll_who_holds_a_place(role, school):
    user = person(role, school.organisation)
    assert sees(user, known_child(setting=school))
    assert not sees(user, known_child())


@pytest.mark.parametrize("role", [Role.HEADTEACHER, Role.SETTING_COLLEAGUE])
def test_headteachers_and_colleagues_see_no_child_by_themselves(role, school):
    assert not sees(person(role, school.organisation), known_child(setting=school))


@pytest.mark.parametrize("role", SETTING_ROLES)
def test_being_on_roll_without_a_place_is_not_enough(role, school):
    user = person(role, school.organisation)
    assert not sees(user, known_child(setting=school, placed=False))


def test_an_offer_that_has_not_started_is_not_a_place_yet(school):
    child = known_child(setting=school, placed=False)
    PlacementFactory(child=child, offered=True)
    assert not sees(person(Role.DESIGNATED_TEACHER, school.organisation), child)


def test_an_offer_that_was_withdrawn_never_opened_the_record(school):
    child = known_child(setting=school, placed=False)
    PlacementFactory(child=child, ended=True, started_on=None, ended_on=TODAY)
    assert not sees(person(Role.DESIGNATED_TEACHER, school.organisation), child)


@pytest.mark.parametrize(("days_ago", "visible"), [(0, True), (27, True), (28, True), (29, False)])
def test_a_setting_keeps_the_child_for_28_days_after_the_place_ended(days_ago, visible, school):
    child = known_child(setting=school, placed=False)
    PlacementFactory(child=child, ended=True, ended_on=TODAY - timedelta(days=days_ago))
    assert sees(person(Role.DESIGNATED_TEACHER, school.organisation), child) is visible


def test_a_place_counts_from_the_day_it_is_given_and_not_if_it_ended_before_it_began(school):
    """practice.md 24: the setting reads from the day the place is confirmed."""
    child, teacher = known_child(setting=school, placed=False), person(Role.DESIGNATED_TEACHER, school.organisation)
    placement = PlacementFactory(child=child, offered_on=TODAY, started_on=TOMORROW)
    assert sees(teacher, child)
    Placement.objects.filter(pk=placement.pk).update(state=PlacementState.ENDED, ended_on=TOMORROW, end_reason="other")
    assert not sees(teacher, child)


def test_a_second_place_opens_the_record_again(school):
    child = known_child(setting=school)
    PlacementFactory(child=child, ended=True, ended_on=date(2025, 9, 1), started_on=date(2025, 5, 1), offered_on=date(2025, 5, 1))
    assert sees(person(Role.DESIGNATED_TEACHER, school.organisation), child)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "visible"),
    [
        (TODAY, None, True),
        (TOMORROW, None, False),
        (date(2024, 9, 2), TOMORROW, True),
        (date(2024, 9, 2), TODAY, False),
        (date(2024, 9, 2), YESTERDAY, False),
        (TODAY, TODAY, False),
    ],
)
def test_a_child_who_moves_away_leaves_the_setting_the_same_day(starts_on, ends_on, visible, school):
    child = known_child()
    child.enrolments.update(ends_on=date(2024, 9, 2))
    EnrolmentFactory(child=child, setting=school, starts_on=starts_on, ends_on=ends_on)
    assert sees(person(Role.DESIGNATED_TEACHER, school.organisation), child) is visible


def test_the_new_setting_sees_the_child_from_the_day_the_old_one_does_not(school):
    child, new = known_child(setting=school), SettingFactory()
    child.enrolments.update(ends_on=TODAY)
    EnrolmentFactory(child=child, setting=new, starts_on=TODAY)
    assert not sees(person(Role.DESIGNATED_TEACHER, school.organisation), child)
    assert sees(person(Role.DESIGNATED_TEACHER, new.organisation), child)


# --- the lead practitioner and the team


def test_a_lead_practitioner_sees_the_allocated_child_only():
    child, other = known_child(), known_child()
    worker = child.lead_allocations.get().practitioner
    assert sees(worker, child)
    assert not sees(worker, other)


def test_a_colleague_of_the_same_team_does_not_see_the_child():
    child = known_child()
    assert not sees(person(Role.LEAD_PRACTITIONER, child.lead_allocations.get().team), child)


def test_an_allocation_in_another_team_than_the_hat_does_not_count():
    worker = person(Role.LEAD_PRACTITIONER)
    assert not sees(worker, known_child(practitioner=worker, team=OrganisationFactory(team=True)))


@pytest.mark.parametrize(("starts_on", "ends_on", "visible"), [(TODAY, None, True), (TOMORROW, None, False), (YESTERDAY, TODAY, False)])
def test_an_allocation_counts_on_its_days(starts_on, ends_on, visible):
    child = ChildFactory()
    allocation = LeadAllocationFactory(child=child, starts_on=starts_on, ends_on=ends_on)
    manager = person(Role.TEAM_MANAGER, allocation.team)
    assert sees(allocation.practitioner, child) is visible
    assert sees(manager, child) is visible


def test_a_team_manager_sees_the_team_s_children_with_and_without_a_worker():
    team = OrganisationFactory(team=True)
    manager = person(Role.TEAM_MANAGER, team)
    child = ChildFactory()
    LeadAllocationFactory(child=child, team=team, practitioner=None)
    assert sees(manager, child)
    assert sees(manager, known_child(team=team))
    assert not sees(manager, known_child())


# --- the advisory team


def test_an_adviser_sees_an_allocated_child_of_another_phase():
    teacher = adviser("primary")
    child = ChildFactory(secondary=True)
    allocation = AdviserAllocationFactory(child=child, adviser=teacher, starts_on=TODAY)
    assert sees(teacher, child)
    assert not sees(adviser("primary"), child)
    allocation.ends_on = TODAY
    allocation.save()
    assert not sees(teacher, child)


@pytest.mark.parametrize(
    ("born", "phase", "visible"),
    [
        # 2025/26: year 6 is born from 1 September 2014 to 31 August 2015, year 7 the year before.
        (date(2014, 9, 1), "primary", True),
        (date(2014, 8, 31), "primary", False),
        (date(2014, 8, 31), "secondary", True),
        (date(2014, 9, 1), "secondary", False),
        # Year 14, the last of Secondary, is born from 1 September 2006.
        (date(2006, 9, 1), "secondary", True),
        (date(2006, 8, 31), "secondary", False),
        # Newborn children belong to the early years.
        (TODAY, "primary", True),
    ],
)
def test_an_adviser_sees_the_children_of_the_phase(born, phase, visible):
    assert sees(adviser(phase), ChildFactory(date_of_birth=born)) is visible


def test_the_phase_changes_on_the_first_of_september(frozen):
    child, primary, secondary = ChildFactory(date_of_birth=date(2015, 8, 31)), adviser("primary"), adviser("secondary")
    frozen("2026-08-31")
    assert (sees(primary, child), sees(secondary, child)) == (True, False)
    frozen("2026-09-01")
    assert (sees(primary, child), sees(secondary, child)) == (False, True)


@pytest.mark.parametrize(
    ("override", "phase", "visible"), [(6, "primary", True), (7, "primary", False), (7, "secondary", True), (0, "primary", True)]
)
def test_an_overridden_school_year_counts_instead_of_the_date_of_birth(override, phase, visible):
    child = ChildFactory(date_of_birth=date(2014, 8, 31) if override < 7 else date(2014, 9, 1), school_year_override=override)
    assert sees(adviser(phase), child) is visible


def test_the_years_of_a_phase_are_data():
    teacher = adviser("primary")
    AdvisoryPhase.objects.filter(code="primary").update(first_year=1, last_year=2)
    assert sees(teacher, ChildFactory(date_of_birth=date(2019, 8, 31)))  # year 2
    assert not sees(teacher, ChildFactory(date_of_birth=date(2018, 8, 31)))  # year 3
    assert not sees(teacher, ChildFactory(date_of_birth=date(2020, 9, 1)))  # Reception


def test_an_advisory_teacher_without_a_phase_sees_the_own_caseload_only():
    teacher = person(Role.ADVISORY_TEACHER)
    mine = ChildFactory()
    AdviserAllocationFactory(child=mine, adviser=teacher)
    ChildFactory()
    assert list(Child.objects.visible_to(teacher)) == [mine]


# --- restricted records


def test_a_restricted_record_is_hidden_from_everybody_who_is_not_named(school):
    teacher = adviser()
    child = known_child(setting=school, adviser=teacher, restricted=True)
    allocation = child.lead_allocations.get()
    people = [
        *(person(role) for role in (Role.HEAD, Role.DEPUTY, Role.OFFICE)),
        *(person(role, school.organisation) for role in SETTING_ROLES),
        person(Role.TEAM_MANAGER, allocation.team),
        allocation.practitioner,
        teacher,
    ]
    RestrictedPersonFactory(child=child)  # somebody else is named
    assert [user for user in people if sees(user, child)] == []
    for user in people:
        RestrictedPersonFactory(child=child, user=user)
    assert [user for user in people if not sees(user, child)] == []


def test_being_named_is_needed_besides_a_relation_not_instead_of_one(school):
    child, stranger = known_child(restricted=True), person(Role.DESIGNATED_TEACHER, school.organisation)
    RestrictedPersonFactory(child=child, user=stranger)
    assert not sees(stranger, child)


def test_being_named_on_one_record_opens_no_other():
    head = person(Role.HEAD)
    RestrictedPersonFactory(user=head)
    assert not sees(head, ChildFactory(restricted=True))


# --- hats


def test_without_a_chosen_hat_all_hats_count_and_with_one_only_that(school):
    other = SettingFactory()
    user = person(Role.DESIGNATED_TEACHER, school.organisation)
    second = MembershipFactory(user=user, organisation=other.organisation, role=Role.SAFEGUARDING_LEAD)
    here, there = known_child(setting=school), known_child(setting=other)
    assert (sees(user, here), sees(user, there)) == (True, True)
    user.hat = second
    assert (sees(user, here), sees(user, there)) == (False, True)


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, True),
        ({"starts_on": TODAY}, True),
        ({"starts_on": TOMORROW}, False),
        ({"ends_on": TOMORROW}, True),
        ({"ends_on": TODAY}, False),
        ({"ends_on": YESTERDAY}, False),
        ({"suspended_at": datetime(2026, 1, 12, tzinfo=timezone.get_default_timezone())}, False),
    ],
)
def test_a_membership_counts_on_its_days_and_not_while_suspended(fields, counts):
    child, membership = ChildFactory(), MembershipFactory(**fields)
    assert (hats_of(membership.user) == [membership]) is counts
    assert sees(membership.user, child) is counts


def test_an_inactive_person_has_no_hat_even_one_already_on():
    user, child = person(Role.HEAD), ChildFactory()
    user.hat = user.memberships.get()
    user.is_active = False
    user.save()
    assert hats_of(user) == []
    assert not sees(user, child)


def test_an_inactive_organisation_gives_no_hat():
    user = person(Role.HEAD, OrganisationFactory(active=False))
    assert not sees(user, ChildFactory())


@pytest.mark.parametrize(("accepted", "counts"), [(False, False), (True, True)])
def test_an_invitation_not_taken_up_gives_no_right(accepted, counts):
    membership, now = MembershipFactory(role=Role.HEAD), timezone.now()
    Invitation.objects.create(
        membership=membership, invited_by=UserFactory(), sent_at=now, expires_at=now, accepted_at=now if accepted else None
    )
    assert sees(membership.user, ChildFactory()) is counts


# --- memberships


def test_memberships_of_strangers_are_not_seen(school):
    teacher, colleague = (person(role, school.organisation) for role in (Role.DESIGNATED_TEACHER, Role.SETTING_COLLEAGUE))
    person(Role.DESIGNATED_TEACHER)
    assert {row.user for row in Membership.objects.visible_to(teacher)} == {teacher, colleague}
    assert {row.user for row in Membership.objects.visible_to(colleague)} == {colleague}
    assert Membership.objects.visible_to(person(Role.OFFICE)).count() == 4
    assert not Membership.objects.visible_to(AnonymousUser()).exists()
