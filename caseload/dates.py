"""Dates in sentences."""

from datetime import date


def in_words(day: date) -> str:
    """Friday 11 December 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"
