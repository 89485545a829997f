"""What the journey's people write: the demo's answers, with the answers that not everybody may read filled as well."""

from typing import Any

from vsh_portal.demo import answers as demo

PASSWORD = "lantern harbour violet 27"
PRIMARY = ["reading", "writing", "maths"]
CHILD = {"C1": demo.child_part()["C1"], "C6": demo.child_part()["C6"]}
TARGETS = demo.targets
ONLY_FULL = {
    "safe_way": "By telephone after 16:00",
    "who": "A former partner of the mother",
    "may_know": "The designated teacher and the office",
    "from_whom": "The grandmother in Westmere",
    "why": "She passes on what she reads",
}
INSTRUCTION = "Hand over to the mother only, at the office door."
CHANGED = "Ten minutes of reading aloud at 8:50, and a tally of the words per minute."
REASON = "Please say in S9 how you will see that the reading helps."


def setting_part() -> dict[str, Any]:
    """The setting's questions; one answer is to be kept from somebody."""
    kept = {"answer": "yes", "answers": ["S2"], "from_whom": ONLY_FULL["from_whom"], "why": ONLY_FULL["why"]}
    asked = demo.setting_part(PRIMARY) | {"S24": kept}
    del asked["S25"]  # declared on the page that sends the plan
    return asked


def lead_part() -> dict[str, Any]:
    """Social care's page, with somebody who must not know where the child is."""
    protected = {
        "answer": "yes",
        "who": ONLY_FULL["who"],
        "protected": "both",
        "may_know": ONLY_FULL["may_know"],
        "instruction": INSTRUCTION,
    }
    return demo.lead_part() | {"W3": protected}


def adviser_part() -> dict[str, Any]:
    """The Virtual School's part."""
    return demo.adviser_part()
