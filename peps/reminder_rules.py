"""The three reminders of a plan as rows, loaded by a migration and again after a test's flush (issue A "Reminders")."""

from typing import Any

SETTING_AND_LEAD = ["designated_teacher", "lead_practitioner"]
# code, name, kind of message, anchor, days before it (negative: after), role codes
RULES = (
    ("opened", "On the day a PEP opens", "peps.opened", "opened", 0, SETTING_AND_LEAD),
    ("due-soon", "One week before a PEP is due", "peps.due_soon", "due", 5, SETTING_AND_LEAD),
    ("late", "On the day after a PEP was due", "peps.late", "due", -1, [*SETTING_AND_LEAD, "advisory_teacher"]),
)


def load_rules(apps: Any) -> None:
    """Adds the rules that are missing; a rule somebody changed stays. `apps` is the registry of a migration or of Django."""
    rule_model = apps.get_model("messaging", "ReminderRule")
    for code, name, kind, anchor, days_before, audience in RULES:
        values = {"name": name, "kind": kind, "anchor": anchor, "days_before": days_before, "audience": audience}
        rule_model.objects.get_or_create(code=code, defaults=values)
