"""The plan: one a child a cycle, its parts, who wrote in them, and its targets."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Setting
from caseload.models import Child, Placement
from core.models import Cycle
from peps import scopes
from peps.models.template import PepTemplate
from peps.states import AGREED, LIVE, PartKind, PartState, PepKind, PepState


class PepQuerySet(models.QuerySet):
    """Plans by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Plans of children the person may see, for a setting its own and the last agreed one."""
        return scopes.peps(self, user, Child.objects.visible_to(user))


class Pep(models.Model):
    """A Personal Education Plan. For CIN and CP it is a local agreement, never called statutory (forms.md I.0)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=24, unique=True, editable=False)
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="peps")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="+")
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="peps")
    template = models.ForeignKey(PepTemplate, on_delete=models.PROTECT, related_name="+")
    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, null=True, blank=True, related_name="peps")
    kind = models.CharField(max_length=10, choices=PepKind.choices, default=PepKind.TERMLY)
    state = models.CharField(max_length=12, choices=PepState.choices, default=PepState.NOT_STARTED)
    sampled = models.BooleanField("in the sample for a second reviewer", default=False)
    opened_on = models.DateField()
    due_on = models.DateField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    returns = models.PositiveSmallIntegerField(default=0)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.TextField(blank=True)
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField("cancelled or excused at", null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = models.CharField(max_length=300, blank=True)

    objects = PepQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "reference"]
        verbose_name = "PEP"
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state__in=LIVE), name="pep_live_by_due"),
            models.Index(fields=["state", "due_on", "id"], name="pep_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["child", "cycle"], name="pep_once_a_child_a_cycle"),
            models.CheckConstraint(condition=Q(state__in=PepState.values), name="pep_state_known"),
            models.CheckConstraint(condition=Q(returns__lte=2), name="pep_at_most_two_returns"),
            models.CheckConstraint(
                condition=(Q(state__in=AGREED) & Q(signed_off_at__isnull=False, signed_off_by__isnull=False, submitted_by__isnull=False))
                | (~Q(state__in=AGREED) & Q(signed_off_at=None, signed_off_by=None)),
                name="pep_sign_off_together",
            ),
            models.CheckConstraint(
                condition=Q(signed_off_by=None) | ~Q(signed_off_by=F("submitted_by")), name="pep_signed_by_another_than_submitted"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=[PepState.CANCELLED, PepState.NOT_REQUIRED])
                    & Q(ended_at__isnull=False, ended_by__isnull=False)
                    & ~Q(ended_reason="")
                )
                | (~Q(state__in=[PepState.CANCELLED, PepState.NOT_REQUIRED]) & Q(ended_at=None, ended_by=None, ended_reason="")),
                name="pep_ended_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class OfPepQuerySet(models.QuerySet):
    """Rows that hang on a plan."""

    def visible_to(self, user: Any) -> "OfPepQuerySet":
        """Rows of the plans the person may see."""
        return self.filter(pep__in=Pep.objects.visible_to(user))


class Part(models.Model):
    """One owner's part. `version` guards every save: a stale one changes nothing (safety.md 4, point 5)."""

    pep = models.ForeignKey(Pep, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=10, choices=PartKind.choices)
    state = models.CharField(max_length=10, choices=PartState.choices, default=PartState.EMPTY)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfPepQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["pep", "kind"], name="part_once_a_pep"),
            models.CheckConstraint(condition=Q(kind__in=PartKind.values), name="part_kind_known"),
            models.CheckConstraint(
                condition=Q(state=PartState.COMPLETE, completed_at__isnull=False, completed_by__isnull=False)
                | (~Q(state=PartState.COMPLETE) & Q(completed_at=None, completed_by=None)),
                name="part_complete_together",
            ),
            models.CheckConstraint(condition=Q(state__in=PartState.values), name="part_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} part of {self.pep_id}"


class PartWriter(models.Model):
    """Somebody who wrote in a part; they never sign that plan off (practice.md 12)."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="writers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "user"], name="part_writer_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.part_id}"


class Target(models.Model):
    """One of the targets of S18: now, then, when, who (forms.md I, section 6)."""

    class Kind(models.TextChoices):
        LEARNING = "learning", "Learning"
        ATTENDANCE = "attendance", "Attendance"
        WELLBEING = "wellbeing", "Wellbeing and relationships"
        NEXT_STEP = "next_step", "Next step"

    pep = models.ForeignKey(Pep, on_delete=models.CASCADE, related_name="targets")
    position = models.PositiveSmallIntegerField()
    what = models.CharField("what will be different", max_length=600, blank=True)
    now = models.CharField("now", max_length=600, blank=True)
    then = models.CharField("by then", max_length=600, blank=True)
    by_date = models.DateField("by when", null=True, blank=True)
    who = models.CharField("who", max_length=200, blank=True)
    action = models.CharField("what they will do", max_length=600, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True)
    in_childs_words = models.CharField("in words for the child", max_length=600, blank=True)

    objects = OfPepQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["pep", "position"], name="target_position_once"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=3), name="target_one_to_three"),
        ]

    def __str__(self) -> str:
        return f"Target {self.position} of {self.pep_id}"
