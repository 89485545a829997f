"""The second pair of eyes, rule by rule: who is stopped, by which sentence, and that nobody else is."""

from dataclasses import replace
from datetime import date

import pytest

from peps import review_rules
from peps.states import PartKind, PartState, PepKind

SIGNER, TEACHER, ADVISER, WORKER = 1, 2, 3, 4
DONE = dict.fromkeys(PartKind, PartState.COMPLETE)
GOOD = review_rules.Case(
    signer=SIGNER,
    submitter=TEACHER,
    kind=PepKind.TERMLY,
    sampled=False,
    due_on=date(2026, 3, 19),
    on=date(2026, 2, 4),
    adviser=ADVISER,
    part_states=DONE,
    writers={PartKind.SETTING: frozenset({TEACHER}), PartKind.LEAD: frozenset({WORKER}), PartKind.ADVISER: frozenset({ADVISER})},
)
BY_ADVISER = replace(GOOD, signer=ADVISER)
TYPED_FOR_LEAD = {**GOOD.writers, PartKind.LEAD: frozenset({WORKER, ADVISER})}


def rules_against(case):
    return [rule.__name__ for rule in review_rules.RULES if rule(case)]


def without(kind):
    return {**DONE, kind: PartState.DRAFT}


@pytest.mark.parametrize(
    ("case", "stopped_by"),
    [
        (GOOD, []),
        (BY_ADVISER, []),
        (replace(GOOD, submitter=SIGNER), ["not_the_submitter"]),
        (replace(GOOD, adviser=None), []),
        *[(replace(GOOD, writers={kind: frozenset({SIGNER})}), ["not_a_writer"]) for kind in review_rules.OTHERS_PARTS],
        (replace(GOOD, writers={PartKind.ADVISER: frozenset({SIGNER})}), []),
        (replace(BY_ADVISER, kind=PepKind.FIRST), ["another_reviewer"]),
        (replace(BY_ADVISER, sampled=True), ["another_reviewer"]),
        (replace(GOOD, kind=PepKind.FIRST), []),
        (replace(GOOD, sampled=True), []),
        (replace(GOOD, sampled=True, adviser=None), []),
        (replace(GOOD, kind=PepKind.FIRST, writers={PartKind.ADVISER: frozenset({SIGNER})}), ["another_reviewer"]),
        (replace(GOOD, sampled=True, writers={PartKind.ADVISER: frozenset({SIGNER})}), ["another_reviewer"]),
        (replace(GOOD, writers=TYPED_FOR_LEAD), []),
        (replace(BY_ADVISER, writers=TYPED_FOR_LEAD), ["not_a_writer", "another_reviewer"]),
        (replace(GOOD, writers={**TYPED_FOR_LEAD, PartKind.ADVISER: frozenset({SIGNER})}), ["another_reviewer"]),
        (replace(GOOD, part_states=without(PartKind.ADVISER)), ["own_part_complete"]),
        (replace(GOOD, part_states=without(PartKind.CHILD)), ["child_part_complete"]),
        (replace(GOOD, part_states=without(PartKind.SETTING)), ["setting_part_complete"]),
        (replace(GOOD, wish_is_open=True), ["wish_answered"]),
        (replace(GOOD, part_states=without(PartKind.LEAD)), ["lead_part_or_due"]),
        (replace(GOOD, part_states=without(PartKind.LEAD), on=date(2026, 3, 18)), ["lead_part_or_due"]),
        (replace(GOOD, part_states=without(PartKind.LEAD), on=date(2026, 3, 19)), []),
        (replace(GOOD, part_states=without(PartKind.LEAD), on=date(2026, 4, 30)), []),
        (replace(GOOD, part_states={}, on=date(2026, 3, 19)), ["setting_part_complete", "child_part_complete", "own_part_complete"]),
    ],
)
def test_who_is_stopped_by_which_rule(case, stopped_by):
    assert rules_against(case) == stopped_by
    assert len(review_rules.reasons_against(case)) == len(stopped_by)


def test_the_sentences_say_what_to_do():
    wrote = replace(GOOD, writers={PartKind.SETTING: frozenset({SIGNER}), PartKind.LEAD: frozenset({SIGNER})})
    assert review_rules.not_a_writer(wrote) == "You wrote in the setting's part and social care's part, so a colleague signs off."
    first = replace(BY_ADVISER, kind=PepKind.FIRST)
    assert review_rules.another_reviewer(first) == (
        "You are the child's advisory teacher, and this is a first plan: a colleague signs it off."
    )
    waiting = replace(GOOD, part_states=without(PartKind.LEAD))
    assert "from Thursday 19 March 2026" in review_rules.lead_part_or_due(waiting)


def test_each_rule_can_stop_somebody_alone():
    """No rule hides behind another: leaving one out lets its case through."""
    alone = {
        "not_the_submitter": replace(GOOD, submitter=SIGNER),
        "not_a_writer": replace(GOOD, writers={PartKind.CHILD: frozenset({SIGNER})}),
        "another_reviewer": replace(BY_ADVISER, sampled=True),
        "setting_part_complete": replace(GOOD, part_states=without(PartKind.SETTING)),
        "child_part_complete": replace(GOOD, part_states=without(PartKind.CHILD)),
        "wish_answered": replace(GOOD, wish_is_open=True),
        "own_part_complete": replace(GOOD, part_states=without(PartKind.ADVISER)),
        "lead_part_or_due": replace(GOOD, part_states=without(PartKind.LEAD)),
    }
    assert alone.keys() == {rule.__name__ for rule in review_rules.RULES}
    assert {name: rules_against(case) for name, case in alone.items()} == {name: [name] for name in alone}
