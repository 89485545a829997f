"""The stage of every journey: a school day in January 2026, a live server, and people with a browser of their own each."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser

from conftest import LONDON
from vsh_portal.tests.journeys.people import Person

A_SCHOOL_DAY = datetime(2026, 1, 14, 10, 0, tzinfo=LONDON)
WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def school_day() -> Iterator[None]:
    """The clock starts on a school day of the spring cycle and goes on: a live server cannot stand still."""
    with time_machine.travel(A_SCHOOL_DAY, tick=True):
        yield


@pytest.fixture
def stage(school_day: None, transactional_db: None, live_server: Any, browser: Browser, settings: Any) -> Iterator[Callable[..., Person]]:
    """`stage("Ruth Alderman", "head@example.org")` is a person with a browser; what went wrong in any of them fails the test at the end."""
    settings.PORTAL_ORIGIN = live_server.url
    people: list[Person] = []

    def enter(name: str, email: str, password: str = "", **context: Any) -> Person:
        found = browser.new_context(**{"base_url": live_server.url, "viewport": WIDE, "locale": "en-GB", **context})
        people.append(Person(name, email, password, found.new_page(), live_server.url))
        return people[-1]

    yield enter
    troubles = [trouble for person in people for trouble in person.troubles]
    for person in people:
        person.page.context.close()
    assert not troubles
