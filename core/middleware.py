"""Refusals and headers that hold for every page."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Next = Callable[[HttpRequest], HttpResponse]
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class RefuseLargeBody:
    """Answers 413 before a body over UPLOAD_LIMIT_BYTES is read; a body that does not tell its length counts as too large.

    One in another encoding than UTF-8 is answered 400: our pages send no other, and half a character of some cannot be stored.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.is_too_large(request):
            return render(request, "413.html", status=413)
        if (request.encoding or "utf-8").lower() not in {"utf-8", "utf8"}:
            raise BadRequest("The body is not in UTF-8.")
        return self.get_response(request)

    def is_too_large(self, request: HttpRequest) -> bool:
        """Whether the announced body is over the limit or its length is not told in digits."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if "HTTP_TRANSFER_ENCODING" in request.META or not length.isascii() or not length.isdigit() or len(length) > 18:
            return True
        return int(length) > settings.UPLOAD_LIMIT_BYTES


class PrivateHeaders:
    """No cache, the browser's own included, keeps a page that a signed-in person saw; no page may use camera, microphone or place."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        if hasattr(request, "user") and request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        return response
