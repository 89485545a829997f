"""Advisory teachers by phase: which years a phase has, and how a phase is reached (contact page, adviser's load)."""

from django.db import models
from django.db.models import F, Q

from accounts.models.membership import Membership


class AdvisoryPhase(models.Model):
    """A phase of the advisory team as dated data: its school years and its telephone line.

    Years are national curriculum years: 0 is Reception, -1 and -2 nursery. Post-16 belongs to Secondary and Reception to Primary
    until the council says otherwise (safety.md 2.2).
    """

    code = models.SlugField(primary_key=True)
    name = models.CharField(max_length=60)
    first_year = models.SmallIntegerField("first school year")
    last_year = models.SmallIntegerField("last school year")
    telephone = models.CharField(max_length=30, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.CheckConstraint(condition=Q(first_year__lte=F("last_year")), name="phase_years_in_order")]

    def __str__(self) -> str:
        return self.name


class AdviserProfile(models.Model):
    """What an advisory teacher's membership adds: the phase, and whether the contact page lists them."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, primary_key=True, related_name="adviser_profile")
    phase = models.ForeignKey(AdvisoryPhase, on_delete=models.PROTECT, related_name="advisers")
    listed = models.BooleanField("on the contact page", default=True)

    class Meta:
        ordering = ["phase__order", "membership__user__name"]

    def __str__(self) -> str:
        return f"{self.membership.user} ({self.phase})"
