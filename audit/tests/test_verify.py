"""Every way of tampering with the trail is found (safety.md G13). Each test takes the triggers away first, as a DBA could."""

import pytest
from django.db import connection

from audit import selectors, services, triggers
from audit.chain import digest
from audit.models import CHAINS, ChainHead
from audit.tests.factories import make_user, record_some

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("chain", list(CHAINS))]


def tamper(chain, *statements):
    """Run SQL on the chain's table, without the triggers."""
    table = CHAINS[chain]._meta.db_table
    connection.check_constraints()  # PostgreSQL: no trigger is dropped while foreign keys wait for their check
    with triggers.suspended(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(table=table, chain=chain))


def copy_of(chain, source, **changed):
    """The INSERT of a copy of entry `source` with some columns changed."""
    columns = [field.column for field in CHAINS[chain]._meta.concrete_fields]
    values = ", ".join(changed.get(column, column) for column in columns)
    return f"INSERT INTO {{table}} ({', '.join(columns)}) SELECT {values} FROM {{table}} WHERE seq = {source}"


def test_an_untouched_chain_and_an_empty_one_are_whole(chain):
    assert selectors.verify(chain) == selectors.Verdict(chain, 0)
    record_some(5)
    assert selectors.verify(chain) == selectors.Verdict(chain, 5)
    assert selectors.verify(chain, exported=selectors.head_of(chain)).ok


EDITS = ["child_id = 'child-2'", "role = 'head'", "organisation = 'Other'", "hash = 'f'", "prev_hash = 'f'"]


@pytest.mark.parametrize("edit", [*EDITS, "at = '2020-01-01 00:00:00+00:00'"])
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_edit_is_found_at_its_number(chain, edit, seq):
    record_some(5)
    tamper(chain, f"UPDATE {{table}} SET {edit} WHERE seq = {seq}")
    verdict = selectors.verify(chain)
    assert (verdict.broken_seq, verdict.count) == (seq, seq - 1)


@pytest.mark.parametrize("seq", [1, 3])
def test_a_deletion_is_found(chain, seq):
    record_some(5)
    tamper(chain, f"DELETE FROM {{table}} WHERE seq = {seq}")
    assert selectors.verify(chain) == selectors.Verdict(chain, seq - 1, broken_seq=seq, reason="an entry is missing")


def test_a_deletion_with_the_rest_moved_up_is_found(chain):
    record_some(5)
    tamper(
        chain,
        "DELETE FROM {table} WHERE seq = 3",
        "UPDATE {table} SET seq = 3 WHERE seq = 4",
        "UPDATE {table} SET seq = 4 WHERE seq = 5",
        "UPDATE audit_chainhead SET seq = 4 WHERE name = '{chain}'",
    )
    assert selectors.verify(chain).broken_seq == 3


@pytest.mark.parametrize(("seq", "broken"), [("-1", 1), ("0", 1), ("6", 6)])
def test_an_insertion_is_found(chain, seq, broken):
    record_some(5)
    tamper(chain, copy_of(chain, 2, seq=seq))
    assert selectors.verify(chain).broken_seq == broken


def test_an_entry_copied_behind_the_head_with_its_hash_chained_on_is_found(chain):
    record_some(5)
    tamper(chain, copy_of(chain, 5, seq="6", prev_hash="hash"))
    assert selectors.verify(chain) == selectors.Verdict(chain, 5, broken_seq=6, reason="the entry was changed")


def test_a_change_of_order_is_found(chain):
    record_some(5)
    tamper(
        chain,
        "UPDATE {table} SET seq = 99 WHERE seq = 2",
        "UPDATE {table} SET seq = 2 WHERE seq = 3",
        "UPDATE {table} SET seq = 3 WHERE seq = 99",
    )
    assert selectors.verify(chain).broken_seq == 2


@pytest.mark.parametrize("kept", [0, 4])
def test_a_tail_that_was_cut_off_is_found(chain, kept):
    record_some(5)
    tamper(chain, f"DELETE FROM {{table}} WHERE seq > {kept}")
    verdict = selectors.verify(chain)
    assert (verdict.broken_seq, verdict.reason) == (kept + 1, "the chain ends before the head of the chain, number 5")


def test_a_tail_cut_off_together_with_the_head_is_found_by_an_exported_head(chain):
    record_some(5)
    exported = selectors.head_of(chain)
    kept = CHAINS[chain].objects.get(seq=4)
    tamper(chain, "DELETE FROM {table} WHERE seq > 4")
    ChainHead.objects.filter(name=chain).update(seq=4, hash=kept.hash)
    assert selectors.verify(chain).ok
    verdict = selectors.verify(chain, exported=exported)
    assert (verdict.broken_seq, verdict.reason) == (5, "the chain ends before the exported head, number 5")


def test_a_whole_table_written_anew_with_the_key_is_found_by_an_exported_head(chain):
    record_some(5)
    exported = selectors.head_of(chain)
    tamper(chain, "DELETE FROM {table}", "DELETE FROM audit_chainhead WHERE name = '{chain}'")
    write_anew(chain)
    assert selectors.verify(chain).ok
    verdict = selectors.verify(chain, exported=exported)
    assert (verdict.broken_seq, verdict.reason) == (5, "the entry is not the one of the exported head")


def test_an_entry_changed_and_sealed_anew_with_the_key_is_found_by_its_successor(chain):
    record_some(5)
    entry = CHAINS[chain].objects.get(seq=3)
    values = {name: getattr(entry, name) for name in entry.HASHED} | {"child_id": "child-2"}
    tamper(chain, f"UPDATE {{table}} SET child_id = 'child-2', hash = '{digest(chain, values)}' WHERE seq = 3")
    assert selectors.verify(chain) == selectors.Verdict(chain, 3, broken_seq=4, reason="the entry does not follow the one before it")


def test_a_head_set_to_another_hash_is_found(chain):
    record_some(5)
    ChainHead.objects.filter(name=chain).update(hash="f" * 64)
    assert selectors.verify(chain).broken_seq == 5


def test_a_head_set_back_is_found(chain):
    record_some(5)
    ChainHead.objects.filter(name=chain).update(seq=3, hash=CHAINS[chain].objects.get(seq=3).hash)
    verdict = selectors.verify(chain)
    assert (verdict.broken_seq, verdict.reason) == (6, "entries stand behind the head of the chain")


def test_entries_made_with_another_key_are_found(chain, settings):
    record_some(2)
    settings.AUDIT_KEY = "another-key"
    assert selectors.verify(chain).broken_seq == 1


def test_entries_written_after_the_export_do_not_disturb(chain):
    record_some(3)
    exported = selectors.head_of(chain)
    record_some(3)
    assert selectors.verify(chain, exported=exported) == selectors.Verdict(chain, 6)


def write_anew(chain):
    user = make_user()
    for _ in range(7):
        if chain == "event":
            services.record(actor=user, verb="pep.signed_off", target=user, child="child-2")
        else:
            services.viewed(user=user, child="child-2", page="caseload:child")
