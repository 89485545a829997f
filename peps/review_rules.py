"""Who may sign a plan off, and when: the second pair of eyes of practice.md 12, each rule its own pure function with its own sentence.

A rule returns the sentence that stops this person, or "" where it has nothing against it. That the signer is not the submitter is a
database constraint as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from caseload.dates import in_words
from peps.states import PartKind, PartState, PepKind

# Whoever wrote in one of these never signs the plan off.
OTHERS_PARTS = (PartKind.SETTING, PartKind.CHILD, PartKind.LEAD)


@dataclass(frozen=True)
class Case:
    """All that the rules look at: people are user ids, `part_states` and `writers` go by the kind of part."""

    signer: int
    submitter: int | None
    kind: str
    sampled: bool
    due_on: date
    on: date
    adviser: int | None
    part_states: Mapping[str, str]
    writers: Mapping[str, frozenset[int]] = field(default_factory=dict)
    wish_is_open: bool = False

    def wrote(self, person: int | None, kinds: tuple[str, ...]) -> list[str]:
        """The parts among `kinds` in which a person wrote."""
        return [kind for kind in kinds if person in self.writers.get(kind, frozenset())]

    def is_complete(self, kind: str) -> bool:
        return self.part_states.get(kind) == PartState.COMPLETE

    @property
    def lead_part_is_awaited(self) -> bool:
        """Social care's part has not come, and its time is not over."""
        return not self.is_complete(PartKind.LEAD) and self.on < self.due_on


Rule = Callable[[Case], str]


def not_the_submitter(case: Case) -> str:
    """Nobody signs off what they sent."""
    return "You sent this plan, so a colleague signs it off." if case.signer == case.submitter else ""


def not_a_writer(case: Case) -> str:
    """Nobody signs off a plan in which they wrote for the setting, the child or social care, typed on behalf or not."""
    parts = case.wrote(case.signer, OTHERS_PARTS)
    return f"You wrote in the {_named(parts)}, so a colleague signs off." if parts else ""


def another_reviewer(case: Case) -> str:
    """A first plan, a sampled one, and one in which the child's adviser wrote for others go to a reviewer outside the child's work."""
    why = _why_another(case)
    if not why:
        return ""
    if case.signer == case.adviser:
        return f"You are the child's advisory teacher, and {why}: a colleague signs it off."
    if case.wrote(case.signer, (PartKind.ADVISER,)):
        return f"You wrote in the {_named([PartKind.ADVISER])}, and {why}: a colleague signs it off."
    return ""


def own_part_complete(case: Case) -> str:
    """The Virtual School's own part is written."""
    return "" if case.is_complete(PartKind.ADVISER) else "The Virtual School's part is not done yet. Finish it first."


def child_part_complete(case: Case) -> str:
    """The child's part is done; "did not want to this time" is an answer, so a declined part is complete too (forms.md I.2, C1)."""
    if case.is_complete(PartKind.CHILD):
        return ""
    return "The child's own part is not done yet. Ask for it, or have it recorded that the child did not want to this time."


def wish_answered(case: Case) -> str:
    """Adults have answered the child's wish (forms.md I.2, C6)."""
    if not case.wish_is_open:
        return ""
    return "Nobody has answered the child's own wish (C6) yet: done, trying by a date, or cannot, because. Ask the setting for the answer."


def setting_part_complete(case: Case) -> str:
    """What was sent is still whole."""
    return (
        ""
        if case.is_complete(PartKind.SETTING)
        else "The setting's part is not done. Return the plan, so that it is finished and sent again."
    )


def lead_part_or_due(case: Case) -> str:
    """Nothing waits for social care beyond the due date (practice.md 13)."""
    if not case.lead_part_is_awaited:
        return ""
    return f"Social care's part has not come. You can sign off without it from {in_words(case.due_on)}, the day the plan is due."


RULES: tuple[Rule, ...] = (
    not_the_submitter,
    not_a_writer,
    another_reviewer,
    setting_part_complete,
    child_part_complete,
    wish_answered,
    own_part_complete,
    lead_part_or_due,
)


def reasons_against(case: Case) -> list[str]:
    """Every sentence that stops this person from signing this plan off; none means they may."""
    return [sentence for rule in RULES if (sentence := rule(case))]


def _why_another(case: Case) -> str:
    if case.kind == PepKind.FIRST:
        return "this is a first plan"
    if case.sampled:
        return "this plan is in the sample for a second reviewer"
    parts = case.wrote(case.adviser, OTHERS_PARTS) if case.adviser else []
    return f"the advisory teacher wrote in the {_named(parts)}" if parts else ""


PART_NAMES = {
    PartKind.SETTING: "setting's part",
    PartKind.CHILD: "child's own part",
    PartKind.LEAD: "social care's part",
    PartKind.ADVISER: "Virtual School's part",
}


def _named(parts: list[str]) -> str:
    """The parts in a sentence: "setting's part and the child's own part"."""
    return " and the ".join(PART_NAMES[PartKind(kind)] for kind in parts).replace("the social", "social")
