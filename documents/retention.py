"""How long a document is kept: classes as data of the council, and the day from which two people may dispose of it.

Nothing is deleted by itself: the date is a proposal (domain.md 10, after published schedules: Derbyshire's DOB+25, DOB+35 and the
financial year + 6; six years after the last contact, as Devon). The council's records manager settles the numbers.
"""

from datetime import date

from django.db.models import TextChoices


class Retention(TextChoices):
    """The class decides the date of disposal."""

    CHILD = "child", "Until the child's 25th birthday"
    PROTECTION = "protection", "Until the child's 35th birthday"
    FINANCE = "finance", "Six years after the end of the financial year"
    CONTACT = "contact", "Six years after the date of the document"


YEARS_FROM_BIRTH = {Retention.CHILD: 25, Retention.PROTECTION: 35}


def dispose_on(retention: str, *, document_date: date, born: date | None) -> date:
    """The first day on which a document of this class may be disposed of, never before six years after its own date.

    A class that counts from birth falls back to six years for an owner without a birthday. Raises ValueError for an unknown class.
    """
    kept = Retention(retention)
    six_years = _years_after(document_date, 6)
    if kept is Retention.FINANCE:
        year_ends = date(document_date.year + (document_date >= date(document_date.year, 4, 1)), 4, 1)
        return _years_after(year_ends, 6)
    if kept in YEARS_FROM_BIRTH and born:
        return max(six_years, _years_after(born, YEARS_FROM_BIRTH[kept]))
    return six_years


def _years_after(day: date, years: int) -> date:
    """The same day `years` later; 1 March for 29 February in a year without one."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
