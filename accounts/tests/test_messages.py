"""The office's log of messages."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.services import people
from accounts.services.messages import send_again
from accounts.tests.factories import SettingFactory, person
from audit.models import Event
from core.errors import Refused
from core.tests.counting import statements
from messaging.models import Message
from messaging.states import MessageState

pytestmark = pytest.mark.django_db


def invite(head, number=1):
    for each in range(number):
        people.invite(
            email=f"new{each}@example.org",
            name=f"New Teacher {each}",
            role=Role.DESIGNATED_TEACHER,
            organisation_id=SettingFactory().organisation.pk,
            by=head,
            now=timezone.now(),
        )
    return Message.objects.order_by("pk").first()


def test_the_log_says_to_whom_when_and_what_became_of_it(client):
    invite(person(Role.HEAD))
    client.force_login(person(Role.OFFICE))
    text = client.get(reverse("accounts:messages")).content.decode()
    assert "New Teacher 0" in text
    assert "Waiting" in text
    assert "New Teacher 0" not in client.get(reverse("accounts:messages"), {"state": "failed"}).content.decode()
    client.post(reverse("accounts:messages"), {"q": "nobody"})
    assert "No message matches" in client.get(reverse("accounts:messages"), {"page": "-1"}).content.decode()


def test_a_failed_message_is_sent_again_and_the_press_is_recorded(client):
    message = invite(person(Role.HEAD))
    Message.objects.update(state=MessageState.FAILED, attempts=5, error="SMTPDataError 550")
    client.force_login(person(Role.OFFICE))
    assert "Send again" in client.get(reverse("accounts:messages")).content.decode()
    assert client.post(reverse("accounts:send_message_again", args=[message.pk])).status_code == 302
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (MessageState.QUEUED, 0, "")
    assert Event.objects.filter(verb="message.sent_again").count() == 1


def test_what_has_not_failed_is_not_sent_again():
    message = invite(person(Role.HEAD))
    with pytest.raises(Refused, match="has not failed"):
        send_again(message_id=message.pk, by=person(Role.OFFICE), now=timezone.now())
    with pytest.raises(NotAllowed):
        send_again(message_id=message.pk, by=person(Role.AUDITOR), now=timezone.now())
    assert not Event.objects.filter(verb="message.sent_again").exists()


def test_the_log_costs_the_same_with_one_message_and_with_fifty(client):
    head = person(Role.HEAD)
    client.force_login(head)
    page = reverse("accounts:messages")
    invite(head)
    client.get(page)
    one = statements(lambda: client.get(page))
    Message.objects.all().delete()
    Message.objects.bulk_create(
        Message(
            key=f"k{n}",
            kind="x",
            recipient=head,
            about_type="x",
            about_id="1",
            created_at=timezone.now(),
            due_at=timezone.now(),
            try_at=timezone.now(),
        )
        for n in range(50)
    )
    assert statements(lambda: client.get(page)) == one
