"""What gets into the outbox."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from messaging import selectors, services
from messaging.kinds import UnknownKind
from messaging.mail import message_id
from messaging.models import Message
from messaging.services import Draft, NotInTransaction
from messaging.states import MessageState
from messaging.tests.factories import KIND, make_thing, make_user, queued

DUE = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_message_holds_the_thing_as_text_and_the_reference_only():
    thing = make_thing()
    message = queued(about=thing, due_at=DUE)
    assert (message.about_type, message.about_id, message.about_label) == ("accounts.User", str(thing.pk), "PEP-7K3Q9-2026-1")
    assert (message.state, message.due_at, message.try_at, message.attempts) == ("queued", DUE, DUE, 0)
    assert message.message_id == message_id("pep-due:1:14d:1")


@pytest.mark.django_db
def test_the_same_key_twice_is_one_message_and_no_error():
    first = queued()
    assert queued(due_at=DUE, to=make_user("other@example.org")) is None
    assert list(Message.objects.all()) == [first]
    assert Message.objects.get().recipient.email == "amina.okafor@example.org"


@pytest.mark.django_db
def test_a_sweep_that_runs_twice_adds_nothing_and_says_so(django_assert_max_num_queries):
    user, thing = make_user(), make_thing()
    drafts = [Draft(key=f"pep-due:{number}", kind=KIND, to=user, about=thing) for number in range(1200)]
    with django_assert_max_num_queries(40):  # in batches, which are smaller on SQLite; never a query a row
        assert services.queue_many(iter(drafts)) == 1200
    assert services.queue_many(drafts) == 0
    assert services.queue_many([*drafts, Draft(key="pep-due:new", kind=KIND, to=user, about=thing)]) == 1
    assert Message.objects.count() == 1201


@pytest.mark.django_db
def test_an_unknown_kind_is_refused_when_it_is_queued():
    with pytest.raises(UnknownKind, match=r"nobody\.knows"):
        queued(kind="nobody.knows")
    with pytest.raises(UnknownKind):
        services.queue_many([Draft(key="1", kind="nobody.knows", to=make_user(), about=make_thing())])
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_queued():
    user, thing = make_user(), make_thing()
    with pytest.raises(NotInTransaction):
        services.queue(key="1", kind=KIND, to=user, about=thing)
    with pytest.raises(NotInTransaction):
        services.queue_many([Draft(key="1", kind=KIND, to=user, about=thing)])
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_message():
    with transaction.atomic():
        assert queued()
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        {"state": "lost"},
        {"state": MessageState.SENT},
        {"sent_at": DUE},
        {"state": MessageState.CLAIMED},
        {"claimed_at": DUE},
        {"state": MessageState.SENT, "sent_at": DUE, "claimed_at": DUE},
    ],
)
def test_the_database_keeps_state_and_times_together(broken):
    message = queued()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**broken)


@pytest.mark.django_db
def test_the_timeline_of_a_thing_finds_its_messages(django_assert_num_queries):
    thing = make_thing()
    queued("1", about=thing)
    queued("2", about=make_user("other@example.org"))
    with django_assert_num_queries(1):
        found = [(message.key, message.recipient.email) for message in selectors.messages_about("accounts.User", thing.pk)]
    assert found == [("1", "amina.okafor@example.org")]
