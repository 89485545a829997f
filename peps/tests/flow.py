"""Plans brought to a point of the way: written, sent, signed off; and people to do it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import MembershipFactory, person
from peps.models import Part, PartWriter
from peps.services import review
from peps.states import PartKind, PepKind
from peps.tests.factories import World, fill_part, world

LONDON = ZoneInfo("Europe/London")
IN_TIME = datetime(2026, 2, 4, 10, 0, tzinfo=LONDON)
ON_DUE_DAY = datetime(2026, 3, 19, 10, 0, tzinfo=LONDON)


def head() -> User:
    """A second person who may review any plan."""
    return person(Role.HEAD)


def manager_of(our: World) -> User:
    """The manager of the team that holds the child."""
    user = person(Role.TEAM_MANAGER, our.lead.memberships.get().organisation)
    return user


def second_teacher(our: World) -> User:
    """Another designated teacher of the plan's setting."""
    user = person(Role.HEADTEACHER, our.pep.setting.organisation)
    MembershipFactory(user=user, organisation=our.pep.setting.organisation, role=Role.DESIGNATED_TEACHER)
    return user


def wrote(our: World, kind: str, user: User) -> None:
    """Somebody wrote in a part."""
    PartWriter.objects.create(part=Part.objects.get(pep=our.pep, kind=kind), user=user)


def written(*, lead: bool = True, adviser: bool = True, **fields: object) -> World:
    """A termly plan in progress with its parts done, each by its owner; not sent yet."""
    our = world(started=True, **{"kind": PepKind.TERMLY, "sampled": False, **fields})
    owners = {PartKind.CHILD: our.teacher, PartKind.SETTING: our.teacher, PartKind.LEAD: our.lead, PartKind.ADVISER: our.adviser}
    for kind, owner in owners.items():
        if (lead or kind != PartKind.LEAD) and (adviser or kind != PartKind.ADVISER):
            fill_part(our.pep, kind, by=owner)
            wrote(our, kind, owner)
    return our


def sent(**fields: object) -> World:
    """The same, sent by the designated teacher."""
    our = written(**fields)
    assert review.submit(pep_id=our.pep.pk, by=our.teacher, now=IN_TIME, declared=True)
    our.pep.refresh_from_db()
    return our


def agreed(*, now: datetime = IN_TIME, **fields: object) -> World:
    """The same, signed off by the Head."""
    our = sent(**fields)
    review.sign_off(pep_id=our.pep.pk, by=head(), now=now)
    our.pep.refresh_from_db()
    return our
