"""A small server that speaks clamd's INSTREAM, standing in for ClamAV: finds EICAR, or misbehaves as it is told."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from documents.tests.bad_files import EICAR

JUDGE = None


class StandIn:
    """Listens until closed. `answer` None judges the bytes; other bytes are sent as they are; b"" hangs up; SILENCE says nothing."""

    SILENCE = b"\0silence"

    def __init__(self, listener: socket.socket, answer: bytes | None = JUDGE) -> None:
        self.listener, self.answer = listener, answer
        self.received: list[bytes] = []
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Stop listening and wait for the thread."""
        self.closing.set()
        self.listener.close()
        self.thread.join(timeout=5)
        assert not self.thread.is_alive()

    def _serve(self) -> None:
        self.listener.settimeout(0.05)
        while not self.closing.is_set():
            try:
                connection, _address = self.listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        assert self._exactly(connection, 10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack("!L", self._exactly(connection, 4))[0]:
            data += self._exactly(connection, size)
        self.received.append(data)
        if self.answer == self.SILENCE:
            self.closing.wait(5)
        elif self.answer is JUDGE:
            connection.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in data else b"stream: OK\0")
        else:
            connection.sendall(self.answer)

    @staticmethod
    def _exactly(connection: socket.socket, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = connection.recv(size - len(data))
            if not part:
                raise ConnectionError
            data += part
        return data


@contextmanager
def standing_in(path: Path | str, answer: bytes | None = JUDGE) -> Iterator[StandIn]:
    """A stand-in on a Unix socket at `path`, or on a port of its own of this machine for "tcp"."""
    if path == "tcp":
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
    else:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
    listener.listen()
    server = StandIn(listener, answer)
    try:
        yield server
    finally:
        server.close()
