"""Tags and filters, the components with only what they must be given, the public pages and the error pages."""

import datetime
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import django_filters
import pytest
from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, Template
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import include, path

from core.forms import FilterForm
from vsh_portal import views

TEMPLATES = Path(settings.BASE_DIR) / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
OURS = sorted(found for folder in ("components", "vs", "errors", "account", "public") for found in (TEMPLATES / folder).rglob("*.html"))
ERROR_PAGES = sorted(TEMPLATES.glob("4*.html")) + sorted(TEMPLATES.glob("5*.html"))
STANDALONE = {"400.html", "403_csrf.html", "413.html", "429.html", "500.html"}
MOMENT = datetime.datetime(2026, 12, 11, 10, 42, tzinfo=datetime.UTC)
HAT = SimpleNamespace(pk=1, organisation=SimpleNamespace(name="Oak Primary"), get_role_display="Designated teacher")


def nothing(request: object) -> HttpResponse:
    return HttpResponse()


pytestmark = pytest.mark.urls(__name__)
urlpatterns = [
    path("", views.home, name="home"),
    path("contact/", views.contact, name="contact"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("cookies/", views.cookies, name="cookies"),
    path("account/", include("allauth.account.urls")),
    path("desk/", include(([path("", nothing, name="home")], "desk"))),
    path("accounts/", include(([path("hat/", nothing, name="choose_hat")], "accounts"))),
]


class ListFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Name")
    state = django_filters.MultipleChoiceFilter(
        label="State", choices=[("late", "Late"), ("draft", "Draft")], widget=forms.CheckboxSelectMultiple
    )
    adviser = django_filters.ChoiceFilter(label="Adviser", choices=[("Primary", [("1", "Asha Patel")])])
    mine = django_filters.CharFilter(label="Only mine", widget=forms.CheckboxInput)

    class Meta:
        form = FilterForm


class Outline(HTMLParser):
    """What a page must have: one h1, one title, a language, a main part, and no id twice."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]


def assert_sound(html: str) -> None:
    outline = Outline(html)
    assert outline.tags.count("h1") == outline.tags.count("title") == outline.tags.count("main") == 1
    assert len(outline.ids) == len(set(outline.ids))
    assert '<html lang="en-GB"' in html
    assert 'href="#main-content"' in html


def requested(address: str = "/") -> HttpRequest:
    request = RequestFactory().get(address)
    request.csp_nonce = "nonce"
    return request


def drawn(template: str, query: str = "", **context: object) -> str:
    told = RequestContext(requested(f"/list/?{query}"))
    told.push(context)
    return Template("{% load vs %}" + template).render(told)


def component(name: str, **context: object) -> str:
    return drawn(f'{{% include "components/{name}.html" %}}', **context)


# --- words


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ day|long_date }}", "Friday 11 December 2026"),
        ("{{ moment|long_date }}", "Friday 11 December 2026"),
        ("{{ day|short_date }}", "11 December 2026"),
        ("{{ moment|long_moment }}", "Friday 11 December 2026, 10:42"),
        ("{{ day|long_moment }}", "Friday 11 December 2026"),
        ("{{ summer|clock_time }}", "11:42"),
        ("{{ none|long_date }}{{ none|clock_time }}{{ none|long_moment }}", ""),
        ('{{ 14|plural_words:"child,children" }}', "14 children"),
        ('{{ 1|plural_words:"child,children" }}', "1 child"),
        ('{{ 0|plural_words:"child,children" }}', "No children"),
    ],
)
def test_dates_and_numbers_in_words(template: str, words: str) -> None:
    summer = datetime.datetime(2026, 7, 1, 10, 42, tzinfo=datetime.UTC)
    assert drawn(template, day=MOMENT.date(), moment=MOMENT, summer=summer, none=None) == words


@pytest.mark.parametrize(("state", "colour"), [("late", "red"), ("in_progress", "blue"), ("signed_off", "green"), ("unheard_of", "grey")])
def test_a_state_is_words_and_one_of_four_colours(state: str, colour: str) -> None:
    html = drawn("{% state_tag state 'What it is called' %}", state=state)
    assert f"govuk-tag--{colour}" in html
    assert "What it is called" in html


def test_only_public_settings_can_be_shown() -> None:
    assert drawn('{% portal_setting "council_name" %}') == settings.COUNCIL_NAME
    with pytest.raises(KeyError):
        drawn('{% portal_setting "secret_key" %}')


# --- links that keep filters


def test_a_page_link_keeps_the_filters_and_a_filter_link_goes_to_page_one() -> None:
    assert drawn("{% query_with page=3 %}", "state=late&state=draft&page=2") == "?state=late&amp;state=draft&amp;page=3"
    assert drawn('{% query_with sort="name" %}', "q=a&page=2") == "?q=a&amp;sort=name"
    assert drawn('{% query_with q="" %}', "q=a&sort=name") == "?sort=name"


def test_a_sorted_heading_turns_round() -> None:
    assert 'aria-sort="ascending"' in drawn('{% sort_heading "Name" "name" %}', "sort=name")
    assert "?sort=-name" in drawn('{% sort_heading "Name" "name" %}', "sort=name")
    assert 'aria-sort="descending"' in drawn('{% sort_heading "Name" "name" %}', "sort=-name")
    assert "aria-sort" not in drawn('{% sort_heading "Name" "name" %}', "sort=other")


def test_each_chosen_filter_can_be_taken_off_by_itself() -> None:
    request = requested("/list/?q=Ro&state=late&state=draft&adviser=1&mine=on&sort=name&page=4")
    listed = ListFilter(request.GET, queryset=ContentType.objects.none())
    context = RequestContext(request, {"filter": listed})
    html = Template('{% include "components/filter_tags.html" %}{% include "components/filter_panel.html" %}').render(context)
    words = [" ".join(tag.split()) for tag in re.findall(r"</span>(State: .*?|Name: .*?|Adviser: .*?|Only mine: .*?) <span", html)]
    assert words == ["Name: Ro", "State: Late", "State: Draft", "Adviser: Asha Patel", "Only mine: Yes"]
    assert 'href="?q=Ro&amp;state=draft&amp;adviser=1&amp;mine=on&amp;sort=name"' in html
    assert '<input type="hidden" name="sort" value="name">' in html
    assert 'name="page"' not in html


def test_pagination_shows_ends_neighbours_and_gaps() -> None:
    pages = Paginator(range(400), 25)
    html = drawn('{% include "components/pagination.html" %}', "state=late", page_obj=pages.get_page(8))
    assert re.findall(r'aria-label="Page (\d+)"', html) == ["1", "7", "8", "9", "16"]
    assert html.count("state=late") == 7
    assert 'aria-current="page"' in html
    assert component("pagination", page_obj=Paginator([1], 25).get_page(1)).strip() == ""


# --- components

SMALLEST: dict[str, dict[str, object]] = {
    "back_link": {"href": "/"},
    "banner": {"text": "Saved."},
    "breadcrumbs": {"items": [{"label": "Home", "href": "/"}]},
    "buttons": {"submit": "Save"},
    "child_header": {"identity": {"known_as": "Robin", "age": 9}, "sub_pages": [{"label": "Overview", "href": "/"}]},
    "data_source": {"source": "the school register"},
    "details": {"summary": "What is a PEP?", "text": "A plan."},
    "empty_state": {"text": "No PEPs are due."},
    "error_lines": {"form": forms.Form({})},
    "error_summary": {},
    "filter_panel": {"filter": ListFilter({}, queryset=ContentType.objects.none())},
    "filter_tags": {"filter": ListFilter({}, queryset=ContentType.objects.none())},
    "footer": {},
    "hat_switcher": {"hats": [HAT], "hat": HAT},
    "header": {},
    "htmx": {},
    "identity_bar": {"identity": {"known_as": "Robin", "age": 9}},
    "inset": {"text": "Read this."},
    "list_actions": {},
    "messages": {},
    "navigation": {"nav": [{"label": "Home", "url": "/", "current": True}]},
    "pagination": {"page_obj": Paginator(range(50), 25).get_page(1)},
    "places_counter": {"counter": {"name": "Social care", "size": 70, "used": 71, "offered": 0, "free": 0}},
    "progress": {"done": 3, "total": 6},
    "safeguarding_line": {},
    "save_line": {},
    "search_box": {"search": {"label": "Name", "words": ""}},
    "sort_heading": {"label": "Name", "url": "?sort=name"},
    "stat": {"number": 14, "label": "late PEPs", "href": "/"},
    "sub_navigation": {"items": [{"label": "Overview", "href": "/"}]},
    "summary_card": {"title": "Contacts", "rows": []},
    "summary_list": {"rows": [{"key": "Name", "value": ""}]},
    "tag": {"text": "Draft"},
    "task_list": {"tasks": [{"title": "Attendance", "state": "Not started"}]},
    "timeline": {"events": [{"title": "Place taken", "at": MOMENT}]},
    "warning_text": {"text": "The place ends."},
}


@pytest.mark.parametrize("name", [found.stem for found in COMPONENTS])
def test_a_component_needs_only_what_its_list_says(name: str) -> None:
    """The strict template engine of conftest fails here on every optional argument that is used without asking."""
    html = component(name, **SMALLEST[name])
    assert html.strip() or name in {"error_lines", "error_summary", "filter_tags", "messages"}


def test_missing_facts_are_said_not_left_blank() -> None:
    assert "Not recorded" in component("summary_list", rows=[{"key": "Contact", "value": None}])
    assert "Not recorded" not in component("summary_list", rows=[{"key": "Sessions missed", "value": 0}])
    bar = component("identity_bar", identity={"known_as": "Robin", "age": 9})
    assert "Not on roll anywhere" in bar
    assert "Nobody yet" in bar


def test_the_safeguarding_line_tells_whom_to_ring() -> None:
    html = component("safeguarding_line")
    assert settings.SAFEGUARDING_PHONE in html
    assert "do not write it here and wait" in html


def test_over_the_cap_shows_as_more_than_all() -> None:
    assert "71 of 70" in component("places_counter", **SMALLEST["places_counter"])


def test_components_escape_what_people_typed() -> None:
    evil = "<script>1</script>"
    html = component("summary_list", rows=[{"key": evil, "value": evil}])
    html += component("timeline", events=[{"title": evil, "at": MOMENT, "text": evil}])
    html += component("inset", text=evil, title=evil) + component("banner", text=evil) + component("tag", text=evil)
    assert "<script>" not in html


# --- pages


@pytest.mark.parametrize("found", OURS, ids=lambda found: str(found.relative_to(TEMPLATES)))
def test_no_template_needs_more_than_the_content_security_policy_gives(found: Path) -> None:
    text = found.read_text()
    get_template(str(found.relative_to(TEMPLATES)))
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|\|safe\b", text)
    assert all("nonce=" in tag for tag in re.findall(r"<script[^>]*>", text))


PUBLIC = ["/", "/contact/", "/accessibility/", "/privacy/", "/cookies/", "/account/login/", "/account/password/reset/"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_are_sound_and_open_without_signing_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert_sound(response.content.decode())
    assert settings.SAFEGUARDING_PHONE in response.content.decode()


def test_an_empty_contact_page_still_gives_a_number() -> None:
    html = get_template("public/contact.html").render({"phases": []}, requested())
    assert "not listed yet" in html
    assert settings.VIRTUAL_SCHOOL_PHONE in html


def test_the_contact_page_lists_each_phase_with_its_people() -> None:
    people = [SimpleNamespace(name="Asha Patel", telephone="01632 960 211"), SimpleNamespace(name="Tom Reed", telephone="")]
    phase = SimpleNamespace(phase_name="Primary", telephone="01632 960 210", hours="9 to 5", people=people)
    request = requested()
    html = get_template("public/contact.html").render({"phases": [phase]}, request)
    assert 'href="tel:01632960211"' in html
    assert "On the number above" in html
    assert "9 to 5" in html
    assert "not listed yet" not in html


@pytest.mark.django_db
def test_sign_in_offers_help_and_no_sign_up(client: Client) -> None:
    html = client.get("/account/login/").content.decode()
    assert 'href="/account/password/reset/"' in html
    assert settings.VIRTUAL_SCHOOL_PHONE in html
    assert "signup" not in html
    assert "sign up" not in html.lower()


@pytest.mark.django_db
def test_the_title_says_that_a_form_was_refused(client: Client) -> None:
    html = client.post("/account/login/", {"login": "", "password": ""}).content.decode()
    assert re.search(r"<title>Error: Sign in", html)
    assert 'href="#id_login"' in html


@pytest.mark.parametrize("name", sorted(STANDALONE))
def test_an_error_page_needs_no_context_no_request_and_no_database(name: str) -> None:
    html = get_template(name).render()
    assert_sound(html)
    assert settings.VIRTUAL_SCHOOL_PHONE in html
    assert settings.SAFEGUARDING_PHONE in html


def test_every_error_page_is_known() -> None:
    assert {page.name for page in ERROR_PAGES} == STANDALONE | {"403.html", "404.html"}


def test_page_not_found_says_the_same_for_missing_and_not_yours(client: Client) -> None:
    response = client.get("/nothing/here/")
    assert response.status_code == 404
    assert_sound(response.content.decode())
    assert "gives the same answer to each" in response.content.decode()
    assert "/nothing/here/" not in response.content.decode()


def test_a_refusal_gives_its_reason() -> None:
    request = requested()
    assert "Ask the clerk." in get_template("403.html").render({"exception": "Ask the clerk."}, request)
    html = get_template("403.html").render({"exception": ""}, request)
    assert_sound(html)
    assert "does not include this page" in html


@pytest.mark.parametrize("mail", ["password_reset_key", "unknown_account", "password_changed", "password_reset", "password_set"])
def test_account_mails_hold_no_personal_data(mail: str) -> None:
    told = {
        "password_reset_url": "https://portal.example.org/x",
        **dict.fromkeys(["email", "username", "user", "ip", "user_agent"], "canary"),
    }
    subject, body = (get_template(f"account/email/{mail}_{part}.txt").render(told) for part in ("subject", "message"))
    assert "canary" not in subject + body
    assert settings.SERVICE_NAME in subject
    assert "&" not in body
    assert ("https://portal.example.org/x" in body) == (mail == "password_reset_key")


def test_several_hats_get_a_switcher_and_one_gets_its_name() -> None:
    signed_in = SimpleNamespace(is_authenticated=True)
    one = component("header", user=signed_in, hat=HAT, hats=[HAT])
    assert "Oak Primary, Designated teacher" in one
    assert "<select" not in one
    other = SimpleNamespace(pk=2, organisation=HAT.organisation, get_role_display="Head")
    two = component("header", user=signed_in, hat=HAT, hats=[HAT, other])
    assert '<option value="1" selected>' in two
    assert 'action="/accounts/hat/"' in two


def test_a_context_is_all_a_component_may_need() -> None:
    """No request: the parts that mails and PDFs may use too."""
    assert "Draft" in get_template("components/tag.html").render({"text": "Draft"})
    assert Template("{% load vs %}{{ day|long_date }}").render(Context({"day": MOMENT.date()})) == "Friday 11 December 2026"
