"""Saving, finishing and opening again a part: rights, states, versions, events."""

from datetime import timedelta

import pytest

from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import adviser, person
from audit.models import Event
from peps.merging import digest
from peps.models import Part, PartWriter, Target
from peps.services import sections
from peps.states import PartKind, PartState, PepState
from peps.tests.factories import NOW, fill_part, whole_answers, whole_target, world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _january(frozen):
    frozen("2026-01-12")


def save(here, answers, *, kind="setting", version=0, by=None, **more):
    return sections.save(pep_id=here.pep.pk, kind=kind, answers=answers, version=version, by=by or here.teacher, now=NOW, **more)


def part_of(here, kind="setting"):
    return Part.objects.get(pep=here.pep, kind=kind)


def verbs():
    return list(Event.objects.order_by("seq").values_list("verb", flat=True))


# Saving


def test_the_first_save_starts_the_plan_and_leaves_its_trace():
    here = world()
    save(here, {"S2": {"role": "ta", "name": "Mrs Osei"}}, targets=[whole_target()])
    part = part_of(here)
    here.pep.refresh_from_db()
    assert (part.data, part.version, part.state) == ({"S2": {"role": "ta", "name": "Mrs Osei"}}, 1, PartState.DRAFT)
    assert (part.saved_by, part.saved_at, here.pep.state) == (here.teacher, NOW, PepState.IN_PROGRESS)
    assert Target.objects.get(pep=here.pep).what == "Reads aloud with ease"
    assert verbs() == ["pep.started", "pep.part_saved"]
    saved = Event.objects.get(verb="pep.part_saved")
    assert saved.changes == {"part": "setting", "questions": ["S18", "S2"], "version": 1}
    assert "Osei" not in str(saved.changes)
    assert PartWriter.objects.get().user == here.teacher


def test_saving_demands_nothing():
    here = world()
    save(here, {"S13": {"one": "Greet"}, "S23": {"answer": "yes"}}, targets=[{"what": "Reads"}])
    assert part_of(here).version == 1


def test_the_same_save_twice_is_one_save_and_one_event():
    here = world()
    for _press in range(2):
        save(here, {"S9": {"one_thing": "Calm"}}, targets=[whole_target()])
    assert part_of(here).version == 1
    assert verbs().count("pep.part_saved") == 1
    assert PartWriter.objects.count() == 1


def test_a_save_of_nothing_begins_nothing():
    here = world()
    save(here, {"S9": {"one_thing": "  "}, "S2": {}}, targets=[{"what": ""}])
    here.pep.refresh_from_db()
    assert (part_of(here).version, here.pep.state, verbs()) == (0, PepState.NOT_STARTED, [])


def test_questions_that_are_not_sent_stay():
    here = world()
    save(here, {"S9": {"one_thing": "Calm"}}, targets=[whole_target()])
    save(here, {"S10": {"good_at": "Maps"}}, version=1)
    assert part_of(here).data == {"S9": {"one_thing": "Calm"}, "S10": {"good_at": "Maps"}}
    assert here.pep.targets.count() == 1


def test_an_answer_can_be_taken_out_again():
    here = world()
    save(here, {"S9": {"one_thing": "Calm"}})
    save(here, {"S9": {"one_thing": ""}}, version=1)
    assert part_of(here).data == {}


def test_the_exit_of_the_targets_does_not_drop_them():
    here = world()
    save(here, {}, targets=[whole_target()])
    save(here, {"S18": {"not_known": "because it is the first week"}}, version=1)
    assert here.pep.targets.count() == 1


def test_targets_keep_their_row_and_lose_the_rest():
    here = world()
    save(here, {}, targets=[whole_target(), whole_target(what="Second"), whole_target(what="Third")])
    first = here.pep.targets.get(position=1)
    save(here, {}, targets=[whole_target(what="Changed", by_date="")], version=1)
    kept = here.pep.targets.get()
    assert (kept.pk, kept.what, kept.by_date) == (first.pk, "Changed", None)


def test_a_confirmed_block_keeps_what_the_record_said():
    here = world()
    save(here, {"S1": {"confirmed": True, "facts": [{"label": "Setting", "value": "forged"}]}})
    facts = {fact["label"]: fact["value"] for fact in part_of(here).data["S1"]["facts"]}
    assert facts["Setting"] == here.pep.setting.name
    assert facts["Year group"] == "Year 4"
    assert facts["Date joined"] == "2 September 2024"
    assert facts["Designated teacher"] == here.teacher.name
    assert facts["SENCO"] == ""


