"""A child's place: given or offered, started, ended. The plans follow through peps.services.admission."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.http import PortalRequest
from accounts.roles import Permission
from accounts.scopes import today
from audit.services import viewed
from caseload.capacity import counters
from caseload.facts import facts_of, identity
from caseload.headers import sub_pages
from caseload.models import Child, Placement
from caseload.selectors import advisers, suggest_adviser
from caseload.states import PlacementState
from core.errors import Refused
from core.forms import PortalForm
from peps.forms_flow import EndPlaceForm, PlaceForm, StartPlaceForm
from peps.services import admission
from peps.views.flow import posted


@require_http_methods(["GET", "POST"])
@access(Permission.GIVE_PLACE)
def place(request: PortalRequest, pk: object) -> HttpResponse:
    """Gives or offers a child a numbered place, with the counters and the suggested adviser beside the form."""
    child, on = get_object_or_404(Child.objects.visible_to(request.user), pk=pk), today()
    facts, suggested = facts_of(child, on), suggest_adviser(child, on)
    now = facts.adviser.adviser if facts.adviser else suggested.adviser if suggested else None
    figures = counters(on)
    initial = {"on": on, "take": "start", "adviser": now.pk if now else None}
    form = PlaceForm(posted(request), counters=figures, advisers=advisers(on), initial=initial, cancel_url=back_to(child))

    def give() -> str:
        wanted = form.cleaned_data
        offer = wanted["take"] == "offer"
        adviser = wanted["adviser"].pk if wanted["adviser"] else None
        given = admission.admit(
            child_id=child.pk, pool=wanted["pool"], on=wanted["on"], by=request.user, adviser_id=adviser, offer_only=offer
        )
        return f"{given.place.pool.name} place {given.place.number} is {'offered' if offer else 'taken'}."

    if done := _done(request, form, give):
        return done_page(request, child, done)
    held = facts.placement
    context = {"form": form, "counters": figures, "suggested": "" if facts.adviser or not suggested else suggested.reason, "held": held}
    return _page(request, child, facts, "peps/place.html", context)


@require_http_methods(["GET", "POST"])
@access(Permission.GIVE_PLACE)
def start_place(request: PortalRequest, pk: object) -> HttpResponse:
    """Starts an offered place; the first plan opens."""
    placement = _placement(request, pk)
    child, on = placement.child, today()
    facts, suggested = facts_of(child, on), suggest_adviser(child, on)
    adviser = None if facts.adviser or not suggested else suggested.adviser.pk
    form = StartPlaceForm(posted(request), advisers=advisers(on), initial={"on": on, "adviser": adviser}, cancel_url=back_to(child))

    def start() -> str:
        wanted = form.cleaned_data
        chosen = wanted["adviser"].pk if wanted["adviser"] else None
        admission.start_offered(placement_id=placement.pk, on=wanted["on"], by=request.user, adviser_id=chosen)
        return "The place has started."

    if placement.state != PlacementState.OFFERED and request.method == "GET":
        return done_page(request, child, "This place is not on offer any more.", level=messages.INFO)
    if done := _done(request, form, start):
        return done_page(request, child, done)
    context = {"form": form, "placement": placement, "suggested": "" if facts.adviser or not suggested else suggested.reason}
    return _page(request, child, facts, "peps/place_start.html", context)


@require_http_methods(["GET", "POST"])
@access(Permission.GIVE_PLACE)
def end_place(request: PortalRequest, pk: object) -> HttpResponse:
    """Ends a started place or withdraws an offer; plans not yet sent end with it."""
    placement = _placement(request, pk)
    child = placement.child
    form = EndPlaceForm(posted(request), initial={"on": today()}, cancel_url=back_to(child))

    def end() -> str:
        admission.end_place(placement_id=placement.pk, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"], by=request.user)
        return "The place has ended and its number is free."

    if placement.state == PlacementState.ENDED and request.method == "GET":
        return done_page(request, child, "This place has ended already.", level=messages.INFO)
    if done := _done(request, form, end):
        return done_page(request, child, done)
    return _page(request, child, facts_of(child, today()), "peps/place_end.html", {"form": form, "placement": placement})


def back_to(child: Child) -> str:
    """The child's page."""
    return reverse("desk:child", args=[child.pk])


def _placement(request: PortalRequest, pk: object) -> Placement:
    return get_object_or_404(Placement.objects.visible_to(request.user).select_related("child", "place__pool"), pk=pk)


def _done(request: PortalRequest, form: PortalForm, act: Callable[[], str]) -> str:
    """The sentence of what was done; empty where the form is shown, with the refusal in it if there was one."""
    if request.method != "POST" or not form.is_valid():
        return ""
    try:
        return act()
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return ""


def done_page(request: PortalRequest, child: Child, words: str, *, level: int = messages.SUCCESS) -> HttpResponse:
    """Back to the child's page, with what was done."""
    messages.add_message(request, level, words)
    return redirect("desk:child", pk=child.pk)


def _page(request: PortalRequest, child: Child, facts: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page, once it is written down who reads it."""
    with transaction.atomic():
        viewed(user=request.user, child=child, page="place")
    bar = identity(child, facts, today(), href=back_to(child))
    return render(request, template, {"child": child, "identity": bar, "sub_pages": sub_pages(request.user, child), **context})
