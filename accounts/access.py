"""Every view declares who may reach it; accounts.middleware.RequireAccessRule refuses the rest, in production too."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required

from accounts.roles import Permission

PUBLIC, SIGNED_IN, CLOSED = "public", "signed in", "closed"
Rule = str | Permission

# Views of libraries, by URL name: allauth's that we use, and those that stay shut.
LIBRARY = "allauth."
LIBRARY_RULES: dict[str, Rule] = {
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_change_password": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "account_inactive": PUBLIC,
    "account_signup": CLOSED,
    "account_set_password": CLOSED,
    "account_email": CLOSED,
    "account_confirm_email": CLOSED,
    "account_email_verification_sent": CLOSED,
    "account_confirm_login_code": CLOSED,
}


def access(rule: Rule) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declares a view's access rule: PUBLIC, SIGNED_IN, or the Permission a hat must hold to reach it at all.

    The object behind the page is a second question, answered by `visible_to` in the view.
    """

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        if rule == PUBLIC:
            view = login_not_required(view)
        view.access = rule  # type: ignore[attr-defined]
        return view

    return declare


def rule_of(view: Callable[..., Any], url_name: str | None) -> Rule | None:
    """The declared rule of a view, or that of a library's own view by its URL name; None if nobody decided."""
    by_name = LIBRARY_RULES if view.__module__.startswith(LIBRARY) else {}
    return getattr(view, "access", None) or by_name.get(url_name or "")
