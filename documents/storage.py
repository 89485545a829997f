"""Where the bytes lie: under random names in the private folder, which no web server serves."""

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings

FOLDER = "documents"


def sha256(data: bytes) -> str:
    """The hash under which the bytes are known again."""
    return hashlib.sha256(data).hexdigest()


def path_of(stored_name: str) -> Path:
    """The path of stored bytes. Raises ValueError for a name that this module did not give."""
    if len(stored_name) != 64 or not set(stored_name) <= set("0123456789abcdef"):
        raise ValueError("Not a stored name.")
    return Path(settings.PRIVATE_ROOT) / FOLDER / stored_name[:2] / stored_name


def store(data: bytes) -> str:
    """Write the bytes for their owner only, to the disk itself, and return the random name."""
    name = secrets.token_hex(32)
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return name


def read(stored_name: str) -> bytes:
    """The bytes; empty where they are gone."""
    path = path_of(stored_name)
    return path.read_bytes() if path.is_file() else b""


def forget(stored_name: str) -> None:
    """Delete the bytes; nothing happens where they are gone already."""
    path_of(stored_name).unlink(missing_ok=True)
