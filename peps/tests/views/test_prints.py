"""From the wish to the download: who gets which PDF, and what a page says while it waits."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role
from accounts.tests.factories import adviser, person
from audit.models import Viewing
from core import pdf
from peps.models import Print
from peps.services import printing
from peps.states import Audience, PrintPurpose, PrintState
from peps.tests.flow import IN_TIME, agreed, head, second_teacher, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _spring(frozen, monkeypatch):
    frozen(IN_TIME)
    monkeypatch.setattr(pdf, "render", lambda html, **options: b"%PDF-1.7 " + html.encode())
    monkeypatch.setattr(pdf, "copy_for", lambda original, footer: original + footer.encode())


def ask(client, our, user, **data):
    client.force_login(user)
    return client.post(reverse("peps:print", args=[our.pep.pk]), data)


def made(client, our, user, **data):
    """The print this person asked for, ready."""
    ask(client, our, user, **data)
    printing.render_due(now=IN_TIME)
    printing.render_due(now=IN_TIME)
    return Print.objects.get(requested_by=user, state=PrintState.READY)


def fetch(client, row, user):
    client.force_login(user)
    return client.get(reverse("peps:print_file", args=[row.pk]))


def test_a_setting_is_not_asked_for_whom_and_gets_its_own_copy_even_if_it_asks_for_more(client):
    our = agreed()
    client.force_login(our.teacher)
    assert "Full: for the Virtual School" not in client.get(reverse("peps:print", args=[our.pep.pk])).text
    ask(client, our, our.teacher, audience="F", recipient="Dana Brook")
    row = Print.objects.get(purpose=PrintPurpose.COPY)
    assert (row.audience, row.recipient) == (Audience.SETTING, "Dana Brook")


def test_council_staff_choose_the_audience(client):
    our = agreed()
    assert "Select for whom the print is." in ask(client, our, our.lead).text
    assert ask(client, our, our.lead, audience="F").status_code == 302
    assert Print.objects.get(purpose=PrintPurpose.COPY).audience == Audience.FULL


def test_the_page_waits_and_then_offers_the_file(client):
    our = agreed()
    waiting = client.get(ask(client, our, our.teacher).url)
    assert "is being made" in waiting.text
    assert "Check again" in waiting.text, "for those without JavaScript"
    row = Print.objects.get(purpose=PrintPurpose.COPY)
    part = client.get(reverse("peps:print_progress", args=[row.pk]), headers={"HX-Request": "true"})
    assert part.text.strip().startswith("<div")
    printing.render_due(now=IN_TIME)
    printing.render_due(now=IN_TIME)
    ready = client.get(reverse("peps:print_progress", args=[row.pk]))
    assert reverse("peps:print_file", args=[row.pk]) in ready.text
    assert "Check again" not in ready.text


def test_a_print_that_failed_says_what_to_do(client):
    our = sent()
    answer = ask(client, our, our.teacher)
    Print.objects.update(state=PrintState.FAILED, error=printing.GIVEN_UP)
    assert printing.GIVEN_UP in client.get(answer.url).text


def test_the_file_is_an_attachment_with_a_name_that_tells_nothing(client):
    our = agreed()
    answer = fetch(client, made(client, our, our.teacher), our.teacher)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{our.pep.reference}-setting-v1.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert Viewing.objects.filter(page="pep pdf", user=our.teacher).count() == 1


def test_nobody_fetches_the_print_of_another(client):
    our = agreed()
    row = made(client, our, our.teacher)
    for user in (second_teacher(our), our.lead, our.adviser, head(), person(Role.DESIGNATED_TEACHER)):
        assert fetch(client, row, user).status_code == 404
        assert client.get(reverse("peps:print_progress", args=[row.pk])).status_code == 404
    original = Print.objects.filter(purpose=PrintPurpose.ORIGINAL).first()
    assert fetch(client, original, head()).status_code == 404


def test_the_right_is_asked_again_at_each_download(client):
    our = agreed()
    row = made(client, our, our.teacher)
    assert fetch(client, row, our.teacher).status_code == 200
    our.child.enrolments.update(ends_on=IN_TIME.date())
    assert fetch(client, row, our.teacher).status_code == 404


def test_who_no_longer_reads_in_full_does_not_fetch_the_full_plan(client):
    our = agreed()
    row = made(client, our, our.adviser, audience="F")
    assert fetch(client, row, our.adviser).status_code == 200
    Membership.objects.filter(user=our.adviser).update(role=Role.DESIGNATED_TEACHER, organisation=our.pep.setting.organisation)
    assert fetch(client, row, our.adviser).status_code == 404


def test_a_file_that_was_changed_is_refused(client):
    our = agreed()
    row = made(client, our, our.teacher)
    (Path(settings.PRIVATE_ROOT) / "prints" / row.stored_name).write_bytes(b"%PDF another")
    answer = fetch(client, row, our.teacher)
    assert answer.status_code == 409
    assert "not as it was stored" in answer.text


def test_a_print_that_is_not_ready_has_no_file(client):
    our = sent()
    ask(client, our, our.teacher)
    assert fetch(client, Print.objects.get(), our.teacher).status_code == 404


def test_strangers_cannot_ask(client):
    our = agreed()
    for user in (person(Role.DESIGNATED_TEACHER), person(Role.LEAD_PRACTITIONER), adviser("secondary")):
        assert ask(client, our, user, audience="S").status_code == 404
    assert not Print.objects.exclude(purpose=PrintPurpose.ORIGINAL).exists()
