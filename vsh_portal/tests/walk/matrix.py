"""The matrix of the walk: every URL name, who may open it, over which children, and what it must show.

Written by hand from safety.md 2.2 and the issue. It is not read from accounts/roles.py: a wrong line there must differ from here.
"""

from collections.abc import Callable

from caseload.services.children_import import KIND
from vsh_portal.tests.walk.engine import Rule
from vsh_portal.tests.walk.names import A, B, M, R
from vsh_portal.tests.walk.world import World

HEADS = {"head", "deputy"}
OFFICE = HEADS | {"office"}
ADVISERS = {"adviser_own", "adviser_peer", "adviser_other_phase"}
TEACHERS = {"dt_1", "dt_2", "dt_3"}
SETTING_STAFF = TEACHERS | {"dsl_1"}
LEADS = {"lead_1", "lead_2", "lead_former"}
MANAGERS = {"manager_1", "manager_2"}
NOTE_WRITERS = HEADS | ADVISERS
READERS = OFFICE | ADVISERS | SETTING_STAFF | LEADS | MANAGERS
EVERY_HAT = READERS | {"headteacher_1", "colleague_1", "ep", "chair", "member", "clerk", "system_admin", "auditor"}
GET_POST = ("GET", "POST")
POST = ("POST",)


def _school(world: World) -> dict[str, object]:
    return {"pk": world.plain["school_1"].pk}


def _own_organisation(world: World) -> dict[str, object]:
    return {"organisation_pk": world.plain["school_1"].pk}


def _membership(world: World) -> dict[str, object]:
    return {"pk": world.people["dsl_1"].memberships.get().pk}


def _invited(world: World) -> dict[str, object]:
    return {"pk": world.people["invited_only"].memberships.get().pk}


def _schools_batch(world: World) -> dict[str, object]:
    return {"pk": world.plain["batch schools"].pk}


def _children_batch(world: World) -> dict[str, object]:
    return {"pk": world.plain[f"batch {KIND}"].pk}


def _token(world: World) -> dict[str, object]:
    return {"token": "no-such-token"}


PUBLIC = {
    "home": Rule("*"),
    "contact": Rule("*"),
    "accessibility": Rule("*"),
    "privacy": Rule("*"),
    "cookies": Rule("*"),
    "healthz": Rule("*"),
    "readyz": Rule("*", granted=(200, 503)),
    "accounts:invitation": Rule("*", methods=GET_POST, kwargs=_token, granted=(410,)),
    "accounts:renew_invitation": Rule("*", methods=POST, kwargs=_token, granted=(410,)),
    "account_login": Rule("*", methods=GET_POST, granted=(200, 302), library=True),
    "account_logout": Rule("*", methods=GET_POST, granted=(200, 302), library=True),
    "account_inactive": Rule("*", library=True),
    "account_reset_password": Rule("*", methods=GET_POST, library=True),
    "account_reset_password_done": Rule("*", library=True),
    "account_reset_password_from_key": Rule("*", kwargs=lambda world: {"uidb36": "1", "key": "x-y"}, library=True),
    "account_reset_password_from_key_done": Rule("*", library=True),
    "account_change_password": Rule("signed in", methods=GET_POST, library=True),
    "account_reauthenticate": Rule("signed in", methods=GET_POST, granted=(200, 302), library=True),
}

CLOSED = {
    "account_signup": Rule("*", closed=True),
    "account_set_password": Rule("*", closed=True),
    "account_email": Rule("*", closed=True),
    "account_confirm_email": Rule("*", closed=True, kwargs=lambda world: {"key": "x"}),
    "account_email_verification_sent": Rule("*", closed=True),
    "account_confirm_login_code": Rule("*", closed=True),
}

PLAIN = {
    "desk:home": Rule("signed in"),
    "desk:caseload": Rule(ADVISERS),
    "accounts:choose_hat": Rule("signed in", methods=POST),
    "accounts:people": Rule(OFFICE | TEACHERS, methods=GET_POST),
    "accounts:invite_where": Rule(OFFICE | TEACHERS, granted=(200, 302)),
    "accounts:invite": Rule(OFFICE | TEACHERS, methods=GET_POST, holders=OFFICE | {"dt_1"}, kwargs=_own_organisation),
    "accounts:resend": Rule(OFFICE | TEACHERS, methods=POST, holders=OFFICE | {"dt_1"}, kwargs=_invited),
    "accounts:end": Rule(OFFICE | TEACHERS, methods=GET_POST, holders=OFFICE | {"dt_1"}, kwargs=_membership),
    "accounts:calendar": Rule(EVERY_HAT),
    "accounts:edit_terms": Rule(OFFICE, methods=GET_POST, kwargs=lambda world: {"year": 2026}),
    "accounts:settings": Rule(OFFICE | ADVISERS),
    "accounts:setting": Rule(OFFICE | ADVISERS, kwargs=_school),
    "accounts:schools_import": Rule(OFFICE, methods=GET_POST),
    "accounts:schools_preview": Rule(OFFICE, methods=GET_POST, holders={"office"}, kwargs=_schools_batch),
    "accounts:messages": Rule(OFFICE | {"system_admin"}, methods=GET_POST),
    "accounts:send_message_again": Rule(OFFICE | {"system_admin"}, methods=POST, kwargs=lambda world: {"pk": world.plain["message"].pk}),
    "health": Rule(OFFICE | {"system_admin"}),
    "run_due_now": Rule(OFFICE | {"system_admin"}, methods=POST),
}

