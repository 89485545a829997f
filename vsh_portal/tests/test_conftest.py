"""The promises of the root conftest.py hold: no network, own files, strict templates, guarded audit tables, a frozen clock."""

import socket
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache
from django.db import connection
from django.template import engines
from django.template.base import Origin, Template
from django.template.context import Context
from django.utils import timezone

from audit import triggers

OWN = str(Path(django_settings.BASE_DIR) / "templates" / "peps" / "pep.html")


def rendered(text: str, *, name: str) -> str:
    engine = engines["django"].engine
    return Template(text, origin=Origin(name), engine=engine).render(Context())


def test_our_templates_fail_on_an_unknown_variable():
    with pytest.raises(AssertionError, match=r"peps/pep.html uses pep.titel"):
        rendered("{{ pep.titel }}", name=OWN)


def test_our_templates_may_ask_whether_something_is_there():
    assert rendered("{% if pep.titel %}yes{% else %}no{% endif %}", name=OWN) == "no"


def test_templates_of_other_packages_may_lean_on_empty_variables():
    assert rendered("-{{ unknown }}-", name="/usr/lib/package/templates/page.html") == "--"


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)])
def test_the_network_is_closed(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as outward, pytest.raises(AssertionError, match="tests use no network"):
        outward.connect(address)


def test_this_machine_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_private_files_and_mails_lie_in_the_tests_own_folder(settings, tmp_path):
    assert tmp_path in Path(settings.PRIVATE_ROOT).parents
    assert tmp_path in Path(settings.EMAIL_FILE_PATH).parents


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_nothing_is_cached_from_one_test_to_the_next(time):
    assert cache.get("seen") is None
    cache.set("seen", time)
    assert cache.get("seen") == time


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_audit_tables_are_guarded_also_after_a_flush(time):
    assert triggers.present(connection)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-01-12", datetime(2026, 1, 12, 9, tzinfo=UTC)),
        (date(2026, 6, 12), datetime(2026, 6, 12, 8, tzinfo=UTC)),
        ("2026-06-12 08:30", datetime(2026, 6, 12, 7, 30, tzinfo=UTC)),
    ],
)
def test_the_clock_stops_at_the_wanted_moment_in_london(frozen, moment, expected):
    frozen(moment)
    assert timezone.now() == expected
    assert timezone.now() == expected


@pytest.mark.postgres
def test_what_is_marked_postgres_runs_on_postgresql():
    assert connection.vendor == "postgresql"


@pytest.mark.redis
def test_what_is_marked_redis_runs_on_redis():
    assert isinstance(caches["default"], RedisCache)
    cache.set("key", "value")
    assert cache.get("key") == "value"
