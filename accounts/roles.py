"""Roles and what each may do: one literal table, printed to docs/roles.md (safety.md 2.2 and the roles written under it)."""

from django.db.models import TextChoices


class OrganisationKind(TextChoices):
    """What an organisation is; it decides which roles its members can hold."""

    VIRTUAL_SCHOOL = "virtual_school", "Virtual School"
    SETTING = "setting", "Setting"
    SOCIAL_CARE_TEAM = "social_care_team", "Social-care team"
    EP_SERVICE = "ep_service", "Educational psychology service"
    PANEL = "panel", "Behaviour and attendance panel"


class Role(TextChoices):
    """The hat a membership gives."""

    HEAD = "head", "Virtual School Head"
    DEPUTY = "deputy", "Deputy named by the Head"
    ADVISORY_TEACHER = "advisory_teacher", "Advisory teacher"
    OFFICE = "office", "Virtual School office"
    SYSTEM_ADMIN = "system_admin", "System administrator"
    AUDITOR = "auditor", "Auditor"
    DESIGNATED_TEACHER = "designated_teacher", "Designated teacher"
    SAFEGUARDING_LEAD = "safeguarding_lead", "Safeguarding lead"
    HEADTEACHER = "headteacher", "Headteacher"
    SETTING_COLLEAGUE = "setting_colleague", "Colleague in a setting"
    LEAD_PRACTITIONER = "lead_practitioner", "Lead practitioner"
    TEAM_MANAGER = "team_manager", "Team manager"
    EDUCATIONAL_PSYCHOLOGIST = "ep", "Educational psychologist"
    PANEL_CHAIR = "panel_chair", "Panel chair"
    PANEL_MEMBER = "panel_member", "Panel member"
    PANEL_CLERK = "panel_clerk", "Panel clerk"


class Permission(TextChoices):
    """What a view or a service asks for; with an object, the object's `visible_to` is asked as well."""

    VIEW_CHILD = "view_child", "See a child's record"
    VIEW_CHILD_SENSITIVE = "view_child_sensitive", "See what only council staff of the child may see"
    LIST_CHILDREN = "list_children", "List children"
    EDIT_CHILD = "edit_child", "Add and change children, statuses, settings and workers"
    IMPORT = "import", "Import lists and schools"
    VIEW_NOTES = "view_notes", "Read the case notes that are meant for them"
    ADD_NOTE = "add_note", "Write, correct and pin case notes"
    VIEW_PLACES = "view_places", "See the places counter"
    GIVE_PLACE = "give_place", "Offer, start and end places"
    OPEN_EXTRA_PLACE = "open_extra_place", "Open a dated extra place and change a pool's size"
    VIEW_CASELOAD = "view_caseload", "See my caseload"
    VIEW_PEP = "view_pep", "See a PEP"
    EDIT_SETTING_PART = "edit_setting_part", "Write the setting's part"
    SEND_SETTING_PART = "send_setting_part", "Check and send the setting's part"
    EDIT_CHILD_PART = "edit_child_part", "Write down the child's own part"
    EDIT_LEAD_PART = "edit_lead_part", "Write the lead practitioner's part"
    EDIT_ADVISER_PART = "edit_adviser_part", "Write the Virtual School's part"
    REVIEW_PEP = "review_pep", "Return and sign off PEPs"
    CANCEL_PEP = "cancel_pep", "Cancel a PEP or mark it not required"
    PRINT_PEP = "print_pep", "Print a PEP"
    PRINT_PEP_LIST = "print_pep_list", "Print PEP reports from a list"
    INVITE_TO_VIRTUAL_SCHOOL = "invite_anyone", "Invite people to any organisation"
    INVITE_TO_OWN_SETTING = "invite_own_setting", "Invite colleagues to the own setting"
    VIEW_PEOPLE = "view_people", "See people and their memberships"
    VIEW_SETTINGS = "view_settings", "See the settings of the register"
    EDIT_CALENDAR = "edit_calendar", "Change term dates"
    VIEW_CALENDAR = "view_calendar", "See term dates"
    VIEW_DOCUMENTS = "view_documents", "See documents"
    ADD_DOCUMENTS = "add_documents", "Add documents"
    VIEW_HEALTH = "view_health", "See the health page and run due jobs"


_P = Permission
_LEADERS = {
    _P.VIEW_DOCUMENTS, _P.ADD_DOCUMENTS,
    _P.VIEW_CHILD, _P.VIEW_CHILD_SENSITIVE, _P.LIST_CHILDREN, _P.EDIT_CHILD, _P.IMPORT, _P.VIEW_PLACES, _P.GIVE_PLACE, _P.OPEN_EXTRA_PLACE,
    _P.VIEW_PEP, _P.EDIT_ADVISER_PART, _P.REVIEW_PEP, _P.CANCEL_PEP, _P.PRINT_PEP, _P.PRINT_PEP_LIST, _P.INVITE_TO_VIRTUAL_SCHOOL,
    _P.VIEW_PEOPLE, _P.VIEW_SETTINGS, _P.EDIT_CALENDAR, _P.VIEW_CALENDAR, _P.VIEW_HEALTH, _P.VIEW_NOTES, _P.ADD_NOTE,
}  # fmt: skip

PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.HEAD: frozenset(_LEADERS),
    Role.DEPUTY: frozenset(_LEADERS - {_P.OPEN_EXTRA_PLACE}),
    Role.ADVISORY_TEACHER: frozenset({
        _P.VIEW_DOCUMENTS, _P.ADD_DOCUMENTS,
        _P.VIEW_CHILD, _P.VIEW_CHILD_SENSITIVE, _P.LIST_CHILDREN, _P.EDIT_CHILD, _P.VIEW_PLACES, _P.VIEW_CASELOAD, _P.VIEW_PEP,
        _P.EDIT_SETTING_PART, _P.EDIT_CHILD_PART, _P.EDIT_LEAD_PART, _P.EDIT_ADVISER_PART, _P.REVIEW_PEP, _P.PRINT_PEP,
        _P.VIEW_SETTINGS, _P.VIEW_CALENDAR, _P.VIEW_NOTES, _P.ADD_NOTE,
    }),
    Role.OFFICE: frozenset({
        _P.VIEW_DOCUMENTS, _P.ADD_DOCUMENTS,
        _P.VIEW_CHILD, _P.LIST_CHILDREN, _P.EDIT_CHILD, _P.IMPORT, _P.VIEW_PLACES, _P.VIEW_PEP, _P.PRINT_PEP, _P.PRINT_PEP_LIST,
        _P.INVITE_TO_VIRTUAL_SCHOOL, _P.VIEW_PEOPLE, _P.VIEW_SETTINGS, _P.EDIT_CALENDAR, _P.VIEW_CALENDAR, _P.VIEW_HEALTH,
    }),
    Role.DESIGNATED_TEACHER: frozenset({
        _P.VIEW_DOCUMENTS, _P.ADD_DOCUMENTS,
        _P.VIEW_CHILD, _P.LIST_CHILDREN, _P.VIEW_PEP, _P.EDIT_SETTING_PART, _P.SEND_SETTING_PART, _P.EDIT_CHILD_PART, _P.PRINT_PEP,
        _P.INVITE_TO_OWN_SETTING, _P.VIEW_PEOPLE, _P.VIEW_CALENDAR, _P.VIEW_NOTES,
    }),
    Role.SAFEGUARDING_LEAD: frozenset({
        _P.VIEW_DOCUMENTS, _P.ADD_DOCUMENTS,
        _P.VIEW_CHILD, _P.LIST_CHILDREN, _P.VIEW_PEP, _P.EDIT_SETTING_PART, _P.EDIT_CHILD_PART, _P.PRINT_PEP, _P.VIEW_CALENDAR,
        _P.VIEW_NOTES,
    }),
    Role.LEAD_PRACTITIONER: frozenset({
        _P.VIEW_DOCUMENTS, _P.ADD_DOCUMENTS,
        _P.VIEW_CHILD, _P.VIEW_CHILD_SENSITIVE, _P.LIST_CHILDREN, _P.VIEW_PEP, _P.EDIT_LEAD_PART, _P.EDIT_CHILD_PART, _P.PRINT_PEP,
        _P.VIEW_CALENDAR, _P.VIEW_NOTES,
    }),
    Role.TEAM_MANAGER: frozenset({
        _P.VIEW_DOCUMENTS,
        _P.VIEW_CHILD, _P.VIEW_CHILD_SENSITIVE, _P.LIST_CHILDREN, _P.VIEW_PEP, _P.PRINT_PEP, _P.VIEW_CALENDAR,
        _P.VIEW_NOTES,
    }),
    Role.SYSTEM_ADMIN: frozenset({_P.VIEW_HEALTH, _P.VIEW_CALENDAR}),
    Role.HEADTEACHER: frozenset({_P.VIEW_CALENDAR}),
    Role.SETTING_COLLEAGUE: frozenset({_P.VIEW_CALENDAR}),
    Role.EDUCATIONAL_PSYCHOLOGIST: frozenset({_P.VIEW_CALENDAR}),
    Role.PANEL_CHAIR: frozenset({_P.VIEW_CALENDAR}),
    Role.PANEL_MEMBER: frozenset({_P.VIEW_CALENDAR}),
    Role.PANEL_CLERK: frozenset({_P.VIEW_CALENDAR}),
    Role.AUDITOR: frozenset({_P.VIEW_CALENDAR}),
}  # fmt: skip

ROLES_OF_KIND: dict[str, tuple[Role, ...]] = {
    OrganisationKind.VIRTUAL_SCHOOL: (Role.HEAD, Role.DEPUTY, Role.ADVISORY_TEACHER, Role.OFFICE, Role.SYSTEM_ADMIN, Role.AUDITOR),
    OrganisationKind.SETTING: (Role.DESIGNATED_TEACHER, Role.SAFEGUARDING_LEAD, Role.HEADTEACHER, Role.SETTING_COLLEAGUE),
    OrganisationKind.SOCIAL_CARE_TEAM: (Role.LEAD_PRACTITIONER, Role.TEAM_MANAGER),
    OrganisationKind.EP_SERVICE: (Role.EDUCATIONAL_PSYCHOLOGIST,),
    OrganisationKind.PANEL: (Role.PANEL_CHAIR, Role.PANEL_MEMBER, Role.PANEL_CLERK),
}

# Scopes: whose children a role reaches, by relation name (safety.md 2.1). caseload/scopes.py gives each name its queryset.
CHILD_RELATIONS: dict[str, tuple[str, ...]] = {
    Role.HEAD: ("all",),
    Role.DEPUTY: ("all",),
    Role.OFFICE: ("all",),
    Role.ADVISORY_TEACHER: ("own_caseload", "own_phase"),
    Role.DESIGNATED_TEACHER: ("own_setting",),
    Role.SAFEGUARDING_LEAD: ("own_setting",),
    Role.LEAD_PRACTITIONER: ("allocated",),
    Role.TEAM_MANAGER: ("own_team",),
}
