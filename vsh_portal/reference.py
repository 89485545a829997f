"""The reference data every portal has: term dates, phases, pools and places, questions, reminder rules.

Migrations load it once; this loads what is missing again, after a flush in tests and before the demo. Safe to repeat.
"""

from django.apps import apps

from accounts.reference_data import load_phases
from caseload.pools import load_pools
from core.terms import load_terms
from documents.types import load_types
from peps.reminder_rules import load_rules
from peps.services.templates import load_templates


def load() -> None:
    """Adds every reference row that is missing; overwrites none."""
    load_terms()
    load_phases(apps)
    load_pools(apps)
    load_templates()
    load_rules(apps)
    load_types(apps)
