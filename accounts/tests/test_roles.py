"""The role tables are whole and agree with each other, and the printed page is what they say."""

import re

import pytest
from django.core.management import CommandError, call_command

from accounts.policies import roles_may
from accounts.roles import CHILD_RELATIONS, PERMISSIONS, ROLES_OF_KIND, OrganisationKind, Permission, Role
from vsh_portal import generated_docs


def test_every_role_belongs_to_one_kind_of_organisation():
    assert sorted(role for roles in ROLES_OF_KIND.values() for role in roles) == sorted(Role)
    assert set(ROLES_OF_KIND) == set(OrganisationKind)


def test_every_role_has_a_line_in_the_permission_table():
    assert set(PERMISSIONS) == set(Role)
    assert {permission for held in PERMISSIONS.values() for permission in held} <= set(Permission)


def test_every_permission_is_held_by_somebody():
    assert {permission for permission in Permission if not roles_may(Role, permission)} == set()


def test_whoever_reaches_children_may_see_one_and_nobody_else():
    assert {role for role in Role if Permission.VIEW_CHILD in PERMISSIONS[role]} == set(CHILD_RELATIONS)


@pytest.mark.parametrize(
    "permission", [Permission.LIST_CHILDREN, Permission.EDIT_CHILD, Permission.VIEW_PEP, Permission.VIEW_CHILD_SENSITIVE]
)
def test_what_concerns_a_child_needs_the_right_to_see_one(permission):
    assert [role for role in Role if permission in PERMISSIONS[role] and Permission.VIEW_CHILD not in PERMISSIONS[role]] == []


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.OPEN_EXTRA_PLACE, {Role.HEAD}),
        (Permission.GIVE_PLACE, {Role.HEAD, Role.DEPUTY}),
        (Permission.REVIEW_PEP, {Role.HEAD, Role.DEPUTY, Role.ADVISORY_TEACHER}),
        (Permission.IMPORT, {Role.HEAD, Role.DEPUTY, Role.OFFICE}),
        (Permission.INVITE_TO_VIRTUAL_SCHOOL, {Role.HEAD, Role.DEPUTY, Role.OFFICE}),
        (Permission.INVITE_TO_OWN_SETTING, {Role.DESIGNATED_TEACHER}),
        (Permission.EDIT_CALENDAR, {Role.HEAD, Role.DEPUTY, Role.OFFICE}),
        (
            Permission.VIEW_CHILD_SENSITIVE,
            {Role.HEAD, Role.DEPUTY, Role.ADVISORY_TEACHER, Role.LEAD_PRACTITIONER, Role.TEAM_MANAGER},
        ),
    ],
)
def test_who_holds_the_rights_that_matter_most(permission, roles):
    """safety.md 2.2: written here a second time, so that a slip in the table is seen."""
    assert {role for role in Role if roles_may([role], permission)} == roles


def test_no_setting_role_sees_sensitive_fields_or_reviews():
    for role in ROLES_OF_KIND[OrganisationKind.SETTING]:
        assert not PERMISSIONS[role] & {
            Permission.VIEW_CHILD_SENSITIVE,
            Permission.REVIEW_PEP,
            Permission.EDIT_ADVISER_PART,
            Permission.IMPORT,
        }


def test_an_unknown_role_holds_nothing():
    assert not any(roles_may(["wizard"], permission) for permission in Permission)


def test_the_docs_are_what_the_tables_say():
    call_command("generate_docs", check=True)


def test_a_stale_page_is_found_and_written_anew(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError, match=re.escape("roles.md, states.md")):
        call_command("generate_docs", check=True)
    call_command("generate_docs")
    call_command("generate_docs", check=True)
    (tmp_path / "docs" / "roles.md").write_text("| Everybody | may do everything |")
    with pytest.raises(CommandError, match=r"Not true any more: roles\.md\."):
        call_command("generate_docs", check=True)


def test_the_page_names_every_role_and_every_relation():
    page = generated_docs.roles_page()
    assert [role.label for role in Role if f"| {role.label} |" not in page] == []
    assert set(generated_docs.RELATION_WORDS) == {relation for relations in CHILD_RELATIONS.values() for relation in relations}


def test_no_address_is_without_a_rule():
    assert [path for path, name, view in generated_docs.addresses() if generated_docs.rule_of(view, name.split(":")[-1]) is None] == []
