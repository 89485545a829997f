"""Sending, returning, signing off and ending a plan: the table of moves, the messages, the traces, and what is refused."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import person
from audit.models import Event
from core.errors import Refused
from core.transitions import TransitionRefused
from messaging.models import Message
from peps.models import Part, Pep, Print, Version
from peps.services import review
from peps.states import PEP_MOVES, Audience, PartKind, PartState, PepState, PrintPurpose
from peps.tests.factories import fill_part, world
from peps.tests.flow import IN_TIME, ON_DUE_DAY, agreed, head, manager_of, second_teacher, sent, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _spring(frozen):
    frozen(IN_TIME)


def verbs(pep):
    return list(Event.objects.filter(target_id=str(pep.pk)).order_by("seq").values_list("verb", flat=True))


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("recipient", flat=True))


# --- sending


def test_a_sent_plan_is_submitted_with_name_time_and_declaration():
    our = sent()
    assert (our.pep.state, our.pep.submitted_by, our.pep.submitted_at) == (PepState.SUBMITTED, our.teacher, IN_TIME)
    assert our.pep.parts.get(kind=PartKind.SETTING).data["S25"] == {"checked": True}
    assert verbs(our.pep) == ["pep.submitted"]
    assert told("peps.submitted") == {our.adviser.pk}


def test_a_second_press_of_send_changes_nothing_and_is_no_error():
    our = sent()
    later = IN_TIME + timedelta(minutes=1)
    assert review.submit(pep_id=our.pep.pk, by=second_teacher(our), now=later, declared=True) is False
    our.pep.refresh_from_db()
    assert (our.pep.submitted_by, our.pep.submitted_at) == (our.teacher, IN_TIME)
    assert verbs(our.pep) == ["pep.submitted"]
    assert Message.objects.filter(kind="peps.submitted").count() == 1


def test_what_is_missing_is_named_and_nothing_is_sent():
    our = written()
    fill_part(our.pep, PartKind.SETTING, by=our.teacher, S9={})
    with pytest.raises(review.NotComplete) as refused:
        review.submit(pep_id=our.pep.pk, by=our.teacher, now=IN_TIME, declared=True)
    assert [(kind, code) for kind, code, _sentence in refused.value.gaps] == [("setting", "S9")]
    assert all("{" not in sentence for _kind, _code, sentence in refused.value.gaps)
    our.pep.refresh_from_db()
    assert our.pep.state == PepState.IN_PROGRESS


def test_a_wish_is_answered_before_the_plan_is_sent_because_nobody_can_afterwards():
    our = written()
    fill_part(our.pep, PartKind.CHILD, by=our.teacher, C6={"wish": "More football"})
    with pytest.raises(review.NotComplete) as refused:
        review.submit(pep_id=our.pep.pk, by=our.teacher, now=IN_TIME, declared=True)
    assert [gap[:2] for gap in refused.value.gaps] == [("child", "C6")]
    assert "Maya" in refused.value.gaps[0][2]


def test_without_the_tick_nothing_is_sent():
    our = written()
    with pytest.raises(Refused, match="Tick"):
        review.submit(pep_id=our.pep.pk, by=our.teacher, now=IN_TIME, declared=False)
    assert verbs(our.pep) == []


def test_the_adviser_sends_on_behalf_and_others_do_not():
    our = written()
    lead_of_safety = person(Role.SAFEGUARDING_LEAD, our.pep.setting.organisation)
    for nobody in (our.lead, lead_of_safety, person(Role.DESIGNATED_TEACHER), head()):
        with pytest.raises(NotAllowed):
            review.submit(pep_id=our.pep.pk, by=nobody, now=IN_TIME, declared=True)
    assert review.submit(pep_id=our.pep.pk, by=our.adviser, now=IN_TIME, declared=True) is True


def test_parts_that_are_whole_but_not_marked_are_done_by_the_sending():
    our = written()
    Part.objects.filter(pep=our.pep, kind=PartKind.CHILD).update(state=PartState.DRAFT, completed_at=None, completed_by=None)
    review.submit(pep_id=our.pep.pk, by=our.teacher, now=IN_TIME, declared=True)
    child = Part.objects.get(pep=our.pep, kind=PartKind.CHILD)
    assert (child.state, child.completed_by, child.completed_at) == (PartState.COMPLETE, our.teacher, IN_TIME)


# --- returning


def test_a_returned_plan_opens_the_named_parts_only_and_tells_the_designated_teacher():
    our = sent()
    review.give_back(pep_id=our.pep.pk, reason="Target 1 has no number.", parts=["setting"], by=our.adviser, now=IN_TIME)
    our.pep.refresh_from_db()
    assert (our.pep.state, our.pep.returns, our.pep.return_reason) == (PepState.RETURNED, 1, "Target 1 has no number.")
    states = dict(Part.objects.filter(pep=our.pep).values_list("kind", "state"))
    assert states[PartKind.SETTING] == PartState.DRAFT
    assert {states[PartKind.CHILD], states[PartKind.LEAD], states[PartKind.ADVISER]} == {PartState.COMPLETE}
    assert told("peps.returned") == {our.teacher.pk}
    event = Event.objects.get(verb="pep.returned")
    assert event.changes == {"parts": ["setting"], "returns": 1}
    assert event.reason == "", "what is asked for may speak of the child: it stays out of the trail"


def test_a_returned_plan_can_be_sent_again_and_the_third_return_is_refused():
    our = sent()
    for number in (1, 2):
        review.give_back(pep_id=our.pep.pk, reason="Please look again.", parts=["setting"], by=our.adviser, now=IN_TIME)
        assert review.submit(pep_id=our.pep.pk, by=our.teacher, now=IN_TIME, declared=True)
        assert Message.objects.filter(kind="peps.submitted").count() == number + 1
    with pytest.raises(Refused, match="Ring the designated teacher"):
        review.give_back(pep_id=our.pep.pk, reason="Once more.", parts=["setting"], by=our.adviser, now=IN_TIME)
    our.pep.refresh_from_db()
    assert (our.pep.state, our.pep.returns) == (PepState.SUBMITTED, 2)


@pytest.mark.parametrize(("reason", "parts"), [(" ", ["setting"]), ("Look again.", []), ("Look again.", ["adviser", "nonsense"])])
def test_a_return_says_what_and_where(reason, parts):
    our = sent()
    with pytest.raises(Refused, match="Say what needs to change"):
        review.give_back(pep_id=our.pep.pk, reason=reason, parts=parts, by=our.adviser, now=IN_TIME)


def test_settings_and_social_care_neither_return_nor_sign_off():
    our = sent()
    for nobody in (our.teacher, our.lead, manager_of(our)):
        with pytest.raises(NotAllowed):
            review.give_back(pep_id=our.pep.pk, reason="No.", parts=["setting"], by=nobody, now=IN_TIME)
        with pytest.raises(NotAllowed):
            review.sign_off(pep_id=our.pep.pk, by=nobody, now=IN_TIME)


# --- signing off


def test_a_signed_plan_freezes_as_version_one_with_two_originals_to_print():
    our = agreed()
    version = Version.objects.get(pep=our.pep)
    assert our.pep.state == PepState.SIGNED_OFF
    assert (version.number, len(version.sha256), version.snapshot["reference"]) == (1, 64, our.pep.reference)
    originals = Print.objects.filter(version=version, purpose=PrintPurpose.ORIGINAL)
    assert set(originals.values_list("audience", flat=True)) == set(Audience.values)
    assert told("peps.signed_off") == {our.teacher.pk, our.lead.pk}
    event = Event.objects.get(verb="pep.signed_off")
    assert (event.before, event.after, event.changes["sha256"]) == ("submitted", "signed_off", version.sha256)


def test_an_adviser_signs_off_a_termly_plan_that_others_wrote():
    our = sent()
    review.sign_off(pep_id=our.pep.pk, by=our.adviser, now=IN_TIME)
    our.pep.refresh_from_db()
    assert our.pep.signed_off_by == our.adviser


def test_before_the_due_day_the_plan_waits_for_social_care_and_on_it_goes_on_and_says_so(frozen):
    our = sent(lead=False)
    fill_part(our.pep, PartKind.LEAD, by=our.lead, complete=False, W4={"says": "half a thought"})
    boss, reviewer = manager_of(our), head()
    with pytest.raises(review.NotTheReviewer, match="19 March 2026"):
        review.sign_off(pep_id=our.pep.pk, by=reviewer, now=IN_TIME)
    frozen(ON_DUE_DAY)
    version = review.sign_off(pep_id=our.pep.pk, by=reviewer, now=ON_DUE_DAY)
    lead = next(part for part in version.snapshot["parts"] if part["kind"] == "lead")
    assert lead["had_not_come"]
    assert lead["answers"] == [], "what was begun and not given in is not agreed"
    assert told("peps.lead_part_missing") == {boss.pk}


def test_with_social_cares_part_no_manager_is_written_to():
    our = sent()
    manager_of(our)
    review.sign_off(pep_id=our.pep.pk, by=head(), now=IN_TIME)
    assert told("peps.lead_part_missing") == set()


def test_the_database_refuses_a_signature_of_the_submitter():
    our = sent()
    values = {"state": PepState.SIGNED_OFF, "signed_off_at": IN_TIME, "signed_off_by": our.teacher}
    with pytest.raises(IntegrityError, match=r"pep_signed_by_another_than_submitted|CHECK"), transaction.atomic():
        Pep.objects.filter(pk=our.pep.pk).update(**values)
    Pep.objects.filter(pk=our.pep.pk).update(**{**values, "signed_off_by": head()})


# --- ending


def test_a_plan_is_cancelled_or_excused_with_a_reason():
    cancelled, excused, boss = world().pep, world().pep, head()
    review.cancel(pep_id=cancelled.pk, reason="Moved away.", by=boss, now=IN_TIME)
    review.excuse(pep_id=excused.pk, reason="Starts next week.", by=boss, now=IN_TIME)
    for pep, state in ((cancelled, PepState.CANCELLED), (excused, PepState.NOT_REQUIRED)):
        pep.refresh_from_db()
        assert (pep.state, pep.ended_by, pep.ended_at) == (state, boss, IN_TIME)
    with pytest.raises(Refused, match="Say why"):
        review.cancel(pep_id=world().pep.pk, reason="  ", by=boss, now=IN_TIME)
    our = world()
    with pytest.raises(NotAllowed):
        review.cancel(pep_id=our.pep.pk, reason="No time.", by=our.adviser, now=IN_TIME)


# --- the table: every move from every state


def in_state(state):
    """A plan in any of the eight states, whole enough for every move."""
    if state in {PepState.SIGNED_OFF, PepState.CLOSED}:
        our = agreed()
    elif state in {PepState.SUBMITTED, PepState.RETURNED}:
        our = sent()
    else:
        our = written()
    ended = {"ended_at": IN_TIME, "ended_by": our.adviser, "ended_reason": "Ended."}
    Pep.objects.filter(pk=our.pep.pk).update(state=state, **(ended if state in {PepState.CANCELLED, PepState.NOT_REQUIRED} else {}))
    return our


DOORS = {
    "submit": lambda our, by: review.submit(pep_id=our.pep.pk, by=our.teacher, now=IN_TIME, declared=True),
    "return": lambda our, by: review.give_back(pep_id=our.pep.pk, reason="Look again.", parts=["setting"], by=by, now=IN_TIME),
    "sign_off": lambda our, by: review.sign_off(pep_id=our.pep.pk, by=by, now=IN_TIME),
    "cancel": lambda our, by: review.cancel(pep_id=our.pep.pk, reason="Moved away.", by=by, now=IN_TIME),
    "excuse": lambda our, by: review.excuse(pep_id=our.pep.pk, reason="Not needed.", by=by, now=IN_TIME),
}


@pytest.mark.parametrize("move", DOORS)
@pytest.mark.parametrize("state", PepState)
def test_every_move_from_every_state(move, state):
    our, by = in_state(state), head()
    before = len(verbs(our.pep))
    if state in PEP_MOVES[move].sources:
        DOORS[move](our, by)
        our.pep.refresh_from_db()
        assert our.pep.state == PEP_MOVES[move].to
        assert len(verbs(our.pep)) == before + 1
        return
    if (move, state) == ("submit", PepState.SUBMITTED):
        assert DOORS[move](our, by) is False
    else:
        with pytest.raises(TransitionRefused):
            DOORS[move](our, by)
    our.pep.refresh_from_db()
    assert our.pep.state == state
    assert len(verbs(our.pep)) == before
