"""The Virtual School's part: the meeting, whether the place is still needed, what to improve (forms.md I.5)."""

from peps.asked import Asked
from peps.template_data.specs import date, exit_, long, radios, text

MEETING = "The meeting"
PLACE = "The place and this plan"
HELD = ["in_person", "online"]

QUESTIONS = [
    Asked(
        code="V1",
        part="adviser",
        section=MEETING,
        text="Meeting: date, place or online, or “no meeting this term, because”",
        help="Without a meeting the rest of the plan can still be signed off.",
        fields=[
            radios(
                "held",
                "Meeting",
                [["in_person", "In person"], ["online", "Online"], ["none", "No meeting this term"]],
                required=True,
            ),
            date("on", "Date of the meeting", required=True, **{"if": ["held", HELD]}),
            text("place", "Place", required=True, **{"if": ["held", ["in_person"]]}),
            long("because", "No meeting this term, because", required=True, **{"if": ["held", ["none"]]}),
            exit_(),
        ],
        starts="new",
        required=True,
        audiences="FSPY",
    ),
    Asked(
        code="V5",
        part="adviser",
        section=PLACE,
        text="Does {name} still need this place?",
        help="The setting and the family read only that the support continues or is planned to end.",
        fields=[
            radios(
                "decision",
                "The place",
                [
                    ["continue", "Continue"],
                    ["review", "Continue, with a review"],
                    ["plan_end", "Plan to end next term"],
                    ["end_now", "End now"],
                ],
                required=True,
                wording={
                    "continue": "Support continues",
                    "review": "Support continues",
                    "plan_end": "Support is planned to end next term",
                    "end_now": "Support ends",
                },
            ),
            date("review_on", "Review at", required=True, audiences="F", **{"if": ["decision", ["review"]]}),
            long("condition", "What has to be true", required=True, audiences="F", **{"if": ["decision", ["plan_end"]]}),
            long("reason", "Reason to end now", required=True, audiences="F", **{"if": ["decision", ["end_now"]]}),
            exit_() | {"audiences": "F"},
        ],
        starts="new",
        required=True,
        audiences="FSP",
    ),
    Asked(
        code="V6",
        part="adviser",
        section=PLACE,
        text="What was good, what to improve next term: one line each to setting and to social worker",
        fields=[
            long("to_setting", "To the setting", required=True),
            long("to_social_worker", "To the social worker", required=True),
            exit_(),
        ],
        starts="new",
        required=True,
        audiences="FS",
    ),
]
