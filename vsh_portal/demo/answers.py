"""What the demo's people write in a plan: invented, plain, and complete enough to be signed off."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

Answers = dict[str, dict[str, Any]]


def child_part() -> Answers:
    """C1 and C6."""
    return {
        "C1": {"how": "said", "who": "Miss Carter"},
        "C6": {
            "wish": "I want to sit with my friend at lunch and I want maths to be less fast.",
            "reply": "trying",
            "reply_by": _in_weeks(4),
        },
    }


def setting_part(areas: list[str]) -> Answers:
    """The setting's questions; `areas` are the keys of the S8 rows of the plan's phase."""
    levels = ("below", "well_below", "at", "below")
    named = {"going_well": "Art", "needs_help": "History"}
    return {
        "S1": {"confirmed": True},
        "S2": {"role": "pastoral", "name": "Miss Carter, learning mentor"},
        "S8": {
            "areas": {
                key: {"level": levels[number % 4], "pace": "expected"} | ({"subject": named[key]} if key in named else {})
                for number, key in enumerate(areas)
            }
        },
        "S9": {"one_thing": "Ten minutes of reading aloud with the same adult every morning."},
        "S10": {"good_at": "Kind to younger children, quick with jokes, and proud of the model bridge that stands in the hall."},
        "S13": {
            "one": "Say good morning by name at the door, every day.",
            "two": "Give one instruction at a time and wait.",
            "three": "Offer the quiet corner before break ends, not after.",
        },
        "S23": {"answer": "yes", "who": "Mr Whitlock", "with_whom": "Mum", "on": _in_weeks(-1)},
        "S24": {"answer": "no"},
        "S25": {"checked": True},
    }


def targets() -> list[dict[str, Any]]:
    """Two targets with now, then, when and who."""
    by = _in_weeks(10)
    return [
        {
            "what": "Reads aloud from a book of the own choice for ten minutes",
            "now": "Reads for three minutes, with help at every other line",
            "then": "Ten minutes, with help at most five times",
            "by_date": by,
            "who": "Miss Carter",
            "action": "Reads with the child every morning at 8:50 and keeps a tally",
            "kind": "learning",
            "in_childs_words": "I will read my book to Miss Carter until I get to the good bit.",
        },
        {
            "what": "Comes to school on time",
            "now": "On time on 3 of 5 days",
            "then": "On time on 5 of 5 days",
            "by_date": by,
            "who": "Mr Whitlock",
            "action": "Meets the child at the gate and keeps a seat at breakfast club",
            "kind": "attendance",
            "in_childs_words": "I will have toast with my friends before the bell.",
        },
    ]


def lead_part() -> Answers:
    """Social care's page."""
    return {
        "W1": {"confirmed": True},
        "W2": {
            "people": [
                {
                    "name": "The child's mother",
                    "relationship": "Mother",
                    "responsibility": "yes",
                    "invite": "yes",
                    "copy": "yes",
                    "safe_way": "By telephone after 16:00",
                    "needs": "",
                }
            ]
        },
        "W3": {"answer": "no"},
        "W4": {"says": "To be in school every day, and to have one adult there who knows the family."},
        "W5": {"home": "A new baby has come; mornings are busy."},
        "W6": {"answer": "agreed", "who": "Mother", "on": _in_weeks(-2), "how": "At the home visit"},
    }


def adviser_part() -> Answers:
    """The Virtual School's part."""
    return {
        "V1": {"held": "in_person", "on": _in_weeks(-1), "place": "At the school"},
        "V5": {"decision": "continue"},
        "V6": {"to_setting": "Clear targets with numbers: thank you.", "to_social_worker": "The date of the next review would help."},
    }


def _in_weeks(weeks: int) -> str:
    return (timezone.localdate() + timedelta(weeks=weeks)).isoformat()