def test_the_plan_block_names_worker_and_team_and_keeps_the_inbox_from_the_setting():
    here = world()
    save(here, {"W1": {"confirmed": True}}, kind="lead", by=here.lead)
    facts = {fact["label"]: fact for fact in part_of(here, "lead").data["W1"]["facts"]}
    assert facts["Plan"]["value"] == "Child in need"
    assert facts["Lead practitioner"]["value"] == here.lead.name
    assert facts["Team inbox"]["audiences"] == "F"


@pytest.mark.parametrize(
    ("answers", "targets"),
    [
        ({"S9": {"one_thing": "x" * 1_000_000}}, None),
        ({"S9": {"one_thing": "a\x00b"}}, None),
        ({"S2": {"role": "president"}}, None),
        ({"S2": "text"}, None),
        ({"W2": {"people": []}}, None),
        ({"S99": {}}, None),
        ({"S9": {"one_thing": "fine"}}, [{"what": "x" * 601}]),
        ({"S9": {"one_thing": "fine"}}, [{}, {}, {}, whole_target(kind="money")]),
    ],
)
def test_a_wrong_shape_is_refused_and_nothing_is_stored(answers, targets):
    here = world()
    with pytest.raises(sections.BadAnswer):
        save(here, answers, targets=targets)
    assert (part_of(here).version, here.pep.targets.count(), verbs()) == (0, 0, [])


# Two people


def test_a_stale_save_stores_nothing_and_brings_both_texts():
    here = world()
    save(here, {"S9": {"one_thing": "Theirs"}, "S10": {"good_at": "Maps"}})
    with pytest.raises(sections.StalePart) as stale:
        save(here, {"S9": {"one_thing": "Mine"}, "S10": {"good_at": "Maps"}}, by=here.adviser)
    assert part_of(here).data["S9"] == {"one_thing": "Theirs"}
    assert stale.value.codes == ["S9"]
    assert stale.value.theirs.data["S9"] == {"one_thing": "Theirs"}
    assert stale.value.mine["S9"] == {"one_thing": "Mine"}
    assert PartWriter.objects.count() == 1


def test_a_stale_save_of_other_questions_is_put_together():
    here = world()
    base = {code: digest({}) for code in ("S9", "S10")}
    save(here, {"S9": {"one_thing": "Theirs"}, "S10": {}}, base=base)
    part = save(here, {"S9": {}, "S10": {"good_at": "Mine"}}, base=base, by=here.adviser)
    assert part.data == {"S9": {"one_thing": "Theirs"}, "S10": {"good_at": "Mine"}}
    assert part.version == 2
    assert Event.objects.order_by("-seq").first().changes["questions"] == ["S10"]


def test_stale_targets_are_a_conflict_too():
    here = world()
    save(here, {}, targets=[whole_target(what="Theirs")])
    with pytest.raises(sections.StalePart) as stale:
        save(here, {}, targets=[whole_target(what="Mine")], by=here.adviser)
    assert stale.value.codes == ["S18"]
    assert here.pep.targets.get().what == "Theirs"


def test_the_update_itself_is_guarded_by_the_version(monkeypatch):
    here = world()
    real = sections.facts.block

    def somebody_else_first(pep, code, on):
        Part.objects.filter(pep=pep, kind="setting").update(version=7, data={"S9": {"one_thing": "Theirs"}})
        return real(pep, code, on)

    monkeypatch.setattr(sections.facts, "block", somebody_else_first)
    with pytest.raises(sections.StalePart) as stale:
        save(here, {"S1": {"confirmed": True}})
    assert stale.value.codes == ["S1"]
    assert verbs() == []


# Who and when