LISTS = {
    "caseload:children": Rule(READERS, methods=GET_POST),
    "caseload:new": Rule(OFFICE | ADVISERS, methods=GET_POST),
    "caseload:import": Rule(OFFICE, methods=GET_POST),
    "caseload:import_preview": Rule(OFFICE, methods=GET_POST, holders={"office"}, kwargs=_children_batch),
    "caseload:places": Rule(OFFICE | ADVISERS),
    "caseload:extra_place": Rule({"head"}, methods=GET_POST),
    "caseload:pool_size": Rule({"head"}, methods=GET_POST, kwargs=lambda world: {"pool": "panels"}),
    "peps:list": Rule(READERS),
}

# Who writes which part of whose plan: the owner, and the child's own adviser on behalf.
ADVISER_OF = {A: {"adviser_own"}, R: {"adviser_own"}, B: {"adviser_other_phase"}, M: set()}
TEACHERS_OF = {A: {"dt_1"}, B: {"dt_3"}, M: {"dt_2"}, R: set()}
SAFEGUARDING_OF = {A: {"dsl_1"}, B: set(), M: set(), R: set()}
LEAD_OF = {A: {"lead_1"}, B: {"lead_2"}, M: {"lead_2"}, R: set()}


def _any_of(*tables: dict[str, set[str]]) -> dict[str, set[str]]:
    return {key: set().union(*(table[key] for table in tables)) for key in ADVISER_OF}


SETTING_WRITERS = _any_of(ADVISER_OF, TEACHERS_OF, SAFEGUARDING_OF)
PART_WRITERS = {
    "setting": SETTING_WRITERS,
    "child": _any_of(SETTING_WRITERS, LEAD_OF),
    "lead": _any_of(LEAD_OF, ADVISER_OF),
    "adviser": _any_of(ADVISER_OF, {key: {"head", "deputy"} for key in ADVISER_OF}),
}


def _kind(kind: str) -> Callable[[World], dict[str, object]]:
    return lambda world: {"kind": kind}


CHANGES = {
    f"caseload:{name}": Rule(OFFICE | ADVISERS, of="child", methods=GET_POST, shows="known")
    for name in ("edit", "status", "setting", "lead", "adviser")
}
CHILD_PAGES = CHANGES | {
    "caseload:call_off": Rule(OFFICE | ADVISERS, of="child", methods=POST, kwargs=_kind("status"), granted=(302,)),
    "desk:child": Rule(READERS, of="child", shows="known"),
    "desk:timeline": Rule(READERS, of="child", shows="known"),
    "desk:child_peps": Rule(READERS, of="child", shows="known"),
    "caseload:add_note": Rule(NOTE_WRITERS, of="child", methods=GET_POST, shows="known"),
    "caseload:correct_note": Rule(NOTE_WRITERS, of="note", methods=GET_POST, shows="notevs"),
    "caseload:pin_note": Rule(NOTE_WRITERS, of="note", methods=POST, post={"pinned": "yes"}),
    "peps:place": Rule(HEADS, of="child", methods=GET_POST, shows="known"),
    "peps:start_place": Rule(HEADS, of="offer", methods=GET_POST, shows="known"),
    "peps:end_place": Rule(HEADS, of="offer", methods=GET_POST, shows="known"),
}
PLANS = {
    "peps:plan": Rule(READERS, of="pep", shows="known"),
    "peps:plan#old": Rule(READERS, of="pep_old", shows="known"),
    "peps:plan#signed": Rule(READERS, of="pep_signed", shows="known"),
    "peps:check": Rule(READERS, of="pep", methods=GET_POST, holders=_any_of(TEACHERS_OF, ADVISER_OF), shows="known"),
    "peps:review": Rule(HEADS | ADVISERS, of="pep_submitted", methods=GET_POST, shows="wish"),
    "peps:end": Rule(HEADS, of="pep", methods=GET_POST, shows="known"),
    "peps:print": Rule(READERS, of="pep_signed", methods=GET_POST, shows="known"),
    "peps:print_progress": Rule(READERS, of="print"),
    "peps:print_file": Rule(READERS, of="print", shows="pdf"),
    "peps:print_progress#another's": Rule(READERS, of="print_of_head", holders={"head"}),
    "peps:print_file#another's": Rule(READERS, of="print_of_head", holders={"head"}, shows="pdf"),
}
PARTS = {
    f"peps:part#{kind}": Rule(READERS, of="pep", methods=GET_POST, writers=writers, kwargs=_kind(kind), shows="known")
    for kind, writers in PART_WRITERS.items()
} | {
    "peps:part#read": Rule(READERS, of="pep_submitted", kwargs=_kind("setting"), shows="wish"),
    "peps:reopen": Rule(READERS, of="pep", methods=POST, writers=PART_WRITERS["lead"], kwargs=_kind("lead")),
}
DOCUMENTS = {
    "documents:child": Rule(READERS, of="child", shows="document"),
    "documents:add": Rule(READERS - MANAGERS, of="child", methods=GET_POST, shows="known"),
    "documents:download": Rule(READERS, of="document", shows="bytes"),
    "documents:download#of the council": Rule(READERS, of="document_council", holders=READERS - SETTING_STAFF, shows="secret"),
    "documents:preview": Rule(READERS, of="document", shows="document"),
    "documents:picture": Rule(READERS, of="document_picture"),
}

MATRIX: dict[str, Rule] = PUBLIC | CLOSED | PLAIN | LISTS | CHILD_PAGES | PLANS | PARTS | DOCUMENTS
