"""What becomes of the messages that are due."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from messaging import kinds, selectors, services
from messaging.models import Message
from messaging.services import MAX_ATTEMPTS, Delivered
from messaging.states import MessageState
from messaging.tests import factories
from messaging.tests.factories import KIND, UnreachableBackend, kind, make_thing, make_user, queued

pytestmark = pytest.mark.django_db
REFUSING = "messaging.tests.factories.RefusingBackend"
UNREACHABLE = "messaging.tests.factories.UnreachableBackend"


def later(**delta):
    return timezone.now() + timedelta(**delta)


def test_a_due_message_is_sent_once():
    message = queued()
    now = later(seconds=1)
    assert services.deliver_due(now=now) == Delivered(sent=1)
    assert services.deliver_due(now=later(days=3)) == Delivered()
    message.refresh_from_db()
    assert (message.state, message.claimed_at, message.error) == (MessageState.SENT, None, "")
    assert now <= message.sent_at < now + timedelta(minutes=1)
    (sent,) = mail.outbox
    assert sent.to == ["amina.okafor@example.org"]
    assert sent.extra_headers["Message-ID"] == message.message_id


def test_what_is_not_due_yet_waits():
    queued(due_at=later(hours=1))
    assert services.deliver_due(now=later(minutes=59)) == Delivered()
    assert services.deliver_due(now=later(minutes=61)) == Delivered(sent=1)


def test_a_run_sends_the_oldest_up_to_its_limit():
    for number in range(5):
        queued(str(number), due_at=later(minutes=-number))
    assert services.deliver_due(now=later(seconds=1), limit=2) == Delivered(sent=2)
    assert set(Message.objects.filter(state=MessageState.SENT).values_list("key", flat=True)) == {"4", "3"}


def test_who_has_lost_the_right_gets_nothing(rights):
    thing = make_thing()
    message = queued(about=thing)
    rights.lost.add((message.recipient_id, str(thing.pk)))
    assert services.deliver_due(now=later(seconds=1)) == Delivered(suppressed=1)
    message.refresh_from_db()
    assert (message.state, message.error) == (MessageState.SUPPRESSED, "the person may not or need not see it any more")
    assert mail.outbox == []


def test_whose_account_is_closed_gets_nothing():
    message = queued()
    type(message.recipient).objects.filter(pk=message.recipient_id).update(is_active=False)
    assert services.deliver_due(now=later(seconds=1)) == Delivered(suppressed=1)
    assert mail.outbox == []


def test_a_refused_mail_does_not_stop_the_others_and_is_given_up_after_five_attempts(settings):
    settings.EMAIL_BACKEND = REFUSING
    bad = queued("bad", to=make_user("refused@example.org"), due_at=later(hours=-1))
    queued("good")
    now = later(seconds=1)
    assert services.deliver_due(now=now) == Delivered(sent=1, later=1)
    bad.refresh_from_db()
    assert (bad.state, bad.attempts, bad.error, bad.claimed_at) == (MessageState.QUEUED, 1, "SMTPDataError 550", None)
    for attempt in range(2, MAX_ATTEMPTS + 1):
        assert services.deliver_due(now=bad.try_at - timedelta(seconds=1)) == Delivered()
        services.deliver_due(now=bad.try_at)
        bad.refresh_from_db()
        assert bad.attempts == attempt
    assert bad.state == MessageState.FAILED
    assert services.deliver_due(now=later(days=30)) == Delivered()
    assert [sent.to for sent in mail.outbox] == [["amina.okafor@example.org"]]


def test_a_mail_that_was_refused_once_goes_when_it_is_taken(settings):
    message = queued(to=make_user("refused@example.org"))
    settings.EMAIL_BACKEND = REFUSING
    assert services.deliver_due(now=later(seconds=1)) == Delivered(later=1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert services.deliver_due(now=later(minutes=2)) == Delivered(sent=1)
    assert mail.outbox[0].extra_headers["Message-ID"] == message.message_id


def test_an_outage_of_three_days_loses_nothing_and_tries_once_a_run(settings):
    for number in range(3):
        queued(str(number))
    settings.EMAIL_BACKEND, UnreachableBackend.tries = UNREACHABLE, 0
    for hour in range(72):
        assert services.deliver_due(now=later(hours=hour + 1)) == Delivered(later=1)
    assert UnreachableBackend.tries == 72
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert services.deliver_due(now=later(hours=72, minutes=15)) == Delivered(sent=3)
    assert len({sent.extra_headers["Message-ID"] for sent in mail.outbox}) == len(mail.outbox) == 3


def test_a_fault_in_one_kind_is_that_messages_own_failure():
    def broken(user, about_id):
        raise LookupError(factories.CANARY)

    with kind("test.broken", may_receive=broken) as name:
        message = queued("broken", kind=name)
        queued("good")
        assert services.deliver_due(now=later(seconds=1)) == Delivered(sent=1, later=1)
    message.refresh_from_db()
    assert message.error == "LookupError"


def test_a_claim_of_a_worker_that_died_opens_after_fifteen_minutes():
    message, claimed_at = queued(), later(seconds=1)
    Message.objects.filter(pk=message.pk).update(state=MessageState.CLAIMED, claimed_at=claimed_at)
    assert services.deliver_due(now=claimed_at + timedelta(minutes=14, seconds=59)) == Delivered()
    assert services.deliver_due(now=claimed_at + timedelta(minutes=15)) == Delivered(sent=1)


def test_a_worker_that_lost_its_claim_does_not_touch_the_message_again():
    """It slept for an hour while sending; another worker has sent the message meanwhile."""
    message, now = queued(), later(seconds=1)

    def slow(user, about_id):
        Message.objects.filter(key="slow").update(state=MessageState.SENT, claimed_at=None, sent_at=now)
        raise LookupError

    with kind("test.slow", context=slow) as name:
        Message.objects.filter(pk=message.pk).update(key="slow", kind=name)
        services.deliver_due(now=now)
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.attempts) == (MessageState.SENT, now, 0)


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_committed_before_the_mail_goes_so_never_inside_a_transaction():
    queued()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        services.deliver_due(now=later(seconds=1))
    assert mail.outbox == []
    assert Message.objects.get().state == MessageState.QUEUED


def test_the_health_page_sees_late_and_failed_mails_and_the_beats(settings):
    now = later(seconds=1)
    assert selectors.health(now) == selectors.Health(late_by=None, failed=0, beats={})
    queued("1", due_at=now - timedelta(hours=2))
    failed = queued("2", due_at=now - timedelta(days=1))
    Message.objects.filter(pk=failed.pk).update(state=MessageState.FAILED)
    services.beat("messaging.deliver_due", "nothing", now=now - timedelta(hours=1))
    services.beat("messaging.deliver_due", "1 sent", now=now)
    assert selectors.health(now) == selectors.Health(late_by=timedelta(hours=2), failed=1, beats={"messaging.deliver_due": now})
    settings.EMAIL_BACKEND = UNREACHABLE
    services.deliver_due(now=now)
    assert selectors.health(now).late_by == timedelta(hours=2), "an attempt put off must not hide the delay"


def test_the_kind_is_read_at_sending_time():
    with kind("test.gone") as name:
        message = queued(kind=name)
    assert services.deliver_due(now=later(seconds=1)) == Delivered(later=1)
    message.refresh_from_db()
    assert message.error == "UnknownKind"
    assert KIND in kinds.registered()
