"""Dated memberships with a role, and the invitations that lead to them."""

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.organisation import Organisation
from accounts.roles import Role
from accounts.scopes import hats_of


class MembershipQuerySet(models.QuerySet):
    """Memberships by date and by who may see them."""

    def current(self, on: date) -> "MembershipQuerySet":
        """Those that give rights on this day: started, not ended, not suspended, invitation taken up, person and organisation active."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gt=on),
            Q(invitation=None) | Q(invitation__accepted_at__isnull=False),
            starts_on__lte=on,
            suspended_at=None,
            user__is_active=True,
            organisation__active=True,
        )

    def visible_to(self, user: Any) -> "MembershipQuerySet":
        """All for those who run the portal; the own organisation's for a setting; else the own ones."""
        hats = hats_of(user)
        if not hats:
            return self.none()
        if any(hat.role in {Role.HEAD, Role.DEPUTY, Role.OFFICE} for hat in hats):
            return self
        own_settings = [hat.organisation_id for hat in hats if hat.role == Role.DESIGNATED_TEACHER]
        return self.filter(Q(organisation__in=own_settings) | Q(user=user))


class Membership(models.Model):
    """One hat of one person: a role in an organisation from a day until the day before `ends_on`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day without the role.")
    suspended_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name", "role"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_dates_in_order"),
            models.UniqueConstraint(fields=["user", "organisation", "role"], condition=Q(ends_on=None), name="membership_open_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"


class Invitation(models.Model):
    """An invitation to sign in for the first time; single use, and it expires (settings.INVITATION_HOURS)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="invitation")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    sends = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"

    @property
    def reference(self) -> str:
        """What the mail calls it; says nothing of the person."""
        return f"INV-{str(self.pk)[:8].upper()}"
