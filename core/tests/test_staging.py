"""From preview to commit: decided once, by the person who saw it, on unchanged ground."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.tests.factories import UserFactory
from core import staging
from core.models import ImportBatch, ImportRow

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
COMMITTED, DISCARDED = ImportBatch.State.COMMITTED, ImportBatch.State.DISCARDED

pytestmark = pytest.mark.django_db


def row(line: int, group: str = "new") -> ImportRow:
    return ImportRow(group=group, line=line, key=str(line), data={"on": date(2026, 9, 1)})


def staged(by, rows=(), kind="things", basis="b", now=NOW) -> ImportBatch:
    return staging.stage(kind=kind, file_name="list.csv", parameters={}, counts={"new": len(rows)}, basis=basis, rows=rows, by=by, now=now)


def test_a_preview_keeps_its_rows_in_the_order_of_the_file():
    batch = staged(UserFactory(), [row(3), row(2), row(4, "wrong")])
    assert batch.is_open
    assert [found.line for found in batch.rows.all()] == [2, 3, 4]
    assert [[found.line for found in rows] for rows in staging.rows_in(batch, "new", size=1)] == [[2], [3]]
    assert batch.rows.first().data == {"on": "2026-09-01"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("list.csv", "list.csv"),
        ("C:\\Users\\me\\list.csv", "list.csv"),
        ("/home/me/list.csv", "list.csv"),
        ("x" * 200, "x" * 100),
        ("", ""),
    ],
)
def test_the_file_name_is_kept_without_folders(given, kept):
    batch = staging.stage(kind="things", file_name=given, parameters={}, counts={}, basis="", rows=[], by=UserFactory(), now=NOW)
    assert batch.file_name == kept


def test_only_who_previewed_sees_a_batch_and_its_rows():
    mine, other = UserFactory(), UserFactory()
    batch = staged(mine, [row(2)])
    assert list(ImportBatch.objects.visible_to(mine)) == [batch]
    assert ImportRow.objects.visible_to(mine).count() == 1
    for stranger in (other, AnonymousUser()):
        assert not ImportBatch.objects.visible_to(stranger).exists()
        assert not ImportRow.objects.visible_to(stranger).exists()
    with pytest.raises(staging.BatchNotFound), transaction.atomic():
        staging.open_batch(batch_id=batch.pk, kind="things", by=other)


def test_a_batch_of_another_kind_is_not_found():
    by = UserFactory()
    with pytest.raises(staging.BatchNotFound), transaction.atomic():
        staging.open_batch(batch_id=staged(by).pk, kind="other", by=by)


@pytest.mark.parametrize(
    ("state", "words"), [(COMMITTED, "already taken in on Monday 23 November 2026, 10:42"), (DISCARDED, "discarded on")]
)
def test_a_decision_is_made_once(state, words):
    by = UserFactory()
    batch = staged(by)
    with transaction.atomic():
        staging.finish(staging.open_batch(batch_id=batch.pk, kind="things", by=by), state=state, by=by, now=NOW, keep_rows=True)
    with pytest.raises(staging.AlreadyDecided, match=words), transaction.atomic():
        staging.open_batch(batch_id=batch.pk, kind="things", by=by)


@pytest.mark.parametrize(("keep_rows", "left"), [(True, 2), (False, 0)])
def test_finishing_keeps_or_deletes_the_rows(keep_rows, left):
    by = UserFactory()
    batch = staged(by, [row(2), row(3)])
    with transaction.atomic():
        staging.finish(batch, state=COMMITTED, by=by, now=NOW, keep_rows=keep_rows)
    batch.refresh_from_db()
    assert (batch.state, batch.finished_by, batch.finished_at, batch.rows.count()) == (COMMITTED, by, NOW, left)


def test_another_basis_is_refused():
    batch = staged(UserFactory(), basis=staging.digest([["1", date(2026, 9, 1)]]))
    staging.require_basis(batch, staging.digest([["1", date(2026, 9, 1)]]))
    for other in ([["1", date(2026, 9, 2)]], [], [["1", date(2026, 9, 1)], ["2", None]]):
        with pytest.raises(staging.BasisChanged, match="Upload the file again"):
            staging.require_basis(batch, staging.digest(other))


def test_old_undecided_previews_of_a_kind_are_forgotten():
    by = UserFactory()
    old, fresh, other = staged(by, [row(2)]), staged(by, now=NOW + timedelta(days=7)), staged(by, kind="other")
    decided = staged(by)
    staging.finish(decided, state=DISCARDED, by=by, now=NOW, keep_rows=False)
    assert staging.forget_old_previews(kind="things", before=NOW + timedelta(days=7)) == 1
    assert set(ImportBatch.objects.all()) == {fresh, other, decided}
    assert not ImportRow.objects.filter(batch=old.pk).exists()
    assert staging.forget_old_previews(kind="things", before=NOW + timedelta(days=7)) == 0


@pytest.mark.parametrize("broken", [{"state": "lost"}, {"state": COMMITTED}, {"finished_at": NOW}])
def test_the_database_refuses_a_decision_without_person_or_date(broken):
    batch = staged(UserFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportBatch.objects.filter(pk=batch.pk).update(**broken)
