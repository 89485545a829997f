"""Organisations, and what the national register says of a setting."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.roles import OrganisationKind


class Organisation(models.Model):
    """Whom people belong to: the Virtual School, a setting, a social-care team, the EP service, a panel."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    name = models.CharField(max_length=200)
    email = models.EmailField("team inbox", blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
            models.UniqueConstraint(fields=["name"], condition=Q(kind=OrganisationKind.SOCIAL_CARE_TEAM), name="team_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Setting(models.Model):
    """A school or early-years setting as the national register (GIAS) or the office describes it."""

    class Status(models.TextChoices):
        OPEN = "1", "Open"
        CLOSED = "2", "Closed"
        CLOSING = "3", "Open, but proposed to close"
        PROPOSED = "4", "Proposed to open"

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, primary_key=True, related_name="setting")
    urn = models.CharField("URN", max_length=10, unique=True, null=True, blank=True)
    ofsted_urn = models.CharField("Ofsted number", max_length=12, blank=True)
    la_code = models.CharField("authority", max_length=3, db_index=True)
    la_name = models.CharField(max_length=100, blank=True)
    establishment_number = models.CharField(max_length=4, blank=True)
    type_name = models.CharField("type", max_length=100, blank=True)
    type_group = models.CharField(max_length=100, blank=True)
    phase_name = models.CharField("phase", max_length=60, blank=True)
    status = models.CharField(max_length=1, choices=Status.choices, default=Status.OPEN)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    lowest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    highest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    street = models.CharField(max_length=200, blank=True)
    locality = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    website = models.CharField(max_length=200, blank=True)
    head_name = models.CharField("headteacher", max_length=150, blank=True)
    ukprn = models.CharField("UKPRN", max_length=8, blank=True)
    register_date = models.DateField("last changed in the register", null=True, blank=True)
    imported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["organisation__name"]
        constraints = [models.CheckConstraint(condition=Q(status__in=["1", "2", "3", "4"]), name="setting_status_known")]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def name(self) -> str:
        """The organisation's name."""
        return self.organisation.name
