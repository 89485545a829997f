"""Settings are loud: an unclear or unsafe value stops the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from vsh_portal.environment import env_bool, env_mode, env_secret, refuse_unsafe_production

STRONG = "a9-k3" * 12
SECRETS = ["SECRET_KEY", "AUDIT_KEY"]
SAFE = {
    "debug": False,
    "engine": "django.db.backends.postgresql",
    "hosts": ["portal.example.org"],
    "origins": ["https://portal.example.org"],
    "email_host": "mail.example.org",
    "clamav_socket": "/run/clamav/clamd.ctl",
}


@pytest.mark.parametrize(("text", "value"), [("true", True), ("YES", True), ("1", True), (" on ", True), ("False", False), ("0", False)])
def test_clear_booleans(monkeypatch, text, value):
    monkeypatch.setenv("DEBUG", text)
    assert env_bool(Env(), "DEBUG", default=not value) is value


@pytest.mark.parametrize("text", ["maybe", "ture", "", "2", "None"])
def test_an_unclear_boolean_stops_the_start(monkeypatch, text):
    monkeypatch.setenv("DEBUG", text)
    with pytest.raises(ImproperlyConfigured, match="DEBUG must be one of"):
        env_bool(Env(), "DEBUG", default=False)


def test_the_mode_is_production_unless_said_otherwise(monkeypatch):
    monkeypatch.delenv("VSH_MODE")
    assert env_mode(Env()) == "production"


def test_an_unknown_mode_stops_the_start(monkeypatch):
    monkeypatch.setenv("VSH_MODE", "prod")
    with pytest.raises(ImproperlyConfigured, match="demo, production, test"):
        env_mode(Env())


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("key", ["", "short", "a" * 60])
def test_a_missing_or_weak_secret_stops_production(monkeypatch, tmp_path, name, key):
    monkeypatch.setenv(name, key)
    with pytest.raises(ImproperlyConfigured, match=name) as refusal:
        env_secret(Env(), name, "production", tmp_path)
    assert not key or key not in str(refusal.value)


@pytest.mark.parametrize("name", SECRETS)
def test_a_strong_secret_is_taken(monkeypatch, tmp_path, name):
    monkeypatch.setenv(name, STRONG)
    assert env_secret(Env(), name, "production", tmp_path) == STRONG


@pytest.mark.parametrize("name", SECRETS)
def test_the_demo_makes_its_secret_once_and_for_its_owner_only(monkeypatch, tmp_path, name):
    monkeypatch.delenv(name, raising=False)
    made = env_secret(Env(), name, "demo", tmp_path)
    assert len(made) >= 50
    assert env_secret(Env(), name, "demo", tmp_path) == made
    assert (tmp_path / f"demo-{name.lower()}").stat().st_mode & 0o777 == 0o600


def test_safe_production_starts():
    refuse_unsafe_production("production", **SAFE)


@pytest.mark.parametrize(
    ("unsafe", "named"),
    [
        ({"debug": True}, "DEBUG"),
        ({"engine": "django.db.backends.sqlite3"}, "PostgreSQL"),
        ({"hosts": []}, "ALLOWED_HOSTS"),
        ({"hosts": ["portal.example.org", "*"]}, "ALLOWED_HOSTS"),
        ({"origins": []}, "PORTAL_ORIGIN"),
        ({"origins": ["http://portal.example.org"]}, "PORTAL_ORIGIN"),
        ({"email_host": ""}, "EMAIL_HOST"),
        ({"clamav_socket": ""}, "CLAMAV_SOCKET"),
    ],
)
def test_unsafe_production_stops_and_names_what_is_wrong(unsafe, named):
    with pytest.raises(ImproperlyConfigured, match=named):
        refuse_unsafe_production("production", **{**SAFE, **unsafe})
    refuse_unsafe_production("demo", **{**SAFE, **unsafe})


def test_everything_wrong_is_named_at_once():
    with pytest.raises(ImproperlyConfigured, match="DEBUG.*DATABASE_URL.*EMAIL_HOST"):
        refuse_unsafe_production("production", **{**SAFE, "debug": True, "engine": "sqlite3", "email_host": ""})
