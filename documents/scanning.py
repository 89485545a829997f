"""ClamAV over its socket: INSTREAM, as clamd(8) describes it. Every answer but a clear one counts as no answer."""

import re
import socket
import struct
from dataclasses import dataclass

from django.conf import settings

CHUNK = 64 * 1024
TIMEOUT = 30.0
LONGEST_ANSWER = 4096
FOUND = re.compile(r"stream: (?P<name>\S.*) FOUND")


class ScannerUnavailable(Exception):
    """The scanner cannot be reached: nothing else will be scanned now either."""


class NoVerdict(Exception):
    """The scanner was there and gave no clear answer about this file."""


@dataclass(frozen=True)
class Verdict:
    """`found` is the name of what was found, empty for a clean file."""

    found: str = ""


def is_on() -> bool:
    """Whether a scanner is set; production does not start without one."""
    return bool(settings.CLAMAV_SOCKET)


def scan(data: bytes) -> Verdict:
    """Ask the scanner. Raises ScannerUnavailable where it cannot be reached, NoVerdict for anything but OK or FOUND."""
    try:
        connection = _connect(settings.CLAMAV_SOCKET)
    except (OSError, ValueError) as down:
        raise ScannerUnavailable(type(down).__name__) from down
    with connection:
        try:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                chunk = data[start : start + CHUNK]
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            answer = _answer(connection)
        except OSError as broken:
            raise NoVerdict(type(broken).__name__) from broken
    if answer == "stream: OK":
        return Verdict()
    if found := FOUND.fullmatch(answer):
        return Verdict(found=found["name"])
    raise NoVerdict("unclear answer")


def _connect(address: str) -> socket.socket:
    """A Unix socket by its path, or host:port."""
    target: str | tuple[str, int]
    if not address:
        raise ValueError("no scanner is set")
    if address.startswith("/"):
        family, target = socket.AF_UNIX, address
    else:
        host, _colon, port = address.rpartition(":")
        family, target = socket.AF_INET, (host, int(port))
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(TIMEOUT)
    try:
        connection.connect(target)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < LONGEST_ANSWER:
        part = connection.recv(1024)
        if not part:
            break
        received += part
    if not received.endswith(b"\0"):  # cut off: "stream: OK" of a longer line must not count
        raise NoVerdict("answer cut off")
    return received[:-1].decode("ascii", "replace").strip()
