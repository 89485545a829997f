"""verify_audit and export_audit_head, as an operator runs them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import triggers
from audit.models import ChainHead, Event
from audit.tests.factories import record_some

pytestmark = pytest.mark.django_db


def run(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_a_whole_trail_is_one_line_a_chain():
    record_some(3)
    assert run("verify_audit").splitlines() == ["event: 3 entries, unbroken", "viewing: 3 entries, unbroken"]


def test_a_broken_trail_ends_with_code_1_and_says_where(capsys):
    record_some(3)
    ChainHead.objects.filter(name="viewing").update(hash="f" * 64)
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit", stdout=out)
    assert refusal.value.returncode == 1
    assert out.getvalue().splitlines() == [
        "event: 3 entries, unbroken",
        "viewing: 2 entries, BROKEN at number 3: the entry is not the one of the head of the chain",
    ]


def test_missing_triggers_are_a_failure_too():
    triggers.remove(connection)
    with pytest.raises(CommandError, match="not guarded"):
        run("verify_audit")


def test_an_exported_head_shows_later_that_the_tail_was_cut_off(tmp_path):
    record_some(3)
    kept = tmp_path / "head.json"
    kept.write_text(run("export_audit_head"))
    assert json.loads(kept.read_text())["event"] == {"seq": 3, "hash": Event.objects.get(seq=3).hash}
    record_some(1)
    assert "event: 4 entries, unbroken" in run("verify_audit", "--head", str(kept))
    connection.check_constraints()
    with triggers.suspended(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE seq > 1")
    ChainHead.objects.filter(name="event").update(seq=1, hash=Event.objects.get().hash)
    assert "event: 1 entries, unbroken" in run("verify_audit")
    with pytest.raises(CommandError, match="broken"):
        run("verify_audit", "--head", str(kept))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"event": {"seq": "x", "hash": ""}}'])
def test_a_file_that_is_no_head_is_refused_with_a_sentence(tmp_path, content):
    (tmp_path / "head.json").write_text(content)
    with pytest.raises(CommandError, match="not a file written by export_audit_head"):
        run("verify_audit", "--head", str(tmp_path / "head.json"))
