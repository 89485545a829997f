"""Every address of the portal, each with somebody who reaches its page; or why it has none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import Membership, User
from accounts.roles import OrganisationKind
from accounts.services import schools
from caseload.models import Placement
from caseload.services import children_import
from caseload.states import PlacementState
from peps.states import PartKind, PepState, PrintState
from vsh_portal.tests.journeys import demo_data as demo

NOBODY, HEAD, OFFICE, MANAGER, ADMIN, TWO_HATS = "", "head", "office", "manager", "admin", "teacher.fernhill"
TEACHER, LEAD, ADVISER = "teacher.alderbrook", "nadia.rahman", "adviser.primary"
ITS_TEACHER, ITS_LEAD, ITS_ADVISER = "teacher", "lead", "adviser"  # of the plan that the page is about
NOBODY_IS_CALLED_SO = "?q=nobody-is-called-so"


@dataclass(frozen=True)
class Page:
    """A page to look at: who opens it, the state of the plan it is about, its arguments, and the status it has to answer."""

    who: str
    state: str = ""
    kwargs: Callable[[], dict[str, Any]] = dict
    part: str = ""
    of_child: bool = False
    query: str = ""
    status: int = 200

    def url(self, name: str) -> str:
        """Its address."""
        kwargs = self.kwargs()
        if self.state:
            pep = demo.cast(self.state).pep
            kwargs["pk"] = pep.child_id if self.of_child else pep.pk
        if self.part:
            kwargs["kind"] = self.part
        return reverse(name, kwargs=kwargs) + self.query

    def person(self) -> User | None:
        """Who opens it."""
        if self.who in (ITS_TEACHER, ITS_LEAD, ITS_ADVISER):
            found: User = getattr(demo.cast(self.state), self.who)
            return found
        return demo.user(self.who) if self.who else None


def about_child(who: str, state: PepState = PepState.SIGNED_OFF) -> Page:
    """A page of the child whose plan is in this state."""
    return Page(who, state, of_child=True)


NO_PAGE = {
    "healthz": "a line for machines",
    "readyz": "a line for machines",
    "run_due_now": "POST only",
    "accounts:resend": "POST only",
    "accounts:send_message_again": "POST only",
    "accounts:renew_invitation": "POST only",
    "accounts:choose_hat": "POST only",
    "caseload:call_off": "POST only",
    "peps:reopen": "POST only",
    "caseload:pin_note": "POST only",
    "peps:print_file": "a PDF",
    "documents:download": "a file",
    "documents:picture": "a picture",
}
ACCOUNT = {
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
    "account_confirm_email": (Page(NOBODY, kwargs=lambda: {"key": "x"}, status=404),),
    "account_reset_password_from_key": (
        Page(NOBODY, kwargs=demo.link_of_password),
        Page(NOBODY, kwargs=lambda: {"uidb36": "1", "key": "x-y"}),
    ),
    "account_reset_password_from_key_done": (Page(NOBODY),),
    "account_reset_password_done": (Page(NOBODY),),
}
OPEN = {
    "home": (Page(NOBODY), Page(TEACHER)),
    "contact": (Page(NOBODY),),
    "accessibility": (Page(NOBODY),),
    "privacy": (Page(NOBODY),),
    "cookies": (Page(NOBODY),),
    "accounts:invitation": (
        Page(NOBODY, kwargs=lambda: {"token": "no-such-token"}, status=410),
        Page(NOBODY, kwargs=lambda: {"token": demo.link_of_invitation()}),
    ),
}
OFFICE_PAGES = {
    "health": (Page(ADMIN),),
    "desk:home": tuple(Page(who) for who in (HEAD, OFFICE, ADVISER, TEACHER, LEAD, MANAGER, ADMIN, TWO_HATS)),
    "desk:caseload": (Page(ADVISER), Page("adviser.secondary"), Page(ADVISER, query=NOBODY_IS_CALLED_SO)),
    "accounts:people": (Page(HEAD), Page(TEACHER), Page(OFFICE, query=NOBODY_IS_CALLED_SO)),
    "accounts:invite_where": (Page(HEAD), Page(TWO_HATS)),
    "accounts:invite": (
        Page(HEAD, kwargs=lambda: {"organisation_pk": demo.organisation_pk(OrganisationKind.VIRTUAL_SCHOOL)}),
        Page(OFFICE, kwargs=lambda: {"organisation_pk": demo.organisation_pk(OrganisationKind.SOCIAL_CARE_TEAM)}),
    ),
    "accounts:end": (Page(HEAD, kwargs=lambda: {"pk": Membership.objects.get(user=demo.user("deputy")).pk}),),
    "accounts:calendar": (Page(HEAD), Page(TEACHER)),
    "accounts:messages": (Page(OFFICE), Page(ADMIN, query=NOBODY_IS_CALLED_SO)),
    "accounts:edit_terms": tuple(Page(OFFICE, kwargs=lambda year=year: {"year": year}) for year in (2026, 2029)),
    "accounts:settings": (Page(OFFICE), Page(ADVISER, query=NOBODY_IS_CALLED_SO)),
    "accounts:setting": (Page(OFFICE, kwargs=lambda: {"pk": demo.school_pk()}),),
    "accounts:schools_import": (Page(OFFICE),),
    "accounts:schools_preview": tuple(
        Page(OFFICE, kwargs=lambda: {"pk": demo.batch_pk(schools.KIND)}, query=f"?group={group}") for group in ("wrong", "new", "changed")
    ),
}
CHILDREN = {
    "caseload:children": (Page(HEAD), Page(TEACHER), Page(LEAD), Page(OFFICE, query=NOBODY_IS_CALLED_SO)),
    "caseload:new": (Page(OFFICE),),
    "caseload:import": (Page(OFFICE),),
    "caseload:import_preview": tuple(
        Page(OFFICE, kwargs=lambda: {"pk": demo.batch_pk(children_import.KIND)}, query=f"?group={group}")
        for group in ("wrong", "close", "changed", "new")
    ),
    "caseload:places": (Page(HEAD), Page(ADVISER)),
    "caseload:extra_place": (Page(HEAD),),
    "caseload:pool_size": (Page(HEAD, kwargs=lambda: {"pool": "panels"}),),
    "desk:child": (
        *(about_child(who) for who in (HEAD, ITS_TEACHER, ITS_LEAD, ITS_ADVISER)),
        Page(HEAD, kwargs=lambda: {"pk": Placement.objects.get(state=PlacementState.OFFERED).child_id}),
        Page(HEAD, kwargs=lambda: {"pk": demo.child_without_place_pk()}),
    ),
    "desk:timeline": (
        *(about_child(who) for who in (HEAD, ITS_TEACHER, ITS_LEAD, ITS_ADVISER)),
        Page(ITS_ADVISER, PepState.RETURNED, of_child=True, query="?show=everything"),
        Page(ITS_ADVISER, PepState.RETURNED, of_child=True, query="?words=nobody-wrote-this&kind=note"),
        Page(HEAD, kwargs=lambda: {"pk": demo.child_without_place_pk()}),
    ),
    "desk:child_peps": (about_child(HEAD), about_child(ITS_TEACHER), Page(HEAD, kwargs=lambda: {"pk": demo.child_without_place_pk()})),
    "documents:child": (
        *(about_child(who) for who in (HEAD, ITS_TEACHER)),
        Page(ITS_ADVISER, PepState.RETURNED, of_child=True),
        Page(HEAD, kwargs=lambda: {"pk": demo.child_without_place_pk()}),
    ),
    "documents:add": (about_child(ITS_ADVISER), about_child(ITS_TEACHER)),
    "documents:preview": (Page(HEAD, kwargs=lambda: {"pk": demo.picture_pk()}),),
    "caseload:add_note": (about_child(ITS_ADVISER),),
    "caseload:correct_note": (Page(HEAD, kwargs=lambda: {"pk": demo.note_pk()}),),
    **{f"caseload:{name}": (about_child(ITS_ADVISER),) for name in ("edit", "status", "setting", "lead", "adviser")},
    "peps:place": (about_child(HEAD), Page(HEAD, kwargs=lambda: {"pk": demo.child_without_place_pk()})),
    "peps:start_place": (Page(HEAD, kwargs=lambda: {"pk": demo.placement_pk(PlacementState.OFFERED)}),),
    "peps:end_place": (Page(HEAD, kwargs=lambda: {"pk": demo.placement_pk(PlacementState.STARTED)}),),
}
PLANS = {
    "peps:list": (Page(HEAD), Page(TEACHER), Page(LEAD), Page(ADVISER, query=NOBODY_IS_CALLED_SO)),
    "peps:plan": (
        *(Page(HEAD, state) for state in (PepState.NOT_STARTED, PepState.SUBMITTED, PepState.RETURNED, PepState.SIGNED_OFF)),
        *(Page(who, PepState.IN_PROGRESS) for who in (ITS_TEACHER, ITS_LEAD, ITS_ADVISER)),
        Page(ITS_TEACHER, PepState.RETURNED),
    ),
    "peps:part": (
        *(Page(ITS_TEACHER, PepState.IN_PROGRESS, part=kind) for kind in PartKind),
        Page(ITS_TEACHER, PepState.IN_PROGRESS, part=PartKind.SETTING, query="?check=1"),
        Page(ITS_LEAD, PepState.IN_PROGRESS, part=PartKind.LEAD),
        Page(ITS_ADVISER, PepState.IN_PROGRESS, part=PartKind.ADVISER),
        *(Page(HEAD, PepState.SIGNED_OFF, part=kind) for kind in PartKind),
    ),
    "peps:check": (Page(ITS_TEACHER, PepState.IN_PROGRESS), Page(ITS_ADVISER, PepState.RETURNED)),
    "peps:review": (Page(HEAD, PepState.SUBMITTED), Page(ITS_ADVISER, PepState.SUBMITTED)),
    "peps:end": (Page(HEAD, PepState.NOT_STARTED),),
    "peps:print": (Page(HEAD, PepState.SIGNED_OFF), Page(ITS_TEACHER, PepState.IN_PROGRESS)),
    "peps:print_progress": tuple(
        Page(HEAD, kwargs=lambda state=state: {"pk": demo.print_pk(state)})
        for state in (PrintState.QUEUED, PrintState.READY, PrintState.FAILED)
    ),
}
PAGES: dict[str, tuple[Page, ...]] = ACCOUNT | OPEN | OFFICE_PAGES | CHILDREN | PLANS
