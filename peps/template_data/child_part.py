"""The child's own part, in the words of four ages (forms.md I.2)."""

from peps.asked import Asked
from peps.template_data.specs import date, exit_, long, radios, text

SECTION = "What {name} says"
HOW = [
    ["wrote", "{name} wrote it"],
    ["said", "{name} said it to somebody"],
    ["drew", "{name} drew or chose pictures"],
    ["seen", "Seen by somebody who knows {name}"],
    ["interpreter", "With an interpreter or signing"],
    ["declined", "{name} did not want to this time"],
    ["not_able", "{name} was not able to this time"],
]
WITHOUT_WORDS = ["declined", "not_able"]
WISH = {
    "early_years": "What does {name} seem to want more of?",
    "primary": "If you could change one thing?",
    "secondary": "The one thing you want changed",
    "post16": "What do you want next, and what do you need from us?",
}


def questions(phase: str) -> list[Asked]:
    """C1 and C6 as the children of this phase are asked."""
    return [
        Asked(
            code="C1",
            part="child",
            section=SECTION,
            text="How was this recorded?",
            fields=[
                radios("how", "How", HOW, required=True),
                text("who", "Who wrote it down, saw it or interpreted", required=True, **{"if": ["how", ["said", "seen", "interpreter"]]}),
                text("asked_on", "When {name} was asked", hint="The dates, please.", required=True, **{"if": ["how", WITHOUT_WORDS]}),
            ],
            starts="new",
            required=True,
            audiences="FSPY",
            criterion="Words are the child's, with who and how. “Declined” two terms running has a new way to try.",
        ),
        Asked(
            code="C6",
            part="child",
            section=SECTION,
            text=WISH[phase],
            help="Write it exactly as it was said, drawn or seen. Adults answer it before the plan is signed off.",
            fields=[
                long("wish", "In {name}'s own words", required=True, unless=["C1.how", WITHOUT_WORDS]),
                radios("reply", "The adults' answer", [["done", "Done"], ["trying", "Trying"], ["cannot", "Cannot"]]),
                date("reply_by", "Trying, by which date?", required=True, **{"if": ["reply", ["trying"]]}),
                long("reply_because", "Cannot, because", required=True, **{"if": ["reply", ["cannot"]]}),
                exit_(),
            ],
            starts="new",
            required=True,
            audiences="FSPY",
            criterion="It is answered by the adults.",
        ),
    ]
