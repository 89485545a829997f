"""Changing term dates: core holds the rule, here is the right and the trace."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from accounts.policies import require
from accounts.roles import Permission
from audit import services as audit
from core.models import AcademicYear
from core.terms import Period, SavedTerms, save_terms


@transaction.atomic
def change_terms(*, year: int, periods: Sequence[Period], provisional: bool, by: User) -> SavedTerms:
    """Sets the six terms of a school year; due dates of plans already open stay. Raises NotAllowed, TermDatesRefused."""
    require(by, Permission.EDIT_CALENDAR)
    saved = save_terms(year=year, periods=periods, provisional=provisional)
    if saved.changed:
        audit.record(
            actor=by,
            verb="terms.changed",
            target=AcademicYear.objects.get(pk=year),
            changes={
                f"term {term.number}": f"{term.starts_on} to {term.ends_on}{' (provisional)' if term.provisional else ''}" for term in saved.after
            },
        )
    return saved
