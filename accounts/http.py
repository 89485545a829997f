"""What a request carries once the middleware has run, for the type checker."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, User


class PortalRequest(HttpRequest):
    """A request of a signed-in person: the access rule has refused everybody else before the view runs."""

    user: User
    hats: list[Membership]
    htmx: HtmxDetails
