"""Which children each relation reaches (safety.md 2.1); built from relation names, imports no model.

Deny wins: a restricted record is seen by its named people only, whatever else they hold.
"""

from datetime import date, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.roles import PERMISSIONS, OrganisationKind, Permission
from accounts.scopes import hats_of, relations_of, today
from caseload.states import NoteAudience, PlacementState
from core.calendars import academic_year_start

Rows = TypeVar("Rows", bound=QuerySet)


def children(queryset: Rows, user: Any) -> Rows:
    """The rows of a Child queryset that this person may see, through any of their hats."""
    on = today()
    reach = Q(pk__in=[])
    for relation, hat in relations_of(user):
        reach |= RELATIONS[relation](queryset.model, hat, on)
    named = _exists(queryset.model, "restricted_people", user=user.pk)
    return queryset.filter(reach).filter(Q(restricted=False) | Q(named))


def notes(queryset: Rows, user: Any, children: QuerySet) -> Rows:
    """The rows of a CaseNote queryset whose audience this person belongs to; `children` is their scope of children.

    A correction that reaches fewer people takes the wordings before it away from the rest: who may not read what follows reads neither.
    """
    meant = Q(pk__in=[])
    for hat in hats_of(user):
        if Permission.VIEW_NOTES in PERMISSIONS.get(hat.role, frozenset()):
            meant |= _meant_for(hat)
    first = Coalesce(OuterRef("corrects"), OuterRef("pk"))
    later = queryset.model._default_manager.filter(corrects=first, number__gt=OuterRef("number"))
    return queryset.filter(meant, ~Exists(later.exclude(meant)), child__in=children)


def _meant_for(hat: Any) -> Q:
    if hat.organisation.kind == OrganisationKind.VIRTUAL_SCHOOL:
        return Q(pk__isnull=False)
    if hat.organisation.kind == OrganisationKind.SOCIAL_CARE_TEAM:
        return Q(audience__in=[NoteAudience.SOCIAL_CARE, NoteAudience.SETTING])
    return Q(audience=NoteAudience.SETTING, setting=hat.organisation_id)


def current(on: date) -> Q:
    """Dated rows that hold on a day: started, and not ended (`ends_on` is the first day without)."""
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gt=on))


def years_between(first_year: int, last_year: int, on: date) -> Q:
    """Children whose school year lies in the range: by date of birth, or by the override where there is one."""
    start = academic_year_start(on)
    born = Q(date_of_birth__gte=date(start - last_year - 5, 9, 1), date_of_birth__lte=date(start - first_year - 4, 8, 31))
    return Q(school_year_override__gte=first_year, school_year_override__lte=last_year) | (Q(school_year_override=None) & born)


def _exists(model: type[Model], relation: str, *conditions: Q, **filters: Any) -> Exists:
    related: Any = model._meta.get_field(relation).related_model
    return Exists(related._default_manager.filter(*conditions, child=OuterRef("pk"), **filters))


def _all(model: type[Model], hat: Any, on: date) -> Q:
    return Q(pk__isnull=False)


def _own_setting(model: type[Model], hat: Any, on: date) -> Q:
    """On roll here, and known to us by a place: never from the cohort list alone (safety.md 2.2).

    A place counts from the day it is given, also where it starts later (practice.md 24), and for 28 days after its last day; one that
    ended before it had begun never counted.
    """
    until = on - timedelta(days=settings.ACCESS_AFTER_PLACE_DAYS)
    enrolled = _exists(model, "enrolments", current(on), setting=hat.organisation_id)
    ended = Q(state=PlacementState.ENDED, ended_on__gt=F("started_on"), ended_on__gte=until)
    placed = _exists(model, "placements", Q(state=PlacementState.STARTED) | ended)
    return Q(enrolled) & Q(placed)


def _allocated(model: type[Model], hat: Any, on: date) -> Q:
    return Q(_exists(model, "lead_allocations", current(on), practitioner=hat.user_id, team=hat.organisation_id))


def _own_team(model: type[Model], hat: Any, on: date) -> Q:
    return Q(_exists(model, "lead_allocations", current(on), team=hat.organisation_id))


def _own_caseload(model: type[Model], hat: Any, on: date) -> Q:
    return Q(_exists(model, "adviser_allocations", current(on), adviser=hat.user_id))


def _own_phase(model: type[Model], hat: Any, on: date) -> Q:
    profile = getattr(hat, "adviser_profile", None)
    if profile is None:
        return Q(pk__in=[])
    return years_between(profile.phase.first_year, profile.phase.last_year, on)


RELATIONS = {
    "all": _all,
    "own_setting": _own_setting,
    "allocated": _allocated,
    "own_team": _own_team,
    "own_caseload": _own_caseload,
    "own_phase": _own_phase,
}
