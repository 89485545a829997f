"""The list of plans."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import access
from accounts.http import PortalRequest
from accounts.policies import may
from accounts.roles import Permission
from accounts.scopes import today
from caseload.dates import in_words
from core.calendars import NoTermDates
from core.selectors import calendar, current_cycle, upcoming_cycle
from peps import policies
from peps.filters import PepFilter
from peps.selectors import days_late, late_words, listed, state_words

ROWS = 25


@require_safe
@access(Permission.VIEW_PEP)
def plan_list(request: PortalRequest) -> HttpResponse:
    """The plans this person may see, the one due first on top."""
    on, letter = today(), policies.letter_of(request.user)
    found = PepFilter(request.GET, queryset=listed(request.user, on), user=request.user, on=on, letter=letter)
    page = Paginator(found.qs, ROWS).get_page(request.GET.get("page"))
    rows = [{"pep": pep, "state": state_words(pep.state, letter), "late": late_words(days_late(pep.state, pep.due_on, on))} for pep in page]
    filtered = any(value for name, value in request.GET.items() if name not in {"page", "sort"})
    context = {
        "filter": found,
        "page_obj": page,
        "rows": rows,
        "filtered": filtered,
        "cycle_words": cycle_words(),
        "may_print_list": may(request.user, Permission.PRINT_PEP_LIST),
    }
    return render(request, "peps/list.html", context)


def cycle_words() -> str:
    """Where we are in the year, for the empty list; or that the term dates are missing."""
    on = today()
    try:
        known = calendar()
        cycle = current_cycle(on, known=known)
        if cycle:
            return f"{cycle.label} is running. Plans open in the night after a place starts."
        coming = upcoming_cycle(on, known=known)
        return f"It is between two cycles. The next plans open on {in_words(coming.dates_in(known).starts_on)}, when {coming.label} begins."
    except NoTermDates as missing:
        return f"{missing.message} Until then no plan opens and no due date is set."