def test_who_may_write_what():
    here = world()
    stranger_teacher, stranger_adviser = person(Role.DESIGNATED_TEACHER), adviser()
    safeguarding = person(Role.SAFEGUARDING_LEAD, here.pep.setting.organisation)
    head, office, manager = person(Role.HEAD), person(Role.OFFICE), person(Role.TEAM_MANAGER, here.lead.memberships.get().organisation)
    may = {
        PartKind.SETTING: {here.teacher, safeguarding, here.adviser},
        PartKind.CHILD: {here.teacher, safeguarding, here.lead, here.adviser},
        PartKind.LEAD: {here.lead, here.adviser},
        PartKind.ADVISER: {here.adviser, head},
    }
    everybody = {here.teacher, safeguarding, here.lead, here.adviser, head, office, manager, stranger_teacher, stranger_adviser}
    for kind, writers in may.items():
        version = 0
        for user in everybody:
            answers = whole_answers(kind)
            if user in writers:
                version = save(here, answers, kind=kind, version=version, by=user).version
            else:
                with pytest.raises(NotAllowed):
                    save(here, answers, kind=kind, version=version, by=user)
                with pytest.raises(NotAllowed):
                    sections.complete(pep_id=here.pep.pk, kind=kind, by=user, now=NOW)
                with pytest.raises(NotAllowed):
                    sections.reopen_part(pep_id=here.pep.pk, kind=kind, by=user, now=NOW)


def test_a_restricted_record_is_closed_to_its_own_teacher():
    here = world()
    here.child.restricted = True
    here.child.save()
    with pytest.raises(NotAllowed):
        save(here, {"S9": {"one_thing": "Calm"}})


@pytest.mark.parametrize("state", [PepState.SUBMITTED, PepState.SIGNED_OFF, PepState.CANCELLED, PepState.NOT_REQUIRED])
@pytest.mark.parametrize("kind", list(PartKind))
def test_states_that_close_a_part(state, kind):
    ended = {"ended_at": NOW, "ended_by": person(Role.HEAD), "ended_reason": "Moved"}
    traits = {PepState.SUBMITTED: {"submitted": True}, PepState.SIGNED_OFF: {"signed_off": True}}.get(state, {"state": state, **ended})
    here = world(**traits)
    open_still = state == PepState.SUBMITTED and kind in {PartKind.LEAD, PartKind.ADVISER}
    answers = whole_answers(kind)
    if open_still:
        assert save(here, answers, kind=kind, by=here.adviser).version == 1
    else:
        with pytest.raises(sections.PartClosed) as refusal:
            save(here, answers, kind=kind, by=here.adviser)
        assert refusal.value.message
        assert part_of(here, kind).version == 0


def test_a_missing_part_row_is_made():
    here = world()
    here.pep.parts.all().delete()
    assert save(here, {"S9": {"one_thing": "Calm"}}).version == 1


# Done and open again


@pytest.mark.parametrize("kind", list(PartKind))
def test_a_whole_part_is_done_once(kind):
    here = world()
    save(here, whole_answers(kind), targets=[whole_target()] if kind == PartKind.SETTING else None, kind=kind, by=here.adviser)
    for _press in range(2):
        part = sections.complete(pep_id=here.pep.pk, kind=kind, by=here.adviser, now=NOW)
    assert (part.state, part.completed_by, part.completed_at) == (PartState.COMPLETE, here.adviser, NOW)
    assert verbs().count("pep.part_done") == 1


def test_what_is_missing_keeps_a_part_open():
    here = world()
    save(here, {"S9": {"one_thing": "Calm"}})
    with pytest.raises(sections.Incomplete) as incomplete:
        sections.complete(pep_id=here.pep.pk, kind="setting", by=here.teacher, now=NOW)
    assert [code for code, _sentence in incomplete.value.gaps] == ["S8", "S10", "S13", "S18", "S1", "S2", "S23", "S24"]
    assert part_of(here).state == PartState.DRAFT


def test_a_done_part_is_opened_before_it_changes():
    here = world(started=True)
    fill_part(here.pep, PartKind.SETTING, by=here.teacher)
    with pytest.raises(sections.PartDone):
        save(here, {"S9": {"one_thing": "Changed"}}, version=1)
    for _press in range(2):
        sections.reopen_part(pep_id=here.pep.pk, kind="setting", by=here.teacher, now=NOW + timedelta(hours=1))
    part = part_of(here)
    assert (part.state, part.completed_at, part.completed_by) == (PartState.DRAFT, None, None)
    assert verbs() == ["pep.part_reopened"]
    assert save(here, {"S9": {"one_thing": "Changed"}}, version=1).data["S9"] == {"one_thing": "Changed"}


def test_the_same_content_on_a_done_part_is_no_refusal():
    here = world(started=True)
    part = fill_part(here.pep, PartKind.CHILD, by=here.teacher)
    assert save(here, part.data, kind="child", version=0).state == PartState.COMPLETE
