"""Who is written to, on which day, how often, and who no longer is when the mail goes."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Membership
from caseload.models import LeadAllocation
from caseload.states import PlanStatus
from caseload.tests.factories import StatusFactory
from core.models import Term
from messaging import kinds
from messaging.models import Message, ReminderRule
from messaging.services import deliver_due
from messaging.states import MessageState
from peps.models import Pep
from peps.services import reminders, review
from peps.states import PartKind, PepState
from peps.tests.factories import fill_part, world
from peps.tests.flow import LONDON, head, manager_of, second_teacher, sent, written

pytestmark = pytest.mark.django_db
OPENED, WEEK_BEFORE, DUE, DAY_AFTER = date(2026, 1, 5), date(2026, 3, 12), date(2026, 3, 19), date(2026, 3, 20)


@pytest.fixture
def our(frozen):
    frozen(OPENED)
    return world()


def queued(on):
    """(kind, recipient) of what a run on this day adds."""
    before = set(Message.objects.values_list("pk", flat=True))
    count = reminders.queue_due(on=on).queued
    new = Message.objects.exclude(pk__in=before)
    assert new.count() == count
    return set(new.values_list("kind", "recipient"))


def test_the_three_rules_are_rows():
    rules = ReminderRule.objects.filter(kind__in=reminders.KINDS).values_list("code", "anchor", "days_before")
    assert set(rules) == {("opened", "opened", 0), ("due-soon", "due", 5), ("late", "due", -1)}


def test_each_rule_writes_on_its_day_to_its_people(our):
    assert queued(OPENED) == {("peps.opened", our.teacher.pk), ("peps.opened", our.lead.pk)}
    assert queued(WEEK_BEFORE - timedelta(days=1)) == set()
    assert queued(WEEK_BEFORE) == {("peps.due_soon", our.teacher.pk), ("peps.due_soon", our.lead.pk)}
    assert queued(DUE) == set()
    assert queued(DAY_AFTER) == {("peps.late", person.pk) for person in (our.teacher, our.lead, our.adviser)}


def test_twice_the_same_day_and_any_day_after_add_nothing(our):
    queued(OPENED)
    assert queued(OPENED) == set()
    assert queued(OPENED + timedelta(days=1)) == set()
    assert list(Message.objects.filter(recipient=our.teacher).values_list("key", flat=True)) == [
        f"pep-opened:{our.pep.pk}:{our.teacher.pk}"
    ]


def test_after_an_outage_everybody_hears_once_and_of_nothing_that_is_overtaken(our):
    assert {kind for kind, _person in queued(WEEK_BEFORE + timedelta(days=1))} == {"peps.due_soon"}
    assert {kind for kind, _person in queued(date(2026, 3, 23))} == {"peps.late"}
    assert queued(date(2026, 3, 24)) == set()


def test_settings_are_written_to_on_school_days_and_council_staff_on_working_days(our, frozen):
    Pep.objects.update(opened_on=date(2026, 2, 14))  # the Saturday on which half-term begins
    assert queued(date(2026, 2, 14)) == set()
    assert queued(date(2026, 2, 16)) == {("peps.opened", our.lead.pk)}
    assert queued(date(2026, 2, 20)) == set()
    assert queued(date(2026, 2, 23)) == {("peps.opened", our.teacher.pk)}


def test_a_week_is_five_school_days_for_settings_and_five_working_days_for_the_council(our):
    queued(OPENED)
    Pep.objects.update(due_on=date(2026, 2, 25))  # Wednesday after half-term
    assert queued(date(2026, 2, 10)) == set()
    assert queued(date(2026, 2, 11)) == {("peps.due_soon", our.teacher.pk)}
    assert queued(date(2026, 2, 18)) == {("peps.due_soon", our.lead.pk)}


def test_late_in_the_easter_holidays_reaches_council_staff_only(our):
    Pep.objects.update(due_on=date(2026, 4, 2))
    queued(date(2026, 4, 2))
    assert queued(date(2026, 4, 3)) == set(), "Good Friday"
    assert queued(date(2026, 4, 7)) == {("peps.late", our.lead.pk), ("peps.late", our.adviser.pk)}
    assert queued(date(2026, 4, 20)) == {("peps.late", our.teacher.pk)}


def test_without_term_dates_settings_are_left_out_and_the_answer_says_so(our):
    Term.objects.filter(year=2025).delete()
    done = reminders.queue_due(on=OPENED)
    assert done.queued == 1
    assert "no term dates" in str(done)
    assert Message.objects.get().recipient == our.lead


def test_without_a_named_lead_practitioner_the_managers_of_the_team_hear(our):
    boss = manager_of(our)
    LeadAllocation.objects.filter(child=our.child).update(practitioner=None)
    assert ("peps.opened", boss.pk) in queued(OPENED)


def test_who_has_nothing_left_to_do_is_not_written_to(our):
    fill_part(our.pep, PartKind.LEAD, by=our.lead)
    assert queued(OPENED) == {("peps.opened", our.teacher.pk)}
    Pep.objects.update(state=PepState.SUBMITTED)
    assert queued(DAY_AFTER) == {("peps.late", our.adviser.pk)}


def test_reminders_stop_when_the_child_becomes_looked_after(our, frozen):
    reminders.queue_due(on=OPENED)
    our.child.statuses.update(ends_on=OPENED)
    StatusFactory(child=our.child, status=PlanStatus.LOOKED_AFTER, starts_on=OPENED)
    assert not reminders.may_receive(our.teacher, str(our.pep.pk))
    assert queued(DAY_AFTER) == set()


def test_a_rule_that_is_switched_off_writes_to_nobody(our):
    ReminderRule.objects.update(active=False)
    assert queued(OPENED) == set()


def deliver(frozen, on):
    moment = datetime.combine(on, datetime.min.time(), LONDON).replace(hour=9)
    frozen(moment)
    Message.objects.update(due_at=moment, try_at=moment)
    return deliver_due(now=timezone.now())


def test_the_mail_carries_the_reference_and_a_link_and_nothing_else(our, frozen):
    queued(OPENED)
    assert deliver(frozen, OPENED).sent == 2
    for sent_mail in mail.outbox:
        assert our.pep.reference in sent_mail.subject
        assert f"/peps/{our.pep.pk}/" in sent_mail.body
        for secret in (our.child.first_name, our.child.last_name, our.pep.setting.name, our.child.reference):
            assert secret not in sent_mail.subject + sent_mail.body


@pytest.mark.parametrize(
    "lose",
    [
        lambda our: Membership.objects.filter(user=our.teacher).update(ends_on=OPENED),
        lambda our: our.child.enrolments.update(ends_on=OPENED),
        lambda our: Pep.objects.update(state=PepState.SUBMITTED),
        lambda our: review.cancel(pep_id=our.pep.pk, reason="Moved away.", by=head(), now=timezone.now()),
        lambda our: Pep.objects.update(due_on=date(2026, 1, 4)),
        lambda our: type(our.child).objects.filter(pk=our.child.pk).update(restricted=True),
    ],
    ids=["left the setting", "child moved", "sent meanwhile", "cancelled", "overdue by now", "restricted"],
)
def test_a_right_or_a_purpose_lost_before_the_mail_goes_stops_it(our, frozen, lose):
    queued(OPENED)
    Message.objects.exclude(recipient=our.teacher).delete()
    lose(our)
    done = deliver(frozen, OPENED)
    assert (done.sent, done.suppressed) == (0, 1)
    assert Message.objects.get().state == MessageState.SUPPRESSED


def test_every_kind_is_registered_and_asks_for_the_right_again(frozen):
    frozen(date(2026, 2, 4))
    stranger = head()
    done = sent()
    for name in (
        "peps.opened",
        "peps.due_soon",
        "peps.late",
        "peps.submitted",
        "peps.returned",
        "peps.signed_off",
        "peps.lead_part_missing",
    ):
        kind = kinds.get(name)
        assert kinds.safe_context(kind, done.teacher, str(done.pep.pk))["reference"] == done.pep.reference
        assert not kind.may_receive(second_teacher(world()), str(done.pep.pk)), "somebody of another setting"
        assert not kind.may_receive(stranger, str(done.pep.pk)), "sees the plan, but it is not theirs"
    assert kinds.get("peps.submitted").may_receive(done.adviser, str(done.pep.pk))


def test_the_number_of_statements_does_not_grow_with_the_plans(frozen, django_assert_max_num_queries):
    frozen(OPENED)
    for _ in range(6):
        written()
    with django_assert_max_num_queries(14):
        assert reminders.queue_due(on=OPENED).queued == 6, "the lead practitioners are done; the designated teachers have not sent"
