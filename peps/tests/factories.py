"""Plans for tests: one with its four parts and the people around it, and answers that make a part complete."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import factory
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import SettingFactory, UserFactory, adviser, person
from caseload.models import Child
from caseload.tests.factories import known_child
from core.models import Cycle
from peps.models import Part, Pep, PepTemplate, Target
from peps.services.templates import template_for
from peps.states import PartKind, PartState, PepState

NOW = datetime(2026, 1, 12, 10, 0, tzinfo=UTC)
DUE = date(2026, 3, 19)


class PepFactory(factory.django.DjangoModelFactory):
    """A plan of the spring cycle 2025/26, with nothing written; `submitted` and `signed_off` move it on."""

    class Meta:
        model = Pep
        skip_postgeneration_save = True

    child = factory.LazyFunction(known_child)
    reference = factory.Sequence(lambda n: f"PEP-TEST{n}-2026-2")
    cycle = factory.LazyFunction(lambda: Cycle.objects.get(year_id=2025, number=2))
    placement = factory.LazyAttribute(lambda pep: pep.child.placements.get())
    template = factory.LazyAttribute(lambda pep: template_for(pep.child.school_year(pep.opened_on)))
    setting = factory.LazyAttribute(lambda pep: pep.child.enrolments.get().setting)
    opened_on = date(2026, 1, 5)
    due_on = DUE

    class Params:
        started = factory.Trait(state=PepState.IN_PROGRESS)
        submitted = factory.Trait(state=PepState.SUBMITTED, submitted_at=NOW, submitted_by=factory.SubFactory(UserFactory))
        signed_off = factory.Trait(
            state=PepState.SIGNED_OFF,
            submitted_at=NOW,
            submitted_by=factory.SubFactory(UserFactory),
            signed_off_at=NOW,
            signed_off_by=factory.SubFactory(UserFactory),
        )

    @factory.post_generation
    def parts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            Part.objects.bulk_create(Part(pep=self, kind=kind) for kind in PartKind)


@dataclass(frozen=True)
class World:
    """A plan and everybody who has to do with it."""

    pep: Pep
    child: Child
    teacher: User
    lead: User
    adviser: User


def world(*, called: str = "Maya", **pep_fields: Any) -> World:
    """A plan with a designated teacher, a lead practitioner and an adviser of its own."""
    setting, worker, ours = SettingFactory(), person(Role.LEAD_PRACTITIONER), adviser()
    team = worker.memberships.get().organisation
    child = known_child(setting=setting, practitioner=worker, team=team, adviser=ours, first_name=called)
    teacher = person(Role.DESIGNATED_TEACHER, setting.organisation)
    return World(PepFactory(child=child, **pep_fields), child, teacher, worker, ours)


def template(code: str = "primary") -> PepTemplate:
    """A shipped template, as the migration loads it."""
    return PepTemplate.objects.get(code=code)


def whole_target(**changes: str) -> dict[str, str]:
    """A target with everything it needs."""
    return {
        "what": "Reads aloud with ease",
        "now": "88 words a minute",
        "then": "105 words a minute",
        "by_date": "2026-03-27",
        "who": "Mrs Osei",
        "action": "Reads with the child for ten minutes a day",
        "kind": "learning",
        **changes,
    }


def whole_answers(kind: str) -> dict[str, dict[str, Any]]:
    """Answers that make a part of the primary template complete; the setting's part needs a target as well."""
    row = {"level": "below", "pace": "expected"}
    return {
        PartKind.CHILD: {"C1": {"how": "said", "who": "Mrs Osei"}, "C6": {"wish": "More football", "reply": "done"}},
        PartKind.SETTING: {
            "S8": {"areas": {"reading": row, "writing": row, "maths": row}},
            "S9": {"one_thing": "A quiet start to the day"},
            "S10": {"good_at": "Drawing maps"},
            "S13": {"one": "Greet by name", "two": "Say what comes next", "three": "Give time"},
            "S1": {"confirmed": True},
            "S2": {"role": "ta", "name": "Mrs Osei"},
            "S23": {"answer": "yes", "who": "Mr Hale", "with_whom": "Mother", "on": "2026-01-09"},
            "S24": {"answer": "no"},
        },
        PartKind.LEAD: {
            "W2": {
                "people": [
                    {
                        "name": "Mother",
                        "relationship": "Mother",
                        "responsibility": "yes",
                        "invite": "yes",
                        "copy": "yes",
                        "safe_way": "By text",
                    }
                ]
            },
            "W3": {"answer": "no"},
            "W1": {"confirmed": True},
            "W4": {"says": "Attends every day"},
            "W6": {"answer": "agreed", "who": "Mother", "on": "2026-01-08", "how": "At home"},
        },
        PartKind.ADVISER: {
            "V1": {"held": "online", "on": "2026-01-20"},
            "V5": {"decision": "continue"},
            "V6": {"to_setting": "Clear targets", "to_social_worker": "Came on time"},
        },
    }[PartKind(kind)]


def fill_part(pep: Pep, kind: str, *, by: User, complete: bool = True, **answers: dict[str, Any]) -> Part:
    """Put whole answers (with changes by code) straight into a part, for tests that are not about saving."""
    part, _new = Part.objects.get_or_create(pep=pep, kind=kind)
    part.data, part.version, part.saved_at, part.saved_by = whole_answers(kind) | answers, part.version + 1, NOW, by
    if complete:
        part.state, part.completed_at, part.completed_by = PartState.COMPLETE, NOW, by
    else:
        part.state = PartState.DRAFT
    part.save()
    if kind == PartKind.SETTING and not pep.targets.exists():
        Target.objects.create(pep=pep, position=1, **whole_target())
    return part


@contextmanager
def counted() -> Iterator[Callable[[], int]]:
    """`with counted() as found: ...; found()` is how many statements on tables were needed."""
    with CaptureQueriesContext(connection) as captured:
        yield lambda: sum(query["sql"].startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) for query in captured)
