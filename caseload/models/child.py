"""The child, and who may see a restricted record."""

import secrets
import uuid
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from caseload import scopes
from core.calendars import ncy

REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_reference() -> str:
    """An opaque reference for mails, titles and file names; six characters that cannot be misread on the telephone."""
    return "VS-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(6))


class ChildQuerySet(models.QuerySet):
    """Children by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Those the person reaches through a relation, restricted records only for their named people."""
        return scopes.children(self, user)


class Child(models.Model):
    """A child who has or had a social worker. Facts with dates (status, setting, workers, place) hang on it as rows."""

    class Sex(models.TextChoices):
        FEMALE = "F", "Female"
        MALE = "M", "Male"
        UNKNOWN = "U", "Not known"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=new_reference, editable=False)
    local_id = models.CharField("social-care number", max_length=40, unique=True, null=True, blank=True)
    upn = models.CharField("UPN", max_length=13, unique=True, null=True, blank=True)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    known_as = models.CharField(max_length=80, blank=True)
    name_key = models.CharField(max_length=160, db_index=True, blank=True)
    sound_key = models.CharField(max_length=40, db_index=True, blank=True)
    date_of_birth = models.DateField()
    sex = models.CharField(max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    school_year_override = models.SmallIntegerField(null=True, blank=True)
    restricted = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ChildQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        verbose_name_plural = "children"
        indexes = [models.Index(fields=["last_name", "first_name", "id"], name="child_by_name")]
        constraints = [
            models.CheckConstraint(condition=Q(sex__in=["F", "M", "U"]), name="child_sex_known"),
            models.CheckConstraint(condition=~Q(upn=""), name="child_upn_null_not_empty"),
            models.CheckConstraint(condition=~Q(local_id=""), name="child_local_id_null_not_empty"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def name(self) -> str:
        """The name the child uses, with the family name."""
        return f"{self.known_as or self.first_name} {self.last_name}"

    @property
    def called(self) -> str:
        """The first name the child uses."""
        return self.known_as or self.first_name

    def school_year(self, on: date) -> int:
        """National curriculum year on a day: 0 is Reception, below it nursery (domain.md 8.2)."""
        return self.school_year_override if self.school_year_override is not None else ncy(self.date_of_birth, on)

    def age(self, on: date) -> int:
        """Whole years on a day."""
        born = self.date_of_birth
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


class RestrictedPerson(models.Model):
    """Somebody named on a restricted record (practice.md 1); needed in addition to every other relation."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="restricted_people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["child", "user"], name="restricted_person_once")]

    def __str__(self) -> str:
        return f"Named on {self.child_id}"
