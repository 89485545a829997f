"""Runs several programs as one: says when the web server answers, and stops all of them when one ends or it is told to stop.

Usage: supervise.py --ready URL --run PROGRAM ARG... --run PROGRAM ARG...

However this process ends, SIGKILL included, the programs are told to stop: the kernel sends them the parent-death signal.
"""

import ctypes
import http.client
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

PR_SET_PDEATHSIG = 1
PATIENCE = 10.0
READY_WITHIN = 60.0


class Stop(Exception):
    """Somebody asked us to stop."""


def follow_parent() -> None:
    """Has the kernel send SIGTERM to this process when its parent dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def caught_signals(pid: int) -> int:
    """The mask of the signals that process `pid` handles itself; 0 where it is gone."""
    try:
        found = re.search(r"^SigCgt:\s*([0-9a-f]+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1], 16) if found else 0


def interrupt_watch(make: int) -> Callable[[], bool]:
    """Tells whether `make` alone got SIGINT, SIGHUP or SIGQUIT: it does not pass them on, it resets its handler and waits for us."""
    passed_over = sum(1 << (number - 1) for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT))
    at_start = caught_signals(make) & passed_over
    return lambda: caught_signals(make) & passed_over != at_start


def answer(url: str) -> int | None:
    """The status the web server answers with; None while it does not answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def stop_all(programs: list[subprocess.Popen[bytes]]) -> None:
    """Asks every program to stop, and kills what has not ended after PATIENCE seconds."""
    for program in programs:
        program.terminate()
    deadline = time.monotonic() + PATIENCE
    for program in programs:
        try:
            program.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def complain(sentence: str) -> int:
    """Says why everything is stopped; the exit status for it."""
    print(f"Stopping: {sentence}", file=sys.stderr)
    return 1


def watch(programs: list[subprocess.Popen[bytes]], url: str, interrupted: Callable[[], bool]) -> int:
    """Until a program ends or the web server is at fault (returns 1), or Stop is raised; prints the Ready line once."""
    ready, started = False, time.monotonic()
    while not interrupted():
        for program in programs:
            if program.poll() is not None:
                return complain(f"{shlex.join(map(str, program.args))} ended with status {program.returncode}.")  # type: ignore[arg-type]
        status = None if ready else answer(url)
        if status is not None and status >= 500:
            return complain(f"{url} answers with status {status}; the lines above say why.")
        if status is not None:
            ready = True
            print(f"Ready: {url}", flush=True)
        if not ready and time.monotonic() - started > READY_WITHIN:
            return complain(f"{url} did not answer within {READY_WITHIN:.0f} seconds.")
        time.sleep(0.25)
    return 0


def split_arguments(arguments: list[str]) -> tuple[str, list[list[str]]]:
    """The URL after --ready and one command for each --run."""
    if len(arguments) < 4 or arguments[0] != "--ready" or arguments[2] != "--run":
        sys.exit(__doc__)
    commands: list[list[str]] = []
    for word in arguments[2:]:
        if word == "--run":
            commands.append([])
        else:
            commands[-1].append(word)
    return arguments[1], commands


def main(arguments: list[str]) -> int:
    """Starts the commands, watches them, stops them."""
    url, commands = split_arguments(arguments)

    def stop(number: int, frame: object) -> None:
        raise Stop

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    programs: list[subprocess.Popen[bytes]] = []
    try:
        interrupted = interrupt_watch(os.getppid()) if "MAKELEVEL" in os.environ else lambda: False
        for command in commands:
            programs.append(subprocess.Popen(command, preexec_fn=follow_parent))
        return watch(programs, url, interrupted)
    except Stop:
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop_all(programs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
