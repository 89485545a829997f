"""The lead practitioner's part: W2 and W3 come first, and are asked again at each change (forms.md I.4)."""

from peps.asked import Asked
from peps.template_data.specs import confirm, date, exit_, long, radios, rows, text, tick

SAFE = "Who may know what"
PLAN = "The plan and home"
YES_NO_ASK = [["yes", "Yes"], ["no", "No"], ["ask", "Ask me first"]]
RESPONSIBILITY = [["yes", "Yes"], ["no", "No"], ["shared", "Shared"], ["not_known", "Not known"]]
IF_YES = {"if": ["answer", ["yes"]]}

QUESTIONS = [
    Asked(
        code="W2",
        part="lead",
        section=SAFE,
        text="Who has parental responsibility, and for each: invite to the meeting? may have a copy? how to reach them safely?",
        fields=[
            rows(
                "people",
                "Person",
                [
                    text("name", "Name", required=True),
                    text("relationship", "Relationship to {name}", required=True),
                    radios("responsibility", "Parental responsibility?", RESPONSIBILITY, required=True),
                    radios("invite", "Invite to the meeting?", YES_NO_ASK, required=True),
                    radios("copy", "May have a copy?", YES_NO_ASK, required=True),
                    text("safe_way", "How to reach them safely", audiences="F"),
                    text("needs", "Language or access needs"),
                ],
                least=1,
                most=6,
                required=True,
            ),
            exit_(),
        ],
        starts="keep",
        required=True,
        audiences="FS",
        criterion="Confirmed this term.",
    ),
    Asked(
        code="W3",
        part="lead",
        section=SAFE,
        text="Is there anyone who must not know where {name} lives or goes to school, or must not have contact or collect?",
        help="The setting reads the instruction only. The family and {name} never read this answer.",
        fields=[
            radios("answer", "Is there anyone?", [["no", "No"], ["yes", "Yes"]], required=True, audiences="F"),
            text("who", "Who: name and relation", required=True, audiences="F", **IF_YES),
            radios(
                "protected",
                "What is protected",
                [["home", "Home"], ["school", "School"], ["both", "Both"]],
                required=True,
                audiences="F",
                **IF_YES,
            ),
            text("order", "Court order or safety plan: type", audiences="F", **IF_YES),
            date("order_ends", "Date the order or safety plan ends", audiences="F", **IF_YES),
            text("may_know", "Who may know", audiences="F", **IF_YES),
            long("instruction", "What the setting must do", hint="The setting reads only this.", required=True, guarded=True, **IF_YES),
            exit_() | {"audiences": "F"},
        ],
        starts="keep",
        required=True,
        audiences="FS",
        criterion="Confirmed this term.",
    ),
    Asked(
        code="W1",
        part="lead",
        section=PLAN,
        text="Is this right?",
        help="The type of need and the category of a CP plan are not asked and are not shown to schools.",
        kind="confirm",
        fields=confirm(date("next_review", "Next review, core group or conference")),
        starts="data",
        required=True,
        audiences="FS",
    ),
    Asked(
        code="W4",
        part="lead",
        section=PLAN,
        text="What does {name}'s plan say about education, in one to three lines?",
        fields=[long("says", "What the plan says about education", required=True), exit_()],
        starts="keep",
        required=True,
        audiences="FSP",
        criterion="It and the targets point the same way.",
    ),
    Asked(
        code="W5",
        part="lead",
        section=PLAN,
        text="What does the school need to know about home this term?",
        help="Only what changes how they teach and look after {name}. Not the history. Tick if a parent does not know that you share this.",
        fields=[
            long("home", "What the school needs to know"),
            tick("sensitive", "Sensitive: a parent does not know that I share this"),
        ],
        starts="new",
        audiences="FSP",
    ),
    Asked(
        code="W6",
        part="lead",
        section=PLAN,
        text="Has the family agreed to this plan and the extra support?",
        help="For a child in need the help is by agreement. For a CP plan say they were told and what they think.",
        fields=[
            radios(
                "answer",
                "Has the family agreed?",
                [
                    ["agreed", "Agreed"],
                    ["partly", "Told, partly agree"],
                    ["disagree", "Told, do not agree"],
                    ["not_told", "Not told"],
                ],
                required=True,
            ),
            text("who", "Who agreed or was told", required=True, **{"if": ["answer", ["agreed", "partly", "disagree"]]}),
            date("on", "On which date", required=True, **{"if": ["answer", ["agreed", "partly", "disagree"]]}),
            text("how", "How", required=True, **{"if": ["answer", ["agreed", "partly", "disagree"]]}),
            long("think", "What they think", required=True, **{"if": ["answer", ["partly", "disagree"]]}),
            long("because", "Not told, because", required=True, **{"if": ["answer", ["not_told"]]}),
            text("manager", "Manager's name", required=True, **{"if": ["answer", ["not_told"]]}),
            exit_(),
        ],
        starts="new",
        required=True,
        audiences="FS",
    ),
]
