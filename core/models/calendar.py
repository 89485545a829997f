"""The school calendar as data: years, terms, cycles, and single days on which no school is open."""

from django.db import models
from django.db.models import F, Q

from core.calendars import CYCLE_NAMES, Calendar, CycleDates, cycle_label, year_label


class AcademicYear(models.Model):
    """1 September to 31 August, known by the calendar year it starts in (2026 is "2026/27").

    A first term may begin in the last days of August: a term belongs to its year by its foreign key, not by its dates.
    """

    starts_in = models.PositiveSmallIntegerField("starts in the year", primary_key=True)

    class Meta:
        ordering = ["starts_in"]
        constraints = [models.CheckConstraint(condition=Q(starts_in__range=(2000, 2100)), name="academic_year_plausible")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return year_label(self.starts_in)


class Term(models.Model):
    """One of the six terms of a year; terms 1 and 2 are the autumn cycle, 3 and 4 spring, 5 and 6 summer."""

    year = models.ForeignKey(AcademicYear, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")
    provisional = models.BooleanField(default=False, help_text="Not yet published by the council")

    class Meta:
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="term_once_a_year"),
            models.CheckConstraint(condition=Q(number__range=(1, 6)), name="term_number_1_to_6"),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="term_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"Term {self.number} {year_label(self.year_id)}"


class Cycle(models.Model):
    """One of the three rounds of plans of a year. It holds no dates: they come from its two terms."""

    class Number(models.IntegerChoices):
        AUTUMN = 1, CYCLE_NAMES[1]
        SPRING = 2, CYCLE_NAMES[2]
        SUMMER = 3, CYCLE_NAMES[3]

    year = models.ForeignKey(AcademicYear, on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField(choices=Number.choices)

    class Meta:
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="cycle_once_a_year"),
            models.CheckConstraint(condition=Q(number__range=(1, 3)), name="cycle_number_1_to_3"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """The word for people: Autumn, Spring or Summer."""
        return CYCLE_NAMES[self.number]

    @property
    def code(self) -> str:
        """The word for addresses and files: autumn, spring or summer."""
        return self.name.lower()

    @property
    def label(self) -> str:
        """Name and year: Autumn 2026/27."""
        return cycle_label(self.year_id, self.number)

    def dates_in(self, calendar: Calendar) -> CycleDates:
        """The dates of this cycle; raises NoTermDates if its year has none yet."""
        return calendar.cycle(self.year_id, self.number)


class ClosureDay(models.Model):
    """A day within a term on which no school of the area is open: INSET, a one-off closure, or an extra bank holiday."""

    class Kind(models.TextChoices):
        INSET = "inset", "INSET day"
        CLOSURE = "closure", "Schools closed"
        BANK_HOLIDAY = "bank_holiday", "Extra bank holiday"

    on = models.DateField("date", unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.INSET)

    class Meta:
        ordering = ["on"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=["inset", "closure", "bank_holiday"]), name="closure_kind_known")]

    def __str__(self) -> str:
        return self.name
