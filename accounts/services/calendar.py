"""Changing term dates: core holds the rule, here is the right and the trace."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from accounts.policies import require
from accounts.roles import Permission
from audit import services as audit
from core.calendars import TermDates
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
            changes=_changes(saved),
        )
    return saved


def _changes(saved: SavedTerms) -> dict[str, list[str]]:
    """Each term that changed, as it was and as it is; empty text where the year is new."""
    before = {term.number: _words(term) for term in saved.before}
    after = {term.number: _words(term) for term in saved.after}
    return {f"term {number}": [before.get(number, ""), words] for number, words in after.items() if before.get(number) != words}


def _words(term: TermDates) -> str:
    return f"{term.starts_on} to {term.ends_on}{' (provisional)' if term.provisional else ''}"
