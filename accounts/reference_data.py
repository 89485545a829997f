"""The advisory phases we ship; the council changes them as data."""

from typing import Any

PHASES = (
    {"code": "primary", "name": "Early years and primary", "first_year": -5, "last_year": 6, "order": 1},
    {"code": "secondary", "name": "Secondary and post-16", "first_year": 7, "last_year": 14, "order": 2},
)


def load_phases(registry: Any) -> None:
    """Adds the phases that are missing; safe to repeat, never overwrites. `registry` is Django's app registry, present or historical."""
    model = registry.get_model("accounts", "AdvisoryPhase")
    for phase in PHASES:
        model.objects.get_or_create(code=phase["code"], defaults=phase)
