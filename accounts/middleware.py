"""Which hat a person wears in this request, and the refusal of every view that declares no access rule."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from accounts.access import CLOSED, PUBLIC, SIGNED_IN, rule_of
from accounts.policies import roles_may
from accounts.roles import Permission
from accounts.scopes import hats_of

logger = logging.getLogger("vsh.access")


class ChooseHat:
    """Puts `request.hats` and `user.hat` on the request: the chosen current membership, else the first one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        hats = hats_of(request.user)
        request.hats = hats  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            chosen = request.session.get("hat")
            request.user.hat = next((hat for hat in hats if str(hat.pk) == chosen), next(iter(hats), None))
        return self.get_response(request)


class RequireAccessRule:
    """Refuses a view without a declared rule, and a hat without the permission the rule names (safety.md 4, point 2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """None lets the view run; raises Http404 for closed pages and PermissionDenied for refused ones."""
        match = request.resolver_match
        rule = rule_of(view, match.url_name if match else None)
        if rule is None:
            logger.error("view without access rule: %s", match and match.view_name)
            raise PermissionDenied
        if rule == CLOSED:
            raise Http404
        if rule == PUBLIC:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        hat = request.user.hat
        roles: list[str] = [hat.role] if hat else []
        if rule != SIGNED_IN and not roles_may(roles, Permission(rule)):
            raise PermissionDenied
        return None
