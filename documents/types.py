"""The types of document we ship, each with who reads it by default and how long it is kept; the council changes them as data."""

from typing import Any

from documents.retention import Retention
from documents.states import Audience

TYPES = (
    ("school_report", "School report", Audience.SHARED, Retention.CHILD),
    ("assessment", "Assessment or test result", Audience.SHARED, Retention.CHILD),
    ("childs_work", "Child's own work or words", Audience.SHARED, Retention.CHILD),
    ("pep_paper", "PEP on paper", Audience.SHARED, Retention.CHILD),
    ("sen", "SEN support or EHC plan", Audience.SHARED, Retention.CHILD),
    ("behaviour", "Behaviour, suspension or risk", Audience.SHARED, Retention.CHILD),
    ("specialist_report", "Report of a psychologist or therapist", Audience.COUNCIL, Retention.CHILD),
    ("social_care", "Social-care paper", Audience.COUNCIL, Retention.PROTECTION),
    ("letter", "Letter or e-mail", Audience.COUNCIL, Retention.CONTACT),
    ("money", "Quote, invoice or receipt", Audience.VIRTUAL_SCHOOL, Retention.FINANCE),
    ("other", "Something else", Audience.COUNCIL, Retention.CHILD),
)


def load_types(registry: Any) -> None:
    """Adds the types that are missing; safe to repeat, never overwrites. `registry` is Django's app registry, present or historical."""
    model = registry.get_model("documents", "DocumentType")
    for order, (code, name, audience, retention) in enumerate(TYPES, start=1):
        model.objects.get_or_create(code=code, defaults={"name": name, "audience": audience, "retention": retention, "order": order})
