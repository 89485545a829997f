"""Pools, their dated sizes, the numbered places that exist as rows, and who holds one."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from caseload.models.child import Child
from caseload.states import EndReason, PlacementState, Route

TAKEN = Q(state__in=[PlacementState.OFFERED, PlacementState.STARTED])


class Pool(models.Model):
    """A named pool of places: social care's 70, the panels' 20. Names and sizes are data (feature 3.1)."""

    code = models.SlugField(primary_key=True)
    name = models.CharField(max_length=60)
    route = models.CharField(max_length=20, choices=Route.choices)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.CheckConstraint(condition=Q(route__in=Route.values), name="pool_route_known")]

    def __str__(self) -> str:
        return self.name


class PoolSize(models.Model):
    """How many places a pool has from a day on."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="sizes")
    size = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-starts_on"]
        constraints = [models.UniqueConstraint(fields=["pool", "starts_on"], name="pool_size_once_a_day")]

    def __str__(self) -> str:
        return f"{self.pool_id}: {self.size} from {self.starts_on}"


class Place(models.Model):
    """One numbered place. The Head's extra place has a number above the size, a reason and an end (practice.md 11)."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="places")
    number = models.PositiveSmallIntegerField()
    opens_on = models.DateField()
    closes_on = models.DateField(null=True, blank=True, help_text="The first day the place can no longer be taken.")
    extra = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pool", "number"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "number"], name="place_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="place_number_from_one"),
            models.CheckConstraint(condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")), name="place_dates_in_order"),
            models.CheckConstraint(
                condition=Q(extra=False) | (~Q(reason="") & Q(opened_by__isnull=False) & Q(closes_on__isnull=False)),
                name="extra_place_has_reason_person_and_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.number}"


class PlacementQuerySet(models.QuerySet):
    """Placements by who may see them."""

    def visible_to(self, user: Any) -> "PlacementQuerySet":
        """Placements of the children the person may see."""
        return self.filter(child__in=Child.objects.visible_to(user))


class Placement(models.Model):
    """A child in a numbered place: offered, started, ended. The database lets one child hold a place, and one place one child."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="placements")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="placements")
    state = models.CharField(max_length=10, choices=PlacementState.choices)
    route = models.CharField(max_length=20, choices=Route.choices)
    offered_on = models.DateField()
    reserved_until = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason.choices, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlacementState.values), name="placement_state_known"),
            models.UniqueConstraint(fields=["place"], condition=TAKEN, name="place_taken_once"),
            models.UniqueConstraint(fields=["child"], condition=TAKEN, name="child_holds_one_place"),
            models.CheckConstraint(
                condition=(Q(state=PlacementState.ENDED) & Q(ended_on__isnull=False) & ~Q(end_reason=""))
                | (~Q(state=PlacementState.ENDED) & Q(ended_on=None) & Q(end_reason="")),
                name="placement_end_together",
            ),
            models.CheckConstraint(
                condition=Q(state=PlacementState.OFFERED, started_on=None)
                | Q(state=PlacementState.STARTED, started_on__isnull=False)
                | Q(state=PlacementState.ENDED),
                name="placement_start_together",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(started_on=None) | Q(ended_on__gte=F("started_on")), name="placement_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"Placement {self.pk}"
