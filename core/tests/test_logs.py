"""Log lines are JSON and carry no child's data."""

import json
import logging
import sys

from core.logs import JsonFormatter

CHILD = "Marker Childsname"


def line_of(message: str, *args: object, failing: bool = False, **extra: object) -> dict[str, object]:
    error = None
    if failing:
        local = CHILD
        try:
            raise ValueError(f"Key (name)=({local}) already exists")
        except ValueError:
            error = sys.exc_info()
    record = logging.getLogger("vsh.test").makeRecord("vsh.test", logging.WARNING, "f.py", 1, message, args, error, extra=extra)
    return json.loads(JsonFormatter().format(record))


def test_a_line_says_when_where_and_what():
    line = line_of("mail not sent to %s", "VS-7K3Q9")
    assert (line["level"], line["logger"], line["event"]) == ("warning", "vsh.test", "mail not sent to VS-7K3Q9")
    assert line["timestamp"].endswith("Z")


def test_only_allowed_extras_are_kept():
    line = line_of("job done", job="peps.open_due", print_pk="4711", child=CHILD, request={"name": CHILD})
    assert (line["job"], line["print_pk"]) == ("peps.open_due", "4711")
    assert CHILD not in json.dumps(line)


def test_a_fault_says_its_class_and_places_but_not_its_text_or_locals():
    line = line_of("job failed", failing=True)
    assert line["exception"] == "ValueError"
    assert "line_of" in line["trace"][0]
    assert CHILD not in json.dumps(line)
