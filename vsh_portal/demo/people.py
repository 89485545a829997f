"""The demo's invented people: one of each role that can do something, with the password they all share."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.models import AdviserProfile, AdvisoryPhase, Membership, Organisation, Setting, User
from accounts.roles import OrganisationKind, Role

PASSWORD = "violet-harbour-lantern-27"  # noqa: S105 public on purpose; seed_demo refuses production
SINCE = date(2024, 9, 2)
VIRTUAL_SCHOOL = "Exampleshire Virtual School"
TEAMS = {"Alderbrook Family Team": "alderbrook.team@example.org", "Westmere Family Team": "westmere.team@example.org"}
HOURS = "Monday to Friday, 8:30 to 16:30"
PHONES = {"primary": "01632 960 210", "secondary": "01632 960 220"}


@dataclass(frozen=True)
class Person:
    """One demo person; `where` is a team's name, a setting's URN, or empty for the Virtual School."""

    name: str
    email: str
    role: Role
    where: str = ""
    phase: str = ""
    telephone: str = ""


PEOPLE = (
    Person("Ruth Alderman", "head@example.org", Role.HEAD),
    Person("Daniel Osei", "deputy@example.org", Role.DEPUTY),
    Person("Priya Nair", "adviser.primary@example.org", Role.ADVISORY_TEACHER, phase="primary", telephone="01632 960 211"),
    Person("Huw Bowen", "adviser.primary2@example.org", Role.ADVISORY_TEACHER, phase="primary", telephone="01632 960 212"),
    Person("Marta Kowal", "adviser.secondary@example.org", Role.ADVISORY_TEACHER, phase="secondary", telephone="01632 960 221"),
    Person("Joan Pike", "office@example.org", Role.OFFICE),
    Person("Sam Whitlock", "teacher.alderbrook@example.org", Role.DESIGNATED_TEACHER, where="910001"),
    Person("Elin Hughes", "safeguarding.alderbrook@example.org", Role.SAFEGUARDING_LEAD, where="910001"),
    Person("Owen Tate", "teacher.fernhill@example.org", Role.DESIGNATED_TEACHER, where="910002"),
    Person("Carol Dent", "teacher.marlow@example.org", Role.DESIGNATED_TEACHER, where="910005"),
    Person("Nadia Rahman", "nadia.rahman@example.org", Role.LEAD_PRACTITIONER, where="Alderbrook Family Team"),
    Person("Tom Fielding", "tom.fielding@example.org", Role.LEAD_PRACTITIONER, where="Westmere Family Team"),
    Person("Grace Adeyemi", "manager@example.org", Role.TEAM_MANAGER, where="Alderbrook Family Team"),
    Person("Vic Stone", "admin@example.org", Role.SYSTEM_ADMIN),
)
# One person, two hats: Owen Tate is designated teacher of two schools.
SECOND_HATS = (("teacher.fernhill@example.org", Role.DESIGNATED_TEACHER, "910003"),)


@transaction.atomic
def make_council() -> None:
    """The Virtual School, the teams and everybody who works for the council; and the telephone lines of the phases."""
    Organisation.objects.get_or_create(kind=OrganisationKind.VIRTUAL_SCHOOL, defaults={"name": VIRTUAL_SCHOOL})
    for name, email in TEAMS.items():
        Organisation.objects.get_or_create(kind=OrganisationKind.SOCIAL_CARE_TEAM, name=name, defaults={"email": email})
    for code, telephone in PHONES.items():
        AdvisoryPhase.objects.filter(code=code, telephone="").update(telephone=telephone, hours=HOURS)
    for person in PEOPLE:
        if not person.where.isdigit():
            _make(person)


@transaction.atomic
def make_setting_staff() -> None:
    """The designated teachers and safeguarding leads, once the settings are there."""
    for person in PEOPLE:
        if person.where.isdigit():
            _make(person)
    for email, role, urn in SECOND_HATS:
        _join(User.objects.get(email=email), role, Setting.objects.get(urn=urn).organisation)


def _make(person: Person) -> None:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(person.email, person.name, PASSWORD, telephone=person.telephone)
    membership = _join(user, person.role, _organisation(person))
    if person.phase:
        AdviserProfile.objects.get_or_create(membership=membership, defaults={"phase_id": person.phase})


def _organisation(person: Person) -> Organisation:
    if person.where.isdigit():
        return Setting.objects.get(urn=person.where).organisation
    if person.where:
        return Organisation.objects.get(kind=OrganisationKind.SOCIAL_CARE_TEAM, name=person.where)
    return Organisation.objects.get(kind=OrganisationKind.VIRTUAL_SCHOOL)


def _join(user: User, role: Role, organisation: Organisation) -> Membership:
    membership, _ = Membership.objects.get_or_create(user=user, role=role, organisation=organisation, defaults={"starts_on": SINCE})
    return membership
