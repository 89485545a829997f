"""Taking a place: the one door that gives a child a place, an adviser and the first plan, and takes the place away again.

Caseload knows places, this app knows plans; the panel's and social care's doors call in here as the plain pages do
(architecture.md 2, "What has to travel upwards").
"""

import uuid
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.scopes import today
from caseload.facts import adviser_of
from caseload.models import Placement
from caseload.services import history, places
from peps.models import Pep
from peps.services import planning, review

PLACE_ENDED = "The place ended."


@transaction.atomic
def admit(
    *, child_id: uuid.UUID | str, pool: str, on: date, by: User, adviser_id: int | str | None = None, offer_only: bool = False
) -> Placement:
    """Give a child the lowest free place of a pool from a day on, with an adviser, and open the first plan if a cycle is running.

    With `offer_only` the place is reserved and no plan opens yet. One transaction: NoPlaceFree and every other refusal
    (Refused, NoTermDates for the reservation's end, NotAllowed) leaves nothing behind.
    """
    take = places.offer if offer_only else places.allocate
    placement = take(child_id=child_id, pool=pool, on=on, by=by)
    _allocate(placement, adviser_id, on, by)
    if not offer_only:
        _open_plan(placement, by)
    return placement


@transaction.atomic
def start_offered(*, placement_id: uuid.UUID | str, on: date, by: User, adviser_id: int | str | None = None) -> Placement:
    """Start an offered place and open the first plan if a cycle is running. Raises TransitionRefused, Refused, NotAllowed."""
    placement = places.start(placement_id=placement_id, on=on, by=by)
    _allocate(placement, adviser_id, on, by)
    _open_plan(placement, by)
    return placement


@transaction.atomic
def end_place(*, placement_id: uuid.UUID | str, on: date, reason: str, by: User) -> Placement:
    """End a started place or withdraw an offer. Plans not yet sent end with it; one that was sent stays to be signed off.

    The closing plan of practice.md 20 comes with issue C. Raises TransitionRefused, Refused, NotAllowed.
    """
    plans = review.lock_unsent(placement_id)  # before the child and the audit chain, as everybody else does
    placement = places.end(placement_id=placement_id, on=on, reason=reason, by=by)
    review.end_locked(plans, reason=PLACE_ENDED, by=by, now=timezone.now())
    return placement


def _open_plan(placement: Placement, by: User) -> Pep | None:
    """The plan opens today; for a place that starts on a day to come the sweep opens it on that day."""
    return planning.open_for(placement=placement, on=today(), by=by)


def _allocate(placement: Placement, adviser_id: int | str | None, on: date, by: User) -> None:
    """The adviser works with the child from the day the place holds, unless the same person does so already."""
    if not adviser_id:
        return
    adviser = User.objects.get(pk=adviser_id)
    if adviser_of(placement.child, on) != adviser:
        history.set_adviser(child_id=placement.child_id, adviser=adviser, starts_on=on, by=by)
