"""Every page that answers, in two widths, over the demo's people: nothing for axe to find, nothing wider than a phone, nothing logged."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from conftest import LONDON
from vsh_portal.generated_docs import addresses
from vsh_portal.tests.journeys import demo_data, looking
from vsh_portal.tests.journeys.pages import NO_PAGE, PAGES, Page
from vsh_portal.tests.journeys.people import Person

pytestmark = [pytest.mark.browser]
# The form's address, the button, the words of the summary. Nothing is filled in.
EMPTY_FORMS = (
    ("", "account_login", "Sign in", "Enter your e-mail address."),
    ("office", "caseload:new", "Search", "Enter"),
    ("office", "accounts:schools_import", "Show what would change", "Choose the register file"),
    ("office", "caseload:import", "Show what would change", "Choose the list"),
    ("head", "caseload:extra_place", "Open the extra place", "Select the pool."),
    ("adviser", "caseload:add_note", "Save the note", "Select who will see this note."),
    ("head", "peps:review", "Return for changes", "Say what needs to change."),
    ("head", "peps:end", "End this plan", "Select how the plan ends."),
)


@pytest.fixture
def school_day() -> Iterator[None]:
    """A day of the autumn cycle in which the demo's children have their dates behind them."""
    with time_machine.travel(datetime(2026, 11, 24, 10, 0, tzinfo=LONDON), tick=True):
        yield


def test_every_address_has_its_page() -> None:
    mounted = {name for _path, name, _view in addresses()}
    assert mounted - PAGES.keys() - NO_PAGE.keys() == set(), "give the new page an example in pages.py"
    assert PAGES.keys() & NO_PAGE.keys() == set()
    assert (PAGES.keys() | NO_PAGE.keys()) - mounted == set()


def test_no_page_has_a_finding(stage: Callable[..., Person]) -> None:
    demo_data.prepare()
    watcher, axe_script = stage("anybody", ""), Axe().axe_script
    sessions: dict[str, str] = {}
    wrong, seen = [], 0
    for name, examples in PAGES.items():
        for page in examples:
            wear(watcher, page, sessions)
            answer = watcher.page.goto(page.url(name))
            found = [] if answer.status == page.status else [f"answered {answer.status}, not {page.status}"]
            found += looking.findings(watcher.page, axe_script) + watcher.troubles
            wrong += [f"{name} as {page.who or 'nobody'} {page.state}{page.part}: {finding}" for finding in found]
            watcher.troubles.clear()
            watcher.page.set_viewport_size({"width": 1280, "height": 900})
            seen += 1
    assert seen > len(PAGES)
    assert wrong == []


def test_the_focus_lands_on_the_error_summary(stage: Callable[..., Person]) -> None:
    demo_data.prepare()
    watcher, axe_script = stage("anybody", ""), Axe().axe_script
    sessions: dict[str, str] = {}
    for who, name, button, words in EMPTY_FORMS:
        page = next(page for page in PAGES[name] if page.who == who)
        wear(watcher, page, sessions)
        watcher.opens(page.url(name))
        watcher.page.locator("main").get_by_role("button", name=button, exact=True).click()
        watcher.is_stopped(words)
        assert watcher.page.title().startswith("Error: ")
        assert looking.findings(watcher.page, axe_script) == []
        link = watcher.page.locator(".govuk-error-summary a").first
        link.click()
        assert watcher.page.evaluate("document.activeElement.matches('input, select, textarea')"), f"{name}: the summary leads to no input"


def wear(watcher: Person, page: Page, sessions: dict[str, str]) -> None:
    """Be the person of a page: signed in as they are, or nobody."""
    user: Any = page.person()
    watcher.page.context.clear_cookies()
    if user is None:
        return
    if user.email not in sessions:
        client = Client()
        client.force_login(user)
        sessions[user.email] = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": sessions[user.email], "url": watcher.portal}
    watcher.page.context.add_cookies([cookie])
