"""Changing a child: the own row, and the dated facts that hang on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.http import PortalRequest
from accounts.policies import NotAllowed
from accounts.roles import Permission
from accounts.scopes import today
from audit.services import viewed
from caseload import upn as numbers
from caseload.dates import in_words
from caseload.facts import ROWS, FactRows
from caseload.forms.children import ChildForm, CorrectChildForm
from caseload.forms.facts import NONE_NOW, AdviserForm, LeadForm, SettingForm, StatusForm
from caseload.headers import child_header
from caseload.models import Child, FactKind
from caseload.selectors import suggest_adviser
from caseload.services import children, history
from core.errors import Refused
from core.forms import PortalForm


@dataclass(frozen=True)
class Page:
    """What a change page says beside its form, and the fact whose rows it lists."""

    name: str
    title: str
    lead: str
    fact: FactRows | None = None


EDIT = Page("edit", "Change the child's details", "Correct what was typed wrong. Statuses, settings and workers have pages of their own.")
STATUS = Page(
    "status", "Change the plan status", "A status that ends does not end the place: the next plan decides.", ROWS[FactKind.STATUS]
)
SETTING = Page(
    "setting",
    "Change the setting",
    "Records the setting from a day on. People of the one before keep what they signed and lose the record.",
    ROWS[FactKind.SETTING],
)
LEAD = Page("lead", "Change the lead practitioner", "The one before loses the record from that day on.", ROWS[FactKind.LEAD])
ADVISER = Page("adviser", "Change the advisory teacher", "Who works with the child and checks the plans.", ROWS[FactKind.ADVISER])


@require_http_methods(["GET", "POST"])
@access(Permission.EDIT_CHILD)
def edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    """The child's own row."""
    child = _child(request, pk)
    now = {name: getattr(child, name) or "" for name in ChildForm.field_order}
    form = CorrectChildForm(request.POST or None, initial={**now, "as_of": children.state_of(child)})

    def change() -> str:
        saved = children.change(child_id=child.pk, by=request.user, on=today(), identity=form.identity(), as_of=form.cleaned_data["as_of"])
        return " ".join(["The details are saved.", *numbers.check(saved.upn or "").remarks])

    return _answer(request, child, EDIT, form, change, remarks=numbers.check(child.upn or "").remarks)


@require_http_methods(["GET", "POST"])
@access(Permission.EDIT_CHILD)
def status(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Child in need, child protection, looked after, or no plan any more."""
    child = _child(request, pk)
    form = StatusForm(request.POST or None)

    def change() -> str:
        wanted = form.cleaned_data
        if wanted["status"] == NONE_NOW:
            history.end_status(child_id=child.pk, on=wanted["starts_on"], by=request.user)
            return "The end of the plan is recorded."
        history.set_status(child_id=child.pk, by=request.user, **wanted)
        return "The plan status is recorded."

    return _answer(request, child, STATUS, form, change)


@require_http_methods(["GET", "POST"])
@access(Permission.EDIT_CHILD)
def setting(request: PortalRequest, pk: UUID) -> HttpResponse:
    """The setting where the child is on roll, or that there is none."""
    child = _child(request, pk)
    form = SettingForm(request.POST or None)

    def change() -> str:
        wanted = form.cleaned_data
        if wanted["roll"] == NONE_NOW:
            history.end_setting(child_id=child.pk, on=wanted["starts_on"], by=request.user)
            return "It is recorded that the child is on no roll."
        history.set_setting(child_id=child.pk, setting=wanted["setting"], starts_on=wanted["starts_on"], by=request.user)
        return "The setting is recorded."

    return _answer(request, child, SETTING, form, change)


@require_http_methods(["GET", "POST"])
@access(Permission.EDIT_CHILD)
def lead(request: PortalRequest, pk: UUID) -> HttpResponse:
    """The team that holds the child, and who in it."""
    child = _child(request, pk)
    form = LeadForm(request.POST or None)

    def change() -> str:
        history.set_lead(child_id=child.pk, by=request.user, **form.cleaned_data)
        return "The lead practitioner is recorded."

    return _answer(request, child, LEAD, form, change)


@require_http_methods(["GET", "POST"])
@access(Permission.EDIT_CHILD)
def adviser(request: PortalRequest, pk: UUID) -> HttpResponse:
    """The advisory teacher; the one with the fewest children of the phase is suggested."""
    child = _child(request, pk)
    suggestion = suggest_adviser(child, today())
    form = AdviserForm(request.POST or None, suggestion=suggestion)

    def change() -> str:
        history.set_adviser(child_id=child.pk, by=request.user, **form.cleaned_data)
        return "The advisory teacher is recorded."

    return _answer(request, child, ADVISER, form, change, suggested=suggestion.reason if suggestion else "")


@require_http_methods(["POST"])
@access(Permission.EDIT_CHILD)
def call_off(request: PortalRequest, pk: UUID, kind: str) -> HttpResponse:
    """A fact that was recorded for a day to come will not hold."""
    child = _child(request, pk)
    try:
        row = history.call_off(kind=kind, child_id=child.pk, by=request.user, seen=request.POST.get("seen", ""))
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, f"The {FactKind(kind).label} from {in_words(row.starts_on)} is called off.")
    return redirect("desk:child", pk=child.pk)


def _child(request: PortalRequest, pk: UUID) -> Child:
    return get_object_or_404(Child.objects.visible_to(request.user), pk=pk)


def _answer(request: PortalRequest, child: Child, page: Page, form: PortalForm, change: Callable[[], str], **more: Any) -> HttpResponse:
    """Do it and go back to the child, or show the form, with the refusal in it if there was one."""
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, change())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            still_seen = Child.objects.visible_to(request.user).filter(pk=child.pk).exists()
            return redirect("desk:child", pk=child.pk) if still_seen else redirect("caseload:children")
    with transaction.atomic():
        viewed(user=request.user, child=child, page=page.name)
    href = reverse("desk:child", args=[child.pk])
    context = {"suggested": "", "remarks": [], "child": child, "form": form, "page": page, "back": href}
    context |= child_header(request.user, child, today())
    return render(request, "caseload/change.html", {**context, "history": _history(child, page), **more})


def _history(child: Child, page: Page) -> list[dict[str, str]]:
    """Every row of the fact, newest first, with dates and source."""
    if page.fact is None:
        return []
    return [{"key": page.fact.words(row), "value": _span(row)} for row in page.fact.of(child)]


def _span(row: Any) -> str:
    if row.ends_on == row.starts_on:
        return f"For {in_words(row.starts_on)}, never held, {row.source}"
    end = f"to {in_words(row.ends_on)}" if row.ends_on else "with no end yet"
    return f"From {in_words(row.starts_on)} {end}, {row.source}"
