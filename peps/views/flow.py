"""Checking and sending a plan, reviewing it, ending it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.http import PortalRequest
from accounts.models import User
from accounts.roles import Permission
from accounts.scopes import today
from audit.services import viewed
from core.errors import Refused
from core.forms import PortalForm
from core.transitions import available
from peps import answers, policies, reading, selectors
from peps.forms_flow import EndForm, ReturnForm, SendForm, SignOffForm
from peps.models import Pep
from peps.review_page import parts_to_read
from peps.services import review
from peps.states import PEP_MOVES, PartKind
from peps.views.plan import head

SENT = "The plan has been sent to the Virtual School. You will get a message when it is signed off or when changes are asked for."
SENT_ALREADY = "The plan had been sent already. Nothing more is needed."


@require_http_methods(["GET", "POST"])
@access(Permission.VIEW_PEP)
def check(request: PortalRequest, pk: object) -> HttpResponse:
    """What is missing, the declaration (S25), and the button that sends the plan."""
    pep = get_object_or_404(reading.plans(request.user), pk=pk)
    if not review.may_send(request.user, pep):
        raise PermissionDenied
    form = SendForm(posted(request), cancel_url=reverse("peps:plan", args=[pep.pk]))
    if request.method == "POST" and form.is_valid():
        try:
            sent = review.submit(pep_id=pep.pk, by=request.user, now=timezone.now(), declared=form.cleaned_data["declared"])
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, SENT if sent else SENT_ALREADY)
            return redirect("peps:plan", pk=pk)
    if "submit" not in available(PEP_MOVES, pep.state) and not form.errors:
        words = selectors.state_words(pep.state, policies.letter_of(request.user)).lower()
        messages.info(request, f"This plan is “{words}”. It cannot be sent now.")
        return redirect("peps:plan", pk=pk)
    see(request, pep, "pep check")
    parts = reading.parts(pep)
    gaps = [{"part": PartKind(kind), "code": code, "text": text} for kind, code, text in review.gaps_of(pep, parts)]
    own = parts[PartKind.SETTING].data
    context = head(request, pep) | {
        "form": form,
        "gaps": gaps,
        "kept": len(answers.kept_codes(own)),
        "exits": [reason for _code, reason in answers.exits(reading.questions(pep, PartKind.SETTING), own)],
        "unnumbered": answers.unnumbered(pep.targets.all()),
        "on_behalf": "adviser" in policies.relations(request.user, pep),
    }
    return render(request, "peps/check.html", context)


@require_http_methods(["GET", "POST"])
@access(Permission.REVIEW_PEP)
def review_plan(request: PortalRequest, pk: object) -> HttpResponse:
    """The sent plan as it was written, with what a good answer has; sign it off, or return it."""
    pep = get_object_or_404(reading.plans(request.user), pk=pk)
    returning = request.method == "POST" and "return" in request.POST
    return_form = ReturnForm(request.POST if returning else None, prefix="return")
    sign_form = SignOffForm(request.POST if request.method == "POST" and not returning else None)
    form: PortalForm = return_form if returning else sign_form
    if request.method == "POST" and form.is_valid():
        try:
            done = _return(pep, return_form, request.user) if returning else _sign_off(pep, request.user)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, done)
            return redirect("peps:plan", pk=pk)
    if "sign_off" not in available(PEP_MOVES, pep.state) and not form.errors:
        messages.info(
            request, f"This plan is “{pep.get_state_display().lower()}”. Only a plan that was sent can be signed off or returned."
        )
        return redirect("peps:plan", pk=pk)
    see(request, pep, "pep review")
    parts = reading.parts(pep)
    context = head(request, pep) | {
        "form": form,
        "return_form": return_form,
        "against": review.reasons_against(pep, parts, request.user, today()),
        "parts": parts_to_read(pep, today()),
        "may_return": pep.returns < review.MOST_RETURNS,
    }
    return render(request, "peps/review.html", context)


@require_http_methods(["GET", "POST"])
@access(Permission.CANCEL_PEP)
def end(request: PortalRequest, pk: object) -> HttpResponse:
    """Cancels a plan, or marks it not required, with a reason."""
    pep = get_object_or_404(reading.plans(request.user), pk=pk)
    form = EndForm(posted(request), state=pep.state, cancel_url=reverse("peps:plan", args=[pep.pk]))
    if request.method == "POST" and form.is_valid():
        act = review.cancel if form.cleaned_data["how"] == "cancel" else review.excuse
        try:
            act(pep_id=pep.pk, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "The plan has ended. Nobody is reminded of it any more.")
            return redirect("peps:plan", pk=pk)
    if "cancel" not in available(PEP_MOVES, pep.state) and not form.errors:
        messages.info(request, f"This plan is “{pep.get_state_display().lower()}”, so it has ended already.")
        return redirect("peps:plan", pk=pk)
    see(request, pep, "pep end")
    return render(request, "peps/end.html", head(request, pep) | {"form": form})


def posted(request: PortalRequest) -> QueryDict | None:
    """What was sent with the form, also if nothing was filled in; None for a page that is opened."""
    return request.POST if request.method == "POST" else None


def see(request: PortalRequest, pep: Pep, page: str) -> None:
    """Writes down that this person opened this page of the child's record."""
    with transaction.atomic():
        viewed(user=request.user, child=pep.child_id, page=page)


def _return(pep: Pep, form: ReturnForm, by: User) -> str:
    review.give_back(pep_id=pep.pk, reason=form.cleaned_data["reason"], parts=form.cleaned_data["parts"], by=by, now=timezone.now())
    return "The plan has been returned. The designated teacher gets a message."


def _sign_off(pep: Pep, by: User) -> str:
    review.sign_off(pep_id=pep.pk, by=by, now=timezone.now())
    return "The plan is signed off and kept as it is. Its PDF is being made; the setting and social care get a message."
