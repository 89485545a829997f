"""Settings of the national register: the list, and one setting."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.filters import SettingFilter
from accounts.http import PortalRequest
from accounts.models import Setting
from accounts.policies import may
from accounts.roles import Permission
from accounts.selectors_schools import children_on_roll, people_count, register_settings
from core.templatetags.vs import short_date

PAGE_SIZE = 25
SORTS = {"name": "organisation__name", "authority": "la_code", "phase": "phase_name", "status": "status"}
LABELS = {
    "name": "Name",
    "status": "Status",
    "phase_name": "Phase",
    "type_name": "Type",
    "type_group": "Group of types",
    "lowest_age": "Lowest age",
    "highest_age": "Highest age",
    "la_code": "Authority number",
    "la_name": "Authority",
    "establishment_number": "Establishment number",
    "ukprn": "UKPRN",
    "opened_on": "Opened on",
    "closed_on": "Closed on",
    "head_name": "Headteacher",
    "street": "Street",
    "locality": "Locality",
    "town": "Town",
    "postcode": "Postcode",
    "telephone": "Telephone",
    "website": "Website",
    "register_date": "Last changed in the register",
}


@access(Permission.VIEW_SETTINGS)
@require_http_methods(["GET"])
def settings_list(request: PortalRequest) -> HttpResponse:
    """The settings with filters; sorted by name unless a heading was pressed."""
    found = SettingFilter(request.GET, queryset=register_settings(request.user))
    page = Paginator(_sorted(found.qs, request.GET.get("sort", "")), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"filter": found, "page_obj": page, "may_import": may(request.user, Permission.IMPORT)}
    return render(request, "accounts/settings.html", context)


@access(Permission.VIEW_SETTINGS)
@require_http_methods(["GET"])
def setting(request: PortalRequest, pk: UUID) -> HttpResponse:
    """One setting: what the register says, how many people have a role there, and whether children are left in a closed one."""
    found = get_object_or_404(register_settings(request.user), pk=pk)
    closed = found.status == Setting.Status.CLOSED
    on_roll = children_on_roll(request.user, [found.urn or ""]) if closed else {}
    context = {"setting": found, "rows": _rows(found), "people": people_count(found), "on_roll": on_roll.get(found.urn or "", 0)}
    return render(request, "accounts/setting.html", context)


def _sorted(queryset: Any, wanted: str) -> Any:
    field = SORTS.get(wanted.removeprefix("-"), "organisation__name")
    return queryset.order_by(f"-{field}" if wanted.startswith("-") else field, "organisation__name", "pk")


def _rows(found: Setting) -> list[dict[str, Any]]:
    """What the register says, as rows of a summary list."""
    return [
        {"key": "URN", "value": found.urn},
        *({"key": label, "value": shown(field, getattr(found, field))} for field, label in LABELS.items()),
    ]


def shown(field: str, value: Any) -> str:
    """A register value in words; dates may come as staged text."""
    if value in (None, ""):
        return ""
    if field == "status":
        return str(Setting.Status(value).label)
    if field.endswith(("_on", "_date")):
        return short_date(value if isinstance(value, date) else date.fromisoformat(value))
    return str(value)
