"""Children, their dated facts and their places for tests."""

from datetime import date

import factory

from accounts.roles import Role
from accounts.tests.factories import OrganisationFactory, SettingFactory, UserFactory, person
from caseload.models import (
    AdviserAllocation,
    CaseNote,
    Child,
    Enrolment,
    LeadAllocation,
    Place,
    Placement,
    Pool,
    RestrictedPerson,
    StatusEpisode,
)
from caseload.states import NoteAudience, NoteKind, PlacementState, PlanStatus, Route


class ChildFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Child

    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = factory.Sequence(lambda n: f"Last{n:04d}")
    date_of_birth = date(2017, 3, 5)  # year 4 in 2025/26, year 5 in 2026/27
    local_id = factory.Sequence(lambda n: f"SC{n:06d}")

    class Params:
        secondary = factory.Trait(date_of_birth=date(2012, 3, 5))


class Dated(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    child = factory.SubFactory(ChildFactory)
    starts_on = date(2024, 9, 2)
    entered_by = factory.SubFactory(UserFactory)


class StatusFactory(Dated):
    class Meta:
        model = StatusEpisode

    status = PlanStatus.CHILD_IN_NEED


class EnrolmentFactory(Dated):
    class Meta:
        model = Enrolment

    setting = factory.SubFactory(SettingFactory)


class LeadAllocationFactory(Dated):
    class Meta:
        model = LeadAllocation

    team = factory.SubFactory(OrganisationFactory, team=True)
    practitioner = factory.LazyAttribute(lambda row: person(Role.LEAD_PRACTITIONER, row.team))


class AdviserAllocationFactory(Dated):
    class Meta:
        model = AdviserAllocation

    adviser = factory.SubFactory(UserFactory)


class PlacementFactory(factory.django.DjangoModelFactory):
    """A place that has started; `offered=True` leaves it an offer, `ended=True` ends it."""

    class Meta:
        model = Placement

    child = factory.SubFactory(ChildFactory)
    place = factory.LazyFunction(lambda: free_place("social_care"))
    route = Route.SOCIAL_CARE
    state = PlacementState.STARTED
    offered_on = date(2025, 9, 1)
    started_on = date(2025, 9, 1)
    given_by = factory.SubFactory(UserFactory)

    class Params:
        offered = factory.Trait(state=PlacementState.OFFERED, started_on=None, reserved_until=date(2099, 1, 1))
        ended = factory.Trait(state=PlacementState.ENDED, ended_on=date(2025, 12, 1), end_reason="improved")


class RestrictedPersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RestrictedPerson

    child = factory.SubFactory(ChildFactory, restricted=True)
    user = factory.SubFactory(UserFactory)
    named_by = factory.SubFactory(UserFactory)


class NoteFactory(factory.django.DjangoModelFactory):
    """A note for the Virtual School only; `social_care=True` or a `setting` widen it."""

    class Meta:
        model = CaseNote

    child = factory.SubFactory(ChildFactory)
    kind = NoteKind.CALL
    happened_on = date(2026, 1, 12)
    text = factory.Sequence(lambda n: f"Note {n}")
    audience = factory.LazyAttribute(lambda note: NoteAudience.SETTING if note.setting else NoteAudience.VIRTUAL_SCHOOL)
    setting = None
    author = factory.SubFactory(UserFactory)

    class Params:
        social_care = factory.Trait(audience=NoteAudience.SOCIAL_CARE)


def free_place(pool: str) -> Place:
    """The lowest numbered place nobody holds; pools and places are loaded by a migration."""
    taken = Placement.objects.exclude(state=PlacementState.ENDED).values("place")
    return Place.objects.filter(pool=Pool.objects.get(code=pool)).exclude(pk__in=taken).order_by("number").first()


def known_child(*, setting=None, practitioner=None, team=None, adviser=None, placed: bool = True, **fields) -> Child:
    """A child in need with a setting, a lead practitioner, an adviser, and a started place unless `placed` is false."""
    child = ChildFactory(**fields)
    by = UserFactory()
    StatusFactory(child=child, entered_by=by)
    EnrolmentFactory(child=child, entered_by=by, **({"setting": setting} if setting else {}))
    LeadAllocationFactory(
        child=child, entered_by=by, **({"team": team} if team else {}), **({"practitioner": practitioner} if practitioner else {})
    )
    if adviser:
        AdviserAllocationFactory(child=child, adviser=adviser, entered_by=by)
    if placed:
        PlacementFactory(child=child, given_by=by)
    return child
