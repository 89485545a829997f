"""What every test gets: no network, own files, a strict template engine, a clock to freeze, Debian's Chromium."""

import datetime
import os
import shutil
import socket
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connections
from django.template import engines
from django.test import TransactionTestCase

from audit import triggers
from vsh_portal import reference

ROOT = Path(__file__).resolve().parent
LONDON = ZoneInfo("Europe/London")
CHROMIUM = next(filter(None, map(shutil.which, [os.environ.get("VSH_CHROMIUM", "chromium"), "chromium-browser", "google-chrome"])), None)
OWN_TEMPLATES = str(ROOT / "templates")

# --- what runs here, and in which order


def left_out_markers() -> dict[str, str]:
    """The markers that cannot be run here, each with its reason."""
    reasons = {}
    if django_settings.SQLITE:
        reasons["postgres"] = "this run is on SQLite"
    if not django_settings.REDIS_URL:
        reasons["redis"] = "REDIS_URL is not set"
    if CHROMIUM is None:
        reasons["browser"] = "no Chromium"
    return reasons


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects what cannot run here and puts browser journeys last: Playwright keeps an event loop running from its first page on."""
    reasons = left_out_markers()
    out = [item for item in items if any(item.get_closest_marker(name) for name in reasons)]
    if out:
        config.hook.pytest_deselected(items=out)
    items[:] = sorted((item for item in items if item not in set(out)), key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_report_header() -> str:
    """Names the database, and what is left out and why."""
    left_out = "; ".join(f"{name} left out: {reason}" for name, reason in left_out_markers().items())
    return f"database: {connections['default'].vendor}" + (f"; {left_out}" if left_out else "")


# --- no network but this machine


def is_local(address: object) -> bool:
    """Whether a socket address is a Unix socket or the loopback interface."""
    return not isinstance(address, tuple) or address[0] in {"localhost", "::1"} or str(address[0]).startswith("127.")


def refusing(connect: Callable[..., Any]) -> Callable[..., Any]:
    """`connect`, but an address outside this machine fails the test."""

    def guarded(self: socket.socket, address: Any) -> Any:
        if not is_local(address):
            raise AssertionError(f"A test tried to reach {address[0]}; tests use no network.")
        return connect(self, address)

    return guarded


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refusing(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", refusing(socket.socket.connect_ex))
        yield


# --- own files, own cache


@pytest.fixture(autouse=True)
def _own_places(settings: Any, tmp_path: Path) -> None:
    """Private files and mails of one test never meet those of another, nor do cached rate limits."""
    settings.PRIVATE_ROOT = settings.MEDIA_ROOT = tmp_path / "private"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.CACHES = {name: {**cache, "KEY_PREFIX": uuid.uuid4().hex} for name, cache in settings.CACHES.items()}


# --- templates fail on an unknown variable


class UnknownVariable(str):
    """Stands for an unknown template variable: fails the test where the template is ours."""

    def __mod__(self, missing: object) -> str:
        context = sys._getframe(1).f_locals["context"]
        template = context.render_context.template or context.template
        if str(template.origin.name).startswith(OWN_TEMPLATES):
            raise AssertionError(f"{template.origin.name} uses {missing}, which is not in its context.")
        return ""


@pytest.fixture(autouse=True)
def _strict_templates(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.node.get_closest_marker("foreign_templates"):
        monkeypatch.setattr(engines["django"].engine, "string_if_invalid", UnknownVariable("%s"))


# --- the audit tables refuse DELETE, which on SQLite is how transactional tests flush


@pytest.fixture(scope="session", autouse=True)
def _flush_past_audit_triggers() -> Iterator[None]:
    flush = TransactionTestCase._fixture_teardown

    def without_triggers(self: TransactionTestCase) -> None:
        with triggers.suspended(connections["default"]):
            flush(self)
        reference.load()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_triggers)
        yield


# --- the clock


@pytest.fixture
def frozen() -> Iterator[Callable[[str | datetime.date], time_machine.Traveller]]:
    """`frozen("2026-01-12")` or `frozen("2026-01-12 08:30")` stops the clock there, London time; a bare day means 09:00."""
    travels: list[time_machine.travel] = []

    def freeze(moment: str | datetime.date) -> time_machine.Traveller:
        if isinstance(moment, str):
            moment = datetime.datetime.fromisoformat(moment) if ":" in moment else datetime.date.fromisoformat(moment)
        if not isinstance(moment, datetime.datetime):
            moment = datetime.datetime.combine(moment, datetime.time(9))
        travels.append(time_machine.travel(moment if moment.tzinfo else moment.replace(tzinfo=LONDON), tick=False))
        return travels[-1].start()

    yield freeze
    for travel in reversed(travels):
        travel.stop()


# --- the browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, which may run as root in a container and reaches this machine only."""
    rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-dev-shm-usage", rules]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@pytest.fixture(scope="session")
def _async_unsafe() -> None:
    """Playwright's event loop stays in this thread until the session ends, and the test database is taken down after it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(autouse=True)
def _browser_may_use_the_database(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("browser"):
        request.getfixturevalue("_async_unsafe")
