"""The list of children, and adding one after a search."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.http import PortalRequest
from accounts.policies import may
from accounts.roles import Permission
from accounts.scopes import today
from caseload import upn as numbers
from caseload.facts import status_words, with_current_facts, year_words
from caseload.filters import ChildFilter, search
from caseload.forms.children import NewChildForm, SearchForm
from caseload.matching import Match
from caseload.models import Child
from caseload.services import children
from caseload.states import PlacementState
from core import private_search
from core.errors import Refused

PAGE_SIZE = 25
SORTS = {
    "name": ("last_name", "first_name"),
    "year": ("-date_of_birth",),  # youngest first; the few who learn out of their year stand with their age
    "setting": ("setting_now",),
    "status": ("status_now",),
    "adviser": ("adviser_now",),
}


@require_http_methods(["GET", "HEAD", "POST"])
@access(Permission.LIST_CHILDREN)
def child_list(request: PortalRequest) -> HttpResponse:
    """The children the person may see, with filters; by name unless a heading was pressed."""
    if request.method == "POST":
        return private_search.keep(request, "children")
    on, searched = today(), private_search.held(request, "children", "Name, reference or UPN")
    visible = search(Child.objects.visible_to(request.user), searched.words)
    found = ChildFilter(request.GET, queryset=with_current_facts(visible, on), user=request.user)
    page = Paginator(_sorted(found.qs, request.GET.get("sort", "")), PAGE_SIZE).get_page(request.GET.get("page"))
    for child in page:
        child.year_words = year_words(child.school_year(on))
        child.status_words = status_words(child.status_now)
        child.place_words = _place(child)
    context = {
        "filter": found,
        "search": searched,
        "page_obj": page,
        "may_edit": may(request.user, Permission.EDIT_CHILD),
        "may_import": may(request.user, Permission.IMPORT),
    }
    return render(request, "caseload/children.html", context)


@require_http_methods(["GET", "POST"])
@access(Permission.EDIT_CHILD)
def new(request: PortalRequest) -> HttpResponse:
    """First the search, then the form with what was found above it; what was typed never stands in the address."""
    if request.POST.get("step") == "add":
        return _add(request)
    form = SearchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = children.matches(by=request.user, asked=form.asked())
        return _new_page(request, NewChildForm(initial=form.cleaned_data), found)
    return render(request, "caseload/child_search.html", {"form": form})


def _add(request: PortalRequest) -> HttpResponse:
    form, found = NewChildForm(request.POST), []
    if form.is_valid():
        try:
            child = children.create(by=request.user, on=today(), other_than=form.other_than(), identity=form.identity())
        except children.MaybeSameChild as refusal:
            form.add_error("another_child", refusal.message)
            found = refusal.found
        except children.SameChild as refusal:
            form.add_error(None, refusal.message)
            found = [refusal.match]
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, " ".join(["The child is added.", *numbers.check(child.upn or "").remarks]))
            return redirect("desk:child", pk=child.pk)
    return _new_page(request, form, found)


def _new_page(request: PortalRequest, form: NewChildForm, found: list[Match]) -> HttpResponse:
    sure = any(match.kind in children.SURE for match in found)
    form.show(found)
    if not found or sure:
        del form.fields["another_child"]
    if sure and not form.is_bound:
        del form.helper.inputs[:]
    return render(request, "caseload/child_new.html", {"form": form, "found": found, "sure": sure})


def _sorted(queryset: QuerySet, asked: str) -> QuerySet:
    """By the heading that was pressed; children without the fact come last either way."""
    falling, fields = asked.startswith("-"), SORTS.get(asked.removeprefix("-"), SORTS["name"])
    wanted = [(field.removeprefix("-"), field.startswith("-") != falling) for field in fields]
    order = [F(field).desc(nulls_last=True) if down else F(field).asc(nulls_last=True) for field, down in wanted]
    return queryset.order_by(*order, "last_name", "first_name", "pk")


def _place(child: Any) -> str:
    if not child.place_now:
        return "None"
    words = f"{child.pool_now} {child.place_now}"
    return words if child.place_state == PlacementState.STARTED else f"{words}, offered"
