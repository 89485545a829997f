"""The setting's part (forms.md I.1), in the order of the task list: learning, targets, then facts; S8 by phase (forms.md I.6)."""

from peps.asked import Asked
from peps.template_data.specs import checks, confirm, date, exit_, grid, long, radios, text, tick

LEARNING = "Learning"
WORKS = "What works"
TARGETS = "Targets and support for next term"
WHERE = "Where {name} learns"
SEND = "Before you send"

ROLES = [
    ["teacher", "Teacher"],
    ["ta", "Teaching assistant"],
    ["pastoral", "Pastoral"],
    ["senco", "SENCO"],
    ["head", "Head"],
    ["other", "Other"],
    ["not_found", "Not found yet"],
]
LEVELS = [["well_below", "Well below"], ["below", "Below"], ["at", "At"], ["above", "Above"]]
PACES = [["faster", "Faster"], ["expected", "As expected"], ["slower", "Slower"], ["early", "Too early to say"]]
ON_TRACK = [["yes", "Yes"], ["nearly", "Nearly"], ["no", "No"]]
OWN_SUBJECTS = ["going_well", "needs_help"]

AREAS = {
    "early_years": (
        [
            ["social", "Personal, social and emotional"],
            ["language", "Communication and language"],
            ["physical", "Physical"],
            ["literacy", "Literacy (from 3)"],
            ["maths", "Maths (from 3)"],
        ],
        ["literacy", "maths"],
    ),
    "primary": (
        [["reading", "Reading"], ["writing", "Writing"], ["maths", "Maths"], ["speaking", "Speaking and listening"]],
        ["speaking"],
    ),
    "secondary": (
        [
            ["english", "English"],
            ["maths", "Maths"],
            ["science", "Science"],
            ["going_well", "One going well"],
            ["needs_help", "One that needs help"],
        ],
        [],
    ),
    "post16": ([["course", "Course"], ["english", "English"], ["maths", "Maths"]], ["english", "maths"]),
}


def questions(phase: str) -> list[Asked]:
    """The setting's questions for this phase."""
    asked = [_learning(phase), *LEARNING_AND_TARGETS, FACTS, *KEY_ADULT_AND_FAMILY]
    return [*asked, _kept_from(asked), CHECKED]


def _learning(phase: str) -> Asked:
    lines, optional = AREAS[phase]
    if phase == "post16":
        fields = [radios("on_track", "On track?", ON_TRACK, required=True), text("scale", "Own scale, if any", max=60)]
    else:
        fields = [
            radios("level", "What is expected for the age", LEVELS, required=True),
            radios("pace", "Since the last plan", PACES, required=True),
            text("subject", "Which subject?", max=60, required=True, only=OWN_SUBJECTS),
            # An early-years setting writes no scores (forms.md I.6.1).
            *([] if phase == "early_years" else [text("scale", "Own scale, if any", max=60)]),
        ]
    return Asked(
        code="S8",
        part="setting",
        section=LEARNING,
        text="How is {name} doing?",
        help="Your usual assessment is enough; no extra testing.",
        fields=[grid("areas", "Area", lines, fields, optional=optional, required=True), exit_()],
        starts="new",
        required=True,
        audiences="FSP",
        criterion="Every area has a judgement and a direction.",
    )


