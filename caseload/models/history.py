"""Dated facts of a child: plan status, setting, lead practitioner, advisory teacher. `ends_on` is the first day without."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, Setting
from caseload.models.child import Child
from caseload.states import PlanStatus


class FactKind(models.TextChoices):
    """The dated facts by the word that addresses carry."""

    STATUS = "status", "plan status"
    SETTING = "setting", "setting"
    LEAD = "lead", "lead practitioner"
    ADVISER = "adviser", "advisory teacher"


class DatedQuerySet(models.QuerySet):
    """Dated rows of children."""

    def visible_to(self, user: Any) -> "DatedQuerySet":
        """Rows of the children the person may see."""
        return self.filter(child__in=Child.objects.visible_to(user))

    def not_empty(self) -> "DatedQuerySet":
        """Rows that hold on a day at least: one that was called off, or ended on its first day, holds on none."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=F("starts_on")))

    def to_come(self, on: date) -> "DatedQuerySet":
        """Rows that begin to hold after this day."""
        return self.not_empty().filter(starts_on__gt=on)


class Dated(models.Model):
    """From a day until the day before `ends_on`; at most one open row a child."""

    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, default="entered by hand")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="%(class)s_dates_in_order"),
            models.UniqueConstraint(fields=["child"], condition=Q(ends_on=None), name="%(class)s_one_open"),
        ]


class StatusEpisode(Dated):
    """A child in need, a child protection plan, looked after: from when until when."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="statuses")
    status = models.CharField(max_length=20, choices=PlanStatus.choices)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(status__in=PlanStatus.values), name="status_known"),
        ]

    def __str__(self) -> str:
        return self.get_status_display()


class Enrolment(Dated):
    """The setting where the child is on roll."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="enrolments")
    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, related_name="enrolments")

    def __str__(self) -> str:
        return str(self.setting_id)


class LeadAllocation(Dated):
    """The lead practitioner and the team that holds the child; without a person the team manager holds it."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="lead_allocations")
    team = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    named_email = models.EmailField("worker's address in the list", blank=True)

    def __str__(self) -> str:
        return str(self.team_id)


class AdviserAllocation(Dated):
    """The advisory teacher who works with the child."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="adviser_allocations")
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.adviser_id)
