"""What stands on top of every page of a child: the identity bar, and the sub-pages of the record that this person can open."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, resolve, reverse

from accounts.access import rule_of
from accounts.models import User
from accounts.policies import may
from accounts.roles import Permission
from caseload.facts import identity_now, with_current_facts
from caseload.models import Child


@dataclass(frozen=True)
class SubPage:
    """A page of the record: its name in the views, its words, its address name."""

    name: str
    label: str
    url_name: str


SUB_PAGES = (
    SubPage("overview", "Overview", "desk:child"),
    SubPage("timeline", "Timeline", "desk:timeline"),
    SubPage("peps", "PEPs", "desk:child_peps"),
    SubPage("learning", "Attendance and progress", "caseload:learning"),
    SubPage("support", "Support and money", "peps:support"),
    SubPage("referrals", "Referrals", "referrals:child"),
    SubPage("documents", "Documents", "documents:child"),
    SubPage("people", "People", "caseload:people"),
)


def seen_children(user: User, on: date) -> QuerySet[Child]:
    """The children this person may see, with what the header needs, in the statement that fetches the child."""
    return with_current_facts(Child.objects.visible_to(user), on)


def child_header(user: User, child: Child, on: date, page: str = "") -> dict[str, Any]:
    """The context of components/child_header.html; `page` is the sub-page that is open. One statement, none for a child of
    `seen_children`."""
    return {"identity": identity_now(child, on, href=reverse("desk:child", args=[child.pk])), "sub_pages": sub_pages(user, child, page)}


def sub_pages(user: User, child: Child, page: str = "") -> list[dict[str, Any]]:
    """The sub-pages that exist and that the person's role opens, as items of components/sub_navigation.html; no link leads nowhere."""
    found = [(each, _address(each.url_name, child)) for each in SUB_PAGES]
    return [{"label": each.label, "href": href, "current": each.name == page} for each, href in found if href and _opens(user, href)]


def _address(url_name: str, child: Child) -> str:
    try:
        return reverse(url_name, args=[child.pk])
    except NoReverseMatch:
        return ""


def _opens(user: User, href: str) -> bool:
    match = resolve(href)
    rule = rule_of(match.func, match.view_name)
    return not isinstance(rule, Permission) or may(user, rule)