LEARNING_AND_TARGETS = [
    Asked(
        code="S9",
        part="setting",
        section=LEARNING,
        text="What one thing would make the biggest difference to {name}'s learning?",
        fields=[long("one_thing", "The one thing", max=200, required=True), exit_()],
        starts="new",
        required=True,
        audiences="FSP",
        criterion="The barrier and the one thing that would make the biggest difference agree.",
    ),
    Asked(
        code="S10",
        part="setting",
        section=LEARNING,
        text="What is {name} good at and proud of?",
        help="Something anyone could see.",
        fields=[long("good_at", "Good at and proud of", required=True), exit_()],
        starts="keep",
        required=True,
        audiences="FSPY",
    ),
    Asked(
        code="S13",
        part="setting",
        section=WORKS,
        text="Three things every adult should do for {name}.",
        help="A supply teacher should be able to do them tomorrow.",
        fields=[
            text("one", "First thing", max=120, required=True),
            text("two", "Second thing", max=120, required=True),
            text("three", "Third thing", max=120, required=True),
            exit_(),
        ],
        starts="keep",
        required=True,
        audiences="FSPY",
        criterion="Strategies are things adults do.",
    ),
    Asked(
        code="S18",
        part="setting",
        section=TARGETS,
        text="Targets: one to three.",
        help="Two good ones beat five. Use {name}'s own wish if you can. At least one is about learning or attendance.",
        kind="targets",
        fields=[exit_()],
        starts="keep",
        required=True,
        audiences="FSPY",
        criterion="Each target has now, then, when and who. It follows from the one thing that would help or from the child's wish.",
    ),
]


FACTS = Asked(
    code="S1",
    part="setting",
    section=WHERE,
    text="Is this right?",
    help="One tick if all is right.",
    kind="confirm",
    fields=confirm(),
    starts="data",
    required=True,
    audiences="FSP",
)

KEY_ADULT_AND_FAMILY = [
    Asked(
        code="S2",
        part="setting",
        section=WHERE,
        text="Which adult does {name} go to?",
        help="The person {name} would choose. Name and role.",
        fields=[
            radios("role", "Role", ROLES, required=True),
            text("name", "Name", max=120, required=True, unless=["role", ["not_found"]]),
            exit_(),
        ],
        starts="keep",
        required=True,
        audiences="FSPY",
        criterion="{name} has a named adult.",
    ),
    Asked(
        code="S23",
        part="setting",
        section=SEND,
        text="Has someone talked this through with the family?",
        fields=[
            radios(
                "answer",
                "Talked through with the family?",
                [
                    ["yes", "Yes"],
                    ["will", "Not yet, but it will be"],
                    ["advised_not", "No, social worker advised not to"],
                    ["other", "No, other reason"],
                ],
                required=True,
            ),
            text("who", "Who talked", required=True, **{"if": ["answer", ["yes"]]}),
            text("with_whom", "With whom", required=True, **{"if": ["answer", ["yes"]]}),
            date("on", "On which date", required=True, **{"if": ["answer", ["yes", "will"]]}),
            long("reason", "The other reason", required=True, **{"if": ["answer", ["other"]]}),
            exit_(),
        ],
        starts="new",
        required=True,
        audiences="FS",
    ),
]


def _kept_from(asked: list[Asked]) -> Asked:
    """S24 offers the setting's own questions to tick."""
    return Asked(
        code="S24",
        part="setting",
        section=SEND,
        text="Does anything in your part need to be kept from a parent, from {name}, or from anyone else?",
        help="Think of where {name} lives or goes, contact with a parent, another child's name, something {name} told you in confidence.",
        fields=[
            radios("answer", "Does anything need to be kept from anyone?", [["no", "No"], ["yes", "Yes"]], required=True),
            checks(
                "answers",
                "Which answers",
                [[each.code, f"{each.section}: {each.text}"] for each in asked],
                required=True,
                **{"if": ["answer", ["yes"]]},
            ),
            text("from_whom", "Who must not see them", required=True, **{"if": ["answer", ["yes"]]}),
            long(
                "why",
                "Why",
                hint="Goes only to the Virtual School and the social worker.",
                required=True,
                guarded=True,
                **{"if": ["answer", ["yes"]]},
            ),
            exit_(),
        ],
        starts="new",
        required=True,
        audiences="F",
    )


CHECKED = Asked(
    code="S25",
    part="setting",
    section=SEND,
    text="I have checked this part.",
    help="Your name and the time are recorded with it.",
    fields=[tick("checked", "I have checked this part", required=True)],
    starts="new",
    required=True,
    audiences="FS",
)
