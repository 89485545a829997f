"""Every page of the portal, each with somebody who reaches it, over the demo's people and plans."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import int_to_base36

from accounts.models import Membership, Organisation, Setting, User
from accounts.roles import OrganisationKind
from accounts.services import people, schools
from accounts.tests.register_files import file_of, school
from caseload.models import Placement
from caseload.services import children_import
from caseload.states import PlacementState
from core.models import ImportBatch
from peps.models import Pep, Print
from peps.services import printing
from peps.states import PepState, PrintPurpose, PrintState

HEAD, OFFICE, ADVISER, TEACHER = "head", "office", "adviser.primary", "teacher.alderbrook"
LEAD, MANAGER, ADMIN, TWO_HATS, NOBODY = "nadia.rahman", "manager", "admin", "teacher.fernhill", ""
Arguments = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """A page to look at: who opens it (a demo address without its end), with which arguments, and the status it has to answer."""

    who: str
    kwargs: Arguments = dict
    query: str = ""
    status: int = 200


# Addresses that never answer GET with a page, each with the reason.
NO_PAGE = {
    "healthz": "a line for machines",
    "readyz": "a line for machines",
    "run_due_now": "POST only",
    "accounts:resend": "POST only",
    "accounts:renew_invitation": "POST only",
    "accounts:choose_hat": "POST only",
    "peps:reopen": "POST only",
    "peps:print_file": "a PDF",
}


def plan(state: PepState, who: str = HEAD) -> Arguments:
    """A plan in this state that the person sees."""
    return lambda: {"pk": Pep.objects.visible_to(user(who)).filter(state=state).order_by("reference")[0].pk}


def part(kind: str, state: PepState, who: str) -> Arguments:
    """A part of such a plan."""
    return lambda: {**plan(state, who)(), "kind": kind}


def own_plan(state: PepState, who: str) -> Arguments:
    """A plan of a child who is allocated to this person now."""
    mine = {"child__lead_allocations__practitioner__email": address(who), "child__lead_allocations__ends_on": None}
    if who == ADVISER:
        mine = {"child__adviser_allocations__adviser__email": address(who), "child__adviser_allocations__ends_on": None}
    return lambda: {"pk": Pep.objects.filter(state=state, **mine).order_by("reference")[0].pk}


def placed(state: PlacementState) -> Arguments:
    """A place in this state."""
    return lambda: {"pk": Placement.objects.filter(state=state).order_by("pk")[0].pk}


def child(who: str, **having: Any) -> Arguments:
    """A child the person sees."""
    return lambda: {"pk": Pep.objects.visible_to(user(who)).filter(**having).order_by("reference")[0].child_id}


def school_of(urn: str) -> Arguments:
    """A setting of the demo."""
    return lambda: {"pk": Setting.objects.get(urn=urn).pk}


def batch(kind: str) -> Arguments:
    """The preview that `prepare` left."""
    return lambda: {"pk": ImportBatch.objects.filter(kind=kind, state=ImportBatch.State.PREVIEWED).latest("previewed_at").pk}


def printed(state: PrintState) -> Arguments:
    """A print that waits, is ready or has failed."""
    return lambda: {"pk": Print.objects.exclude(purpose=PrintPurpose.ORIGINAL).filter(state=state).latest("requested_at").pk}


def invited(who: str = "new.teacher") -> Arguments:
    """The link of an invitation that nobody has taken up."""
    return lambda: {"token": people.link_token(Membership.objects.get(user__email=address(who)).invitation)}


def key() -> dict[str, Any]:
    """The link of a forgotten password."""
    found = user(TEACHER)
    return {"uidb36": int_to_base36(found.pk), "key": default_token_generator.make_token(found)}


PAGES: dict[str, tuple[Page, ...]] = {
    "home": (Page(NOBODY), Page(TEACHER)),
    "contact": (Page(NOBODY),),
    "accessibility": (Page(NOBODY),),
    "privacy": (Page(NOBODY),),
    "cookies": (Page(NOBODY),),
    "health": (Page(ADMIN),),
    "account_login": (Page(NOBODY),),
    "account_logout": (Page(TEACHER),),
    "account_inactive": (Page(NOBODY),),
    "account_signup": (Page(NOBODY, status=404),),
    "account_reauthenticate": (Page(TEACHER),),
    "account_email": (Page(TEACHER, status=404),),
    "account_email_verification_sent": (Page(NOBODY, status=404),),
    "account_change_password": (Page(TEACHER),),
    "account_set_password": (Page(TEACHER, status=404),),
    "account_reset_password": (Page(NOBODY),),
    "account_confirm_login_code": (Page(NOBODY, status=404),),
    "account_confirm_email": (Page(NOBODY, lambda: {"key": "x"}, status=404),),
    "account_reset_password_from_key": (Page(NOBODY, key), Page(NOBODY, lambda: {"uidb36": "1", "key": "x-y"})),
    "account_reset_password_from_key_done": (Page(NOBODY),),
    "account_reset_password_done": (Page(NOBODY),),
    "desk:home": tuple(Page(who) for who in (HEAD, OFFICE, ADVISER, TEACHER, LEAD, MANAGER, ADMIN, TWO_HATS)),
    "desk:caseload": (Page(ADVISER), Page("adviser.secondary"), Page(ADVISER, query="?q=nobody-is-called-so")),
    "desk:child": (
        Page(HEAD, child(HEAD, state=PepState.SIGNED_OFF)),
        Page(TEACHER, child(TEACHER)),
        Page(LEAD, child(LEAD)),
        Page(HEAD, lambda: {"pk": Placement.objects.filter(state=PlacementState.OFFERED)[0].child_id}),
    ),
    "accounts:people": (Page(HEAD), Page(TEACHER), Page(OFFICE, query="?q=nobody-is-called-so")),
    "accounts:invite_where": (Page(HEAD), Page(TWO_HATS)),
    "accounts:invite": (
        Page(HEAD, lambda: {"organisation_pk": Organisation.objects.get(kind=OrganisationKind.VIRTUAL_SCHOOL).pk}),
        Page(TEACHER, lambda: {"organisation_pk": Setting.objects.get(urn="910001").organisation_id}),
    ),
    "accounts:end": (Page(HEAD, lambda: {"pk": Membership.objects.get(user__email=address("deputy")).pk}),),
    "accounts:invitation": (Page(NOBODY, lambda: {"token": "no-such-token"}, status=410), Page(NOBODY, invited())),
    "accounts:calendar": (Page(HEAD), Page(TEACHER)),
    "accounts:edit_terms": (Page(OFFICE, lambda: {"year": 2026}), Page(OFFICE, lambda: {"year": 2029})),
    "accounts:settings": (Page(OFFICE), Page(ADVISER, query="?q=nobody-is-called-so")),
    "accounts:setting": (Page(OFFICE, school_of("910001")),),
    "accounts:schools_import": (Page(OFFICE),),
    "accounts:schools_preview": tuple(Page(OFFICE, batch(schools.KIND), f"?group={group}") for group in ("wrong", "new", "changed")),
    "caseload:children": (Page(HEAD), Page(TEACHER), Page(LEAD), Page(OFFICE, query="?q=nobody-is-called-so")),
    "caseload:new": (Page(OFFICE),),
    "caseload:edit": (Page(ADVISER, child(ADVISER)),),
    "caseload:status": (Page(ADVISER, child(ADVISER)),),
    "caseload:setting": (Page(ADVISER, child(ADVISER)),),
    "caseload:lead": (Page(ADVISER, child(ADVISER)),),
    "caseload:adviser": (Page(ADVISER, child(ADVISER)),),
    "caseload:import": (Page(OFFICE),),
    "caseload:import_preview": tuple(Page(OFFICE, batch(children_import.KIND), f"?group={group}") for group in ("wrong", "new", "close")),
    "caseload:places": (Page(HEAD), Page(ADVISER)),
    "caseload:extra_place": (Page(HEAD),),
    "caseload:pool_size": (Page(HEAD, lambda: {"pool": "panels"}),),
    "peps:list": (Page(HEAD), Page(TEACHER), Page(LEAD), Page(ADVISER, query="?q=nobody-is-called-so")),
    "peps:plan": (
        *(Page(HEAD, plan(state)) for state in (PepState.NOT_STARTED, PepState.IN_PROGRESS, PepState.SUBMITTED, PepState.SIGNED_OFF)),
        Page(TEACHER, plan(PepState.NOT_STARTED, TEACHER)),
        Page(HEAD, plan(PepState.RETURNED)),
        Page(LEAD, own_plan(PepState.NOT_STARTED, LEAD)),
        Page(ADVISER, own_plan(PepState.NOT_STARTED, ADVISER)),
    ),
    "peps:part": (
        Page(TEACHER, part("setting", PepState.NOT_STARTED, TEACHER)),
        Page(TEACHER, part("child", PepState.NOT_STARTED, TEACHER)),
        Page(TEACHER, part("setting", PepState.NOT_STARTED, TEACHER), "?check=1"),
        Page(TEACHER, part("lead", PepState.NOT_STARTED, TEACHER)),
        Page(LEAD, lambda: {**own_plan(PepState.NOT_STARTED, LEAD)(), "kind": "lead"}),
        Page(ADVISER, lambda: {**own_plan(PepState.NOT_STARTED, ADVISER)(), "kind": "adviser"}),
        *(Page(HEAD, part(kind, PepState.SIGNED_OFF, HEAD)) for kind in ("child", "setting", "lead", "adviser")),
    ),
    "peps:check": (
        Page(TEACHER, plan(PepState.NOT_STARTED, TEACHER)),
        Page("adviser.primary", own_plan(PepState.RETURNED, ADVISER)),
    ),
    "peps:review": (Page(HEAD, plan(PepState.SUBMITTED)), Page(ADVISER, plan(PepState.SUBMITTED, ADVISER))),
    "peps:end": (Page(HEAD, plan(PepState.NOT_STARTED)),),
    "peps:print": (Page(HEAD, plan(PepState.SIGNED_OFF)), Page(HEAD, plan(PepState.IN_PROGRESS))),
    "peps:print_progress": tuple(Page(MANAGER, printed(state)) for state in (PrintState.QUEUED, PrintState.READY, PrintState.FAILED)),
    "peps:place": (Page(HEAD, child(HEAD)), Page(HEAD, lambda: {"pk": without_place()})),
    "peps:start_place": (Page(HEAD, placed(PlacementState.OFFERED)),),
    "peps:end_place": (Page(HEAD, placed(PlacementState.STARTED)),),
}


def address(who: str) -> str:
    """The demo's e-mail address of a person."""
    return f"{who}@example.org"


def user(who: str) -> User:
    """The demo's person."""
    return User.objects.get(email=address(who))


def url(name: str, page: Page) -> str:
    """The page's address."""
    return reverse(name, kwargs=page.kwargs()) + page.query
