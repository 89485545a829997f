"""Reads the environment loudly: an unclear value stops the start."""

import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environ import Env

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
MODES = {"demo", "test", "production"}


def env_bool(env: Env, name: str, default: bool) -> bool:
    """The boolean called `name`; raises ImproperlyConfigured on any word that is not clearly yes or no."""
    raw = env.str(name, default="true" if default else "false").strip().lower()
    if raw in TRUE:
        return True
    if raw in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be one of true, false, yes, no, on, off, 1, 0; it is not.")


def env_mode(env: Env) -> str:
    """demo, test or production (the default); raises ImproperlyConfigured on anything else."""
    mode = env.str("VSH_MODE", default="production")
    if mode not in MODES:
        raise ImproperlyConfigured(f"VSH_MODE must be one of {', '.join(sorted(MODES))}.")
    return mode


def env_secret(env: Env, name: str, mode: str, var_dir: Path) -> str:
    """The secret called `name`; in demo mode one is made once and kept in var/. Raises ImproperlyConfigured where it is missing or weak."""
    key = env.str(name, default="")
    if mode == "test":
        return key or f"test-only-{name}-" + "0123456789abcdef" * 4
    if mode == "demo" and not key:
        path = var_dir / f"demo-{name.lower()}"
        if not path.exists():
            var_dir.mkdir(parents=True, exist_ok=True)
            path.write_text(secrets.token_urlsafe(64))
            path.chmod(0o600)
        return path.read_text()
    if len(key) < 50 or len(set(key)) < 5:
        raise ImproperlyConfigured(f"{name} must be set to at least 50 random characters in production.")
    return key


def refuse_unsafe_production(
    mode: str, *, debug: bool, engine: str, hosts: list[str], origins: list[str], email_host: str, clamav_socket: str
) -> None:
    """Raises ImproperlyConfigured naming every production setting that would put records at risk (safety.md G26)."""
    if mode != "production":
        return
    wrong = []
    if debug:
        wrong.append("DEBUG must be off")
    if "sqlite" in engine:
        wrong.append("DATABASE_URL must name a PostgreSQL database")
    if not hosts or "*" in hosts:
        wrong.append("ALLOWED_HOSTS must list the host names, without *")
    if any(not origin.startswith("https://") for origin in origins) or not origins:
        wrong.append("PORTAL_ORIGIN must be the https address of the portal")
    if not email_host:
        wrong.append("EMAIL_HOST must name the mail server")
    if not clamav_socket:
        wrong.append("CLAMAV_SOCKET must name the virus scanner's socket")
    if wrong:
        raise ImproperlyConfigured("The portal does not start in production: " + "; ".join(wrong) + ".")
