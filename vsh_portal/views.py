"""The public pages. Error pages need no views: Django's handlers find templates/400, 403, 404 and 500.html by name."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import selectors
from accounts.access import PUBLIC, access


@require_safe
@access(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """What the Virtual School offers, as three doors (feature 22.1)."""
    return render(request, "public/home.html")


@require_safe
@access(PUBLIC)
def contact(request: HttpRequest) -> HttpResponse:
    """Whom to ring, by phase, from data (feature 22.2)."""
    return render(request, "public/contact.html", {"phases": selectors.advisers_by_phase()})


@require_safe
@access(PUBLIC)
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (feature 21.1)."""
    return render(request, "public/accessibility.html")


@require_safe
@access(PUBLIC)
def privacy(request: HttpRequest) -> HttpResponse:
    """Whose records, why and who sees them: a text for the council to adapt (feature 22.5)."""
    return render(request, "public/privacy.html")


@require_safe
@access(PUBLIC)
def cookies(request: HttpRequest) -> HttpResponse:
    """The cookies that are really set, by the names the settings give them."""
    names = {
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "session_hours": settings.SESSION_COOKIE_AGE // 3600,
    }
    return render(request, "public/cookies.html", names)
