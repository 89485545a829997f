"""People: who has which role, inviting, ending a role, taking up an invitation, choosing a hat."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PUBLIC, SIGNED_IN, access
from accounts.filters import PeopleFilter, search_people
from accounts.forms import AcceptForm, EndMembershipForm, InviteForm, OrganisationForm
from accounts.http import PortalRequest
from accounts.models import Membership
from accounts.roles import Permission
from accounts.scopes import hats_of, today
from accounts.selectors import organisations_to_invite_to
from accounts.services import people
from core import private_search
from core.errors import Refused

INVITED = "The invitation is on its way. The link in it works once and for three days."
GIVEN = "This person has a password already: the new role is there when they next open a page. No e-mail was sent."
IN_SESSION = "choose-password"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@access(Permission.VIEW_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def people_list(request: PortalRequest) -> HttpResponse:
    """Everybody this person may see, with role and organisation."""
    memberships = (
        Membership.objects.visible_to(request.user).select_related("user", "organisation", "invitation").order_by("user__name", "pk")
    )
    if request.method == "POST":
        return private_search.keep(request, "people")
    searched = private_search.held(request, "people", "Name, e-mail or organisation")
    found = PeopleFilter(request.GET, queryset=search_people(memberships, searched.words))
    page = Paginator(found.qs, 25).get_page(request.GET.get("page"))
    rows = [(membership, people.may_change(request.user, membership)) for membership in page]
    context = {"filter": found, "search": searched, "page_obj": page, "rows": rows, "today": today(), "now": timezone.now()}
    return render(request, "accounts/people.html", context)


@access(Permission.VIEW_PEOPLE)
@require_http_methods(["GET"])
def invite_where(request: PortalRequest) -> HttpResponse:
    """First step of an invitation: where the person works; skipped for those who may invite to one place only."""
    organisations = organisations_to_invite_to(request.user)
    if organisations.count() == 1:
        return redirect("accounts:invite", organisation_pk=organisations.get().pk)
    form = OrganisationForm(request.GET or None, organisations=organisations)
    if request.GET and form.is_valid():
        return redirect("accounts:invite", organisation_pk=form.cleaned_data["organisation"].pk)
    form.helper.form_method = "get"
    return render(request, "accounts/invite_where.html", {"form": form})


@access(Permission.VIEW_PEOPLE)
@require_http_methods(["GET", "POST"])
def invite(request: PortalRequest, organisation_pk: UUID) -> HttpResponse:
    """Second step: who, and as what."""
    organisation = get_object_or_404(organisations_to_invite_to(request.user), pk=organisation_pk)
    if not people.roles_to_give(request.user, organisation):
        raise PermissionDenied
    form = InviteForm(request.POST or None, by=request.user, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            membership = people.invite(**form.cleaned_data, organisation_id=organisation.pk, by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, INVITED if hasattr(membership, "invitation") else GIVEN)
            return redirect("accounts:people")
    return render(request, "accounts/invite.html", {"form": form, "organisation": organisation})


@access(Permission.VIEW_PEOPLE)
@require_POST
def resend(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Sends a new link for a membership whose invitation is still open."""
    membership = get_object_or_404(
        Membership.objects.visible_to(request.user), pk=pk, invitation__accepted_at=None, invitation__isnull=False
    )
    try:
        people.resend(invitation_id=membership.invitation.pk, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "A new link is on its way; the earlier one no longer works.")
    return redirect("accounts:people")


@access(Permission.VIEW_PEOPLE)
@require_http_methods(["GET", "POST"])
def end(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Ends somebody's role from a day on."""
    membership = get_object_or_404(Membership.objects.visible_to(request.user).select_related("user", "organisation"), pk=pk)
    form = EndMembershipForm(request.POST or None, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            people.end_membership(membership_id=membership.pk, on=form.cleaned_data["on"], by=request.user)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "The role ends on the day you chose.")
            return redirect("accounts:people")
    return render(request, "accounts/end_membership.html", {"form": form, "membership": membership})


@access(PUBLIC)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Takes an invitation up: choose a password and be signed in.

    A link that works moves into the session first: the form's own address, which logs and histories keep, is worth nothing.
    """
    link, now = (request.session.get("invitation", "") if token == IN_SESSION else token), timezone.now()
    try:
        people.invitation_of(link, now)
    except Refused as refusal:
        expired = link if isinstance(refusal, people.InvitationExpired) else ""
        return render(request, "accounts/invitation_refused.html", {"message": refusal.message, "token": expired}, status=410)
    if token != IN_SESSION:
        request.session["invitation"] = link
        return redirect("accounts:invitation", token=IN_SESSION)
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = people.accept(token=link, password=form.cleaned_data["password"], now=now)
        except ValidationError as weak:
            form.add_error("password", weak.messages)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            del request.session["invitation"]
            login(request, user, backend=BACKEND)
            return redirect("desk:home")
    return render(request, "accounts/invitation.html", {"form": form})


@access(PUBLIC)
@require_POST
def renew_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Sends a new link to the invited address."""
    try:
        people.renew_by_person(token=token, now=timezone.now())
    except Refused as refusal:
        return render(request, "accounts/invitation_refused.html", {"message": refusal.message, "token": ""}, status=410)
    return render(request, "accounts/invitation_renewed.html")


@access(SIGNED_IN)
@require_POST
def choose_hat(request: PortalRequest) -> HttpResponse:
    """Changes the hat; what is not a current membership of the person changes nothing."""
    chosen = request.POST.get("hat", "")
    request.user.hat = None
    if any(str(hat.pk) == chosen for hat in hats_of(request.user)):
        request.session["hat"] = chosen
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe and target.startswith("/") else "desk:home")
