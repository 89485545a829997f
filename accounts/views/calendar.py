"""Term dates: what the portal counts with, and where they are changed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.forms import TermDatesForm
from accounts.http import PortalRequest
from accounts.policies import may
from accounts.roles import Permission
from accounts.scopes import today
from accounts.services.calendar import change_terms
from core.calendars import academic_year_start, year_label
from core.errors import Refused
from core.selectors import academic_years
from core.terms import TermDatesRefused


@access(Permission.VIEW_CALENDAR)
@require_http_methods(["GET"])
def calendar(request: PortalRequest) -> HttpResponse:
    """The terms of every year we hold, by cycle; a year that is missing is named, never guessed."""
    years = list(academic_years())
    held = {year.starts_in for year in years if year.terms.all()}
    now = academic_year_start(today())
    return render(
        request,
        "accounts/calendar.html",
        {
            "years": years,
            "missing": [{"year": year, "label": year_label(year)} for year in range(now, now + 3) if year not in held],
            "may_edit": may(request.user, Permission.EDIT_CALENDAR),
        },
    )


@access(Permission.EDIT_CALENDAR)
@require_http_methods(["GET", "POST"])
def edit_terms(request: PortalRequest, year: int) -> HttpResponse:
    """Changes the six terms of one school year."""
    if not 2000 <= year <= 2100:
        raise Http404
    form = TermDatesForm(request.POST or None, year=year)
    if request.method == "POST" and form.is_valid():
        try:
            change_terms(year=year, periods=form.periods(), provisional=form.cleaned_data["provisional"], by=request.user)
        except TermDatesRefused as refusal:
            for number, sentence in refusal.problems.items():
                form.add_error(f"starts_{number}" if number else None, sentence)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"The term dates of {year_label(year)} are saved. Plans already open keep their due dates.")
            return redirect("accounts:calendar")
    return render(request, "accounts/edit_terms.html", {"form": form, "label": year_label(year)})
