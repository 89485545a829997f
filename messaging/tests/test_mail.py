"""A mail is a reference and a link, and never a word about the child (safety.md T13)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import BadHeaderError
from django.utils import timezone

from messaging import kinds, services
from messaging.kinds import UnsafeContext
from messaging.mail import compose, message_id
from messaging.services import Delivered
from messaging.tests.factories import CANARY, KIND, kind, make_context, make_thing, queued, rights

pytestmark = pytest.mark.django_db


def test_the_mail_says_reference_link_and_whom_to_ring(settings):
    settings.PORTAL_ORIGIN, settings.SERVICE_NAME = "https://portal.example.org", "Pupils' portal"
    thing = make_thing()
    composed = compose(queued(about=thing))
    assert composed.subject == "A plan is due: PEP-7K3Q9-2026-1"
    assert f"https://portal.example.org/peps/{thing.pk}/" in composed.body
    assert "Reference: PEP-7K3Q9-2026-1" in composed.body
    assert settings.SAFEGUARDING_PHONE in composed.body
    assert "Pupils' portal" in composed.body, "text mails are not escaped"
    assert composed.content_subtype == "plain"
    assert composed.attachments == []


def test_no_part_of_the_mail_and_of_the_outbox_row_holds_the_childs_name():
    message = queued()
    assert CANARY not in "".join(str(value) for value in vars(message).values())
    assert services.deliver_due(now=timezone.now() + timedelta(seconds=1)) == Delivered(sent=1)
    raw = mail.outbox[0].message().as_string()
    assert "PEP-7K3Q9-2026-1" in raw
    assert not any(part in raw for part in CANARY.split())


def test_a_mail_has_the_same_message_id_each_time_and_another_for_another_key(settings):
    settings.PORTAL_ORIGIN = "https://portal.example.org:8443"
    message = queued()
    assert compose(message).message()["Message-ID"] == compose(message).message()["Message-ID"] == message.message_id
    assert message.message_id.endswith("@portal.example.org>")
    assert message_id("a") != message_id("b")


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        ({"child": rights}, "child"),
        ({"names": [CANARY]}, "names"),
        ({"reference": ""}, "reference"),
        ({"path": "https://elsewhere.example.org/"}, "path"),
    ],
)
def test_a_kind_can_put_plain_words_only_into_a_mail(extra, complaint):
    with kind("test.unsafe", context=lambda user, about_id: {**make_context(user, about_id), **extra}) as name:
        message = queued(kind=name)
        with pytest.raises(UnsafeContext, match=complaint):
            compose(message)
        assert services.deliver_due(now=timezone.now() + timedelta(seconds=1)) == Delivered(later=1)
    assert mail.outbox == []


def test_a_subject_of_two_lines_is_never_sent():
    def two_lines(user, about_id):
        return {**make_context(user, about_id), "reference": "A\nBcc: x@example.org"}

    with kind("test.lines", context=two_lines) as name, pytest.raises(BadHeaderError):
        compose(queued(kind=name)).message()


def test_the_start_has_found_the_kinds_of_the_apps():
    assert "accounts.invitation" in kinds.registered()


def test_a_name_is_one_kind_only():
    same = kinds.get(KIND)
    values = {"subject": same.subject, "template": same.template, "may_receive": same.may_receive, "context": same.context}
    kinds.register(KIND, **values)
    with pytest.raises(ValueError, match="twice"):
        kinds.register(KIND, **{**values, "subject": "Another {reference}"})
