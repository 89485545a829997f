"""The pools and their numbered places; what the Head changes of them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.http import PortalRequest
from accounts.policies import may
from accounts.roles import Permission
from accounts.scopes import today
from caseload.board import boards
from caseload.capacity import counters
from caseload.dates import in_words
from caseload.forms.pools import ExtraPlaceForm, SizeForm
from caseload.services import pools
from core.errors import Refused


@require_http_methods(["GET"])
@access(Permission.VIEW_PLACES)
def places(request: PortalRequest) -> HttpResponse:
    """Used, offered and free of each pool, and every numbered place with its child."""
    context = {
        "boards": boards(request.user, today()),
        "may_give": may(request.user, Permission.GIVE_PLACE),
        "may_open": may(request.user, Permission.OPEN_EXTRA_PLACE),
    }
    return render(request, "caseload/places.html", context)


@require_http_methods(["GET", "POST"])
@access(Permission.OPEN_EXTRA_PLACE)
def extra(request: PortalRequest) -> HttpResponse:
    """Opens a dated extra place."""
    form = ExtraPlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            place = pools.open_extra(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Extra place {place.number} can be taken from {in_words(place.opens_on)}.")
            return redirect("caseload:places")
    return render(request, "caseload/place_extra.html", {"form": form, "counters": counters(today())})


@require_http_methods(["GET", "POST"])
@access(Permission.OPEN_EXTRA_PLACE)
def size(request: PortalRequest, pool: str) -> HttpResponse:
    """Gives a pool another size from a day on."""
    figures = {each.code: each for each in counters(today())}
    if pool not in figures:
        raise Http404
    form = SizeForm(request.POST or None, initial={"size": figures[pool].size})
    if request.method == "POST" and form.is_valid():
        try:
            row = pools.resize(pool=pool, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"{figures[pool].name}: {row.size} from {in_words(row.starts_on)}.")
            return redirect("caseload:places")
    return render(request, "caseload/place_size.html", {"form": form, "counter": figures[pool]})
