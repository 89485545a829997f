"""What every page shows: names, telephone numbers, the hat, and the navigation of the hat's role."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.policies import roles_may
from accounts.roles import Permission

NAVIGATION = (
    ("Home", "desk:home", None),
    ("My caseload", "desk:caseload", Permission.VIEW_CASELOAD),
    ("Children", "caseload:children", Permission.LIST_CHILDREN),
    ("PEPs", "peps:list", Permission.VIEW_PEP),
    ("Places", "caseload:places", Permission.VIEW_PLACES),
    ("Settings", "accounts:settings", Permission.VIEW_SETTINGS),
    ("People", "accounts:people", Permission.VIEW_PEOPLE),
    ("Term dates", "accounts:calendar", Permission.VIEW_CALENDAR),
    ("Health", "health", Permission.VIEW_HEALTH),
)


def portal(request: HttpRequest) -> dict[str, object]:
    """The variables named in templates/base.html; `nav` lists only what the hat may open."""
    user = getattr(request, "user", None)
    hat = getattr(user, "hat", None)
    nav = []
    if hat is not None:
        for label, name, permission in NAVIGATION:
            if permission is None or roles_may([hat.role], permission):
                url = reverse(name)
                current = request.path == url or (permission is not None and request.path.startswith(url))
                nav.append({"label": label, "url": url, "current": current})
    return {
        "service_name": settings.SERVICE_NAME,
        "council_name": settings.COUNCIL_NAME,
        "safeguarding_phone": settings.SAFEGUARDING_PHONE,
        "virtual_school_phone": settings.VIRTUAL_SCHOOL_PHONE,
        "virtual_school_email": settings.VIRTUAL_SCHOOL_EMAIL,
        "demo": settings.DEMO,
        "hat": hat,
        "hats": getattr(request, "hats", []),
        "nav": nav,
    }
