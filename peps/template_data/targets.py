"""The inputs of a target (forms.md I, S18): now, then, when, who. They lie in rows of peps.models.Target, not among the answers."""

from peps.template_data.specs import date, long, radios, rows, text

KINDS = [
    ["learning", "Learning"],
    ["attendance", "Attendance"],
    ["wellbeing", "Wellbeing and relationships"],
    ["next_step", "Next step"],
]
TARGETS = rows(
    "targets",
    "Target",
    [
        long("what", "What will be different", required=True),
        long("now", "Now", hint="A number, or what we see.", required=True),
        long("then", "By then", hint="A number, or what we will see.", required=True),
        date("by_date", "By when", required=True),
        text("who", "Who", max=100, required=True),
        long("action", "What they will do", required=True),
        radios("kind", "Kind", KINDS, required=True),
        long("in_childs_words", "How would you say it to {name}?"),
    ],
    least=1,
    most=3,
)
TARGET_FIELDS = tuple(spec["name"] for spec in TARGETS["fields"])
ABOUT_SCHOOL = ("learning", "attendance")
