"""bin/supervise.py, which runs the demo: however it is stopped, nothing stays behind."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

SUPERVISE = Path(settings.BASE_DIR) / "bin" / "supervise.py"
SLEEP = [sys.executable, "-c", "import time; time.sleep(300)"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid: int) -> list[int]:
    """The processes below `pid`, at any depth."""
    direct = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return direct + [grandchild for child in direct for grandchild in children(child)]


def alive(pid: int) -> bool:
    """Whether `pid` still runs; a zombie that waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def await_ready(process: subprocess.Popen) -> None:
    """Reads what `process` prints up to its Ready line."""
    assert any(line.startswith("Ready: http://127.0.0.1:") for line in process.stdout)


def none_alive_within(seconds: float, pids: list[int]) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(alive, pids))


@contextlib.contextmanager
def supervised(*prefix: str, second: list[str] = SLEEP) -> Iterator[tuple[subprocess.Popen, list[int]]]:
    """A web server and a second program under bin/supervise.py, once it has said Ready."""
    port = str(free_port())
    web = [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1"]
    command = [*prefix, sys.executable, str(SUPERVISE), "--ready", f"http://127.0.0.1:{port}", "--run", *web, "--run", *second]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    pids = []
    try:
        await_ready(process)
        pids = children(process.pid)
        assert len(pids) >= 2
        yield process, pids
    finally:
        for pid in filter(alive, [*pids, process.pid]):
            os.kill(pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_stops_all(number):
    with supervised() as (process, pids):
        process.send_signal(number)
        process.wait(5)
        assert none_alive_within(3, pids)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_make_alone_stops_all(number, tmp_path):
    makefile = tmp_path / "Makefile"
    makefile.write_text("run:\n\t@exec setpriv --pdeathsig TERM $(COMMAND)\n")
    port = free_port()
    web = f"{sys.executable} -m http.server {port} --bind 127.0.0.1"
    inner = f"{sys.executable} {SUPERVISE} --ready http://127.0.0.1:{port} --run {web} --run sleep 300"
    make = subprocess.Popen(["make", "-s", "-f", str(makefile), f"COMMAND={inner}"], stdout=subprocess.PIPE, text=True)
    pids = []
    try:
        await_ready(make)
        pids = children(make.pid)
        assert len(pids) >= 3
        make.send_signal(number)
        make.wait(5)
        assert none_alive_within(5, pids)
    finally:
        for pid in filter(alive, [*pids, make.pid]):
            os.kill(pid, signal.SIGKILL)
        make.communicate()


def test_when_one_program_ends_the_other_is_stopped():
    with supervised(second=[sys.executable, "-c", "import time; time.sleep(2)"]) as (process, pids):
        assert process.wait(10) == 1
        assert none_alive_within(3, pids)


def test_it_serves_once_ready():
    with supervised() as (process, _pids):
        port = int(process.args[3].rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        connection.close()
