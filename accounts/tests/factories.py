"""People and organisations for tests; traits give the role."""

from datetime import date

import factory

from accounts.models import AdviserProfile, AdvisoryPhase, Membership, Organisation, Setting, User
from accounts.roles import OrganisationKind, Role

PASSWORD = "Correct-horse-battery-9"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.set_password(extracted or PASSWORD)
        if create:
            self.save(update_fields=["password"])


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = OrganisationKind.VIRTUAL_SCHOOL
    name = factory.Sequence(lambda n: f"Organisation {n}")

    class Params:
        team = factory.Trait(kind=OrganisationKind.SOCIAL_CARE_TEAM, name=factory.Sequence(lambda n: f"Team {n}"), email="team@example.org")
        setting = factory.Trait(kind=OrganisationKind.SETTING, name=factory.Sequence(lambda n: f"Example Academy {n}"))
        ep_service = factory.Trait(kind=OrganisationKind.EP_SERVICE)
        panel = factory.Trait(kind=OrganisationKind.PANEL)


class SettingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Setting

    organisation = factory.SubFactory(OrganisationFactory, setting=True)
    urn = factory.Sequence(lambda n: f"{900000 + n}")
    la_code = "800"
    phase_name = "Primary"


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.OFFICE
    starts_on = date(2020, 1, 1)


def phase(code: str = "primary") -> AdvisoryPhase:
    """The advisory phase "primary" or "secondary", as the migration loads it."""
    return AdvisoryPhase.objects.get(code=code)


def person(role: Role, organisation: Organisation | None = None, **user_fields: object) -> User:
    """A person with one current hat; the organisation is made to fit the role where none is given."""
    kinds = {
        Role.DESIGNATED_TEACHER: "setting",
        Role.SAFEGUARDING_LEAD: "setting",
        Role.HEADTEACHER: "setting",
        Role.SETTING_COLLEAGUE: "setting",
        Role.LEAD_PRACTITIONER: "team",
        Role.TEAM_MANAGER: "team",
        Role.EDUCATIONAL_PSYCHOLOGIST: "ep_service",
        Role.PANEL_CHAIR: "panel",
        Role.PANEL_MEMBER: "panel",
        Role.PANEL_CLERK: "panel",
    }
    trait = kinds.get(role)
    if organisation is None:
        organisation = SettingFactory().organisation if trait == "setting" else OrganisationFactory(**({trait: True} if trait else {}))
    user = UserFactory(**user_fields)
    MembershipFactory(user=user, organisation=organisation, role=role)
    return user


def adviser(code: str = "primary", **user_fields: object) -> User:
    """An advisory teacher of a phase."""
    user = person(Role.ADVISORY_TEACHER, **user_fields)
    AdviserProfile.objects.create(membership=user.memberships.get(), phase=phase(code))
    return user
