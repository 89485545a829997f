"""Dates in sentences, and the sentence for a year that was mistyped."""

from datetime import date, timedelta

from core.errors import Refused

FARTHEST = timedelta(days=366)


def in_words(day: date) -> str:
    """Friday 11 December 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def refuse_far_ahead(day: date, today: date) -> None:
    """Raises Refused for a day more than a year ahead: 2062 for 2026 would shut a child's record, or a pool, for good."""
    if day > today + FARTHEST:
        raise Refused(f"{in_words(day)} is more than a year ahead. Check the year, and enter an earlier day.")
