"""Tags and filters of the templates: dates and numbers in words, links that keep filters, and what the template pack needs."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.conf import settings
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template import RequestContext
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString

register = template.Library()

PUBLIC_SETTINGS = {"council_name", "service_name", "safeguarding_phone", "virtual_school_phone", "virtual_school_email"}
TAG_COLOURS = {
    "blue": {
        "in_progress",
        "submitted",
        "sent",
        "waiting",
        "offered",
        "reserved",
        "checking",
        "with_adviser",
        "booked",
        "proposed",
        "received",
        "scanning",
    },
    "green": {"done", "signed_off", "agreed", "active", "started", "accepted", "paid", "met", "clean"},
    "red": {"late", "overdue", "returned", "needs_you", "changes_asked", "refused", "failed", "rejected"},
}


@register.filter
def long_date(day: date | datetime | None) -> str:
    """Friday 11 December 2026; nothing for no date."""
    return format_date(_local(day), "l j F Y") if day else ""


@register.filter
def short_date(day: date | datetime | None) -> str:
    """11 December 2026; nothing for no date."""
    return format_date(_local(day), "j F Y") if day else ""


@register.filter
def long_moment(moment: date | datetime | None) -> str:
    """Friday 11 December 2026, 10:42; a plain date has no time."""
    return format_date(_local(moment), "l j F Y, H:i") if isinstance(moment, datetime) else long_date(moment)


@register.filter
def clock_time(moment: datetime | None) -> str:
    """10:42; nothing for no moment."""
    return format_date(_local(moment), "H:i") if moment else ""


@register.filter
def plural_words(count: int, words: str) -> str:
    """A count in words: `3|plural_words:"child,children"` is "3 children", 1 is "1 child", 0 is "No children"."""
    one, many = words.split(",")
    return f"{count} {one}" if count == 1 else f"{count or 'No'} {many}"


@register.filter
def tag_colour(state: str) -> str:
    """The tag colour of a state's value; grey for whatever has not begun, is over or is unknown."""
    return next((colour for colour, states in TAG_COLOURS.items() if str(state) in states), "grey")


@register.inclusion_tag("components/tag.html")
def state_tag(state: str, label: str) -> dict[str, str]:
    """A state as a tag: the words from `label`, the colour from the state's value."""
    return {"text": label, "colour": tag_colour(state)}


@register.simple_tag
def portal_setting(name: str) -> str:
    """A setting that may be public, for pages that have no context (500); raises KeyError for any other."""
    if name not in PUBLIC_SETTINGS:
        raise KeyError(name)
    return str(getattr(settings, name.upper()))


@register.simple_tag(takes_context=True)
def query_with(context: RequestContext, **changes: Any) -> str:
    """A link to this page that keeps its filters, with `changes` made; an empty value removes one. A changed filter goes to page 1."""
    parameters = context["request"].GET.copy()
    if set(changes) != {"page"}:
        parameters.pop("page", None)
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return _link(parameters)


@register.inclusion_tag("components/sort_heading.html", takes_context=True)
def sort_heading(context: RequestContext, label: str, field: str, numeric: bool = False) -> dict[str, Any]:
    """A column heading that sorts by `field` (parameter `sort`, "-" for falling) and tells a screen reader how the list is sorted."""
    current = context["request"].GET.get("sort", "")
    direction = {field: "ascending", f"-{field}": "descending"}.get(current, "")
    url = query_with(context, sort=f"-{field}" if direction == "ascending" else field)
    return {"label": label, "direction": direction, "url": url, "numeric": numeric}


@register.simple_tag(takes_context=True)
def active_filters(context: RequestContext, filterset: Any) -> list[dict[str, str]]:
    """What the list is filtered by: label, words and the link that removes it, one for each chosen value."""
    given: QueryDict = context["request"].GET
    chosen = []
    for bound in filterset.form:
        values = [value for value in given.getlist(bound.html_name) if value]
        for value in values:
            parameters = given.copy()
            parameters.pop("page", None)
            parameters.setlist(bound.html_name, [other for other in values if other != value])
            chosen.append({"label": bound.label, "text": _words_of(bound.field, value), "url": _link(parameters)})
    return chosen


@register.simple_tag(takes_context=True)
def kept_parameters(context: RequestContext, filterset: Any) -> list[tuple[str, str]]:
    """The parameters beside the filters (the sort order, say) that a filter form must send along; never the page."""
    own = {bound.html_name for bound in filterset.form} | {"page"}
    return [(name, value) for name, values in context["request"].GET.lists() if name not in own for value in values]


@register.simple_tag
def elided_pages(page: Page) -> Iterator[int | str]:
    """The page numbers to show: the ends, the current page and its neighbours, with gaps between."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def field_kind(bound: BoundField) -> str:
    """Which template of vs/fields draws this field."""
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect):  # the list of checkboxes is one of its kinds
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "group" if widget.use_fieldset else "plain"


@register.filter
def several(bound: BoundField) -> bool:
    """Whether several of the field's choices may be ticked."""
    return isinstance(bound.field.widget, forms.CheckboxSelectMultiple)


@register.filter
def counted_to(bound: BoundField) -> str:
    """The number of characters a text area takes; empty where there is no limit to count to."""
    widget = bound.field.widget
    return str(widget.attrs.get("maxlength", "")) if isinstance(widget, forms.Textarea) else ""


@register.filter
def error_target(bound: BoundField) -> str:
    """The id that an error message links to: the field, or the first box or button of a group."""
    suffix = {"choices": "_0", "group": "_day"}.get(field_kind(bound), "")
    return f"{bound.auto_id}{suffix}"


@register.simple_tag
def draw_widget(bound: BoundField, extra: str = "") -> SafeString:
    """The field's widget with its classes (CRISPY_CLASS_CONVERTERS, those of the widget, `extra`); a counted text names its counter."""
    widget = bound.field.widget
    if isinstance(widget, forms.MultiWidget):
        return bound.as_widget()  # its boxes have classes of their own
    converters = settings.CRISPY_CLASS_CONVERTERS
    base = next((converters[cls.__name__.lower()] for cls in type(widget).__mro__ if cls.__name__.lower() in converters), "")
    words = f"{base} {widget.attrs.get('class', '')} {extra}".split()
    attributes: dict[str, Any] = {"class": " ".join(dict.fromkeys(words))}
    if counted_to(bound):
        described = f"{bound.auto_id}-info {bound.aria_describedby or ''}".strip()
        attributes |= {"maxlength": False, "aria-describedby": described, "class": attributes["class"] + " govuk-js-character-count"}
    return bound.as_widget(attrs=attributes)


def _local(day: date | datetime | None) -> Any:
    return timezone.localtime(day) if isinstance(day, datetime) and timezone.is_aware(day) else day


def _link(parameters: QueryDict) -> str:
    return f"?{parameters.urlencode()}"


def _words_of(field: forms.Field, value: str) -> str:
    """A filter's value in the words of its choice; a ticked box is Yes, typed text is itself."""
    if isinstance(field.widget, forms.CheckboxInput):
        return "Yes"
    for key, label in getattr(field, "choices", ()):
        options = label if isinstance(label, list | tuple) else [(key, label)]
        for option, words in options:
            if str(option) == value:
                return str(words)
    return value
