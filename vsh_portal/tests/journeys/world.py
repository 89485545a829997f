"""Given: the council's own people, and the files they bring. The schools, the child and the designated teacher come by the journey."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from accounts.models import Organisation, User
from accounts.roles import Role
from accounts.tests.factories import OrganisationFactory, adviser, person
from accounts.tests.register_files import school, text_of

SHARED = Path(settings.BASE_DIR).parent / "shared" / "data"
CHILD = {
    "local_id": "SC700100",
    "upn": "",
    "first_name": "Rosalind",
    "last_name": "Thackeray",
    "known_as": "Rosie",
    "date_of_birth": "2017-03-05",
    "sex": "F",
    "status": "cin",
    "status_start": "2025-10-01",
    "status_end": "",
}


@dataclass(frozen=True)
class RegisterFile:
    """A file of the national register as it is uploaded, and what its preview must count."""

    name: str
    content: bytes
    authorities: str
    new: int


@dataclass(frozen=True)
class Registers:
    """One file in each of the two layouts, and the open primary school where the child is on roll."""

    files: tuple[RegisterFile, RegisterFile]
    urn: str
    school: str


@dataclass(frozen=True)
class Council:
    """The people of the Virtual School and of social care."""

    head: User
    office: User
    adviser: User
    lead: User
    manager: User
    team: Organisation


def written_registers() -> Registers:
    """Two invented files of authority 800, cp1252, the second in the newer layout with a school more."""
    ours = school(910101, "Sacré-Cœur Primary School")
    older = text_of(ours, school(910102, "Long Lane Infant School"), layout=2018)
    newer = text_of(ours, school(910102, "Long Lane Infant School"), school(910103, "St Zoë’s Nursery", phase="Nursery"), layout=2024)
    return Registers(
        (
            RegisterFile("edubasealldata20180115.csv", older.encode("cp1252"), "800", 2),
            RegisterFile("edubasealldata20260112.csv", newer.encode("cp1252"), "800", 1),
        ),
        "910101",
        "Sacré-Cœur Primary School",
    )


def real_registers() -> Registers:
    """The two files of published layout that lie beside the checkout: four schools of London in 2018, one academy in 2024."""
    older, newer = (SHARED / f"gias_layout_{year}.csv" for year in (2018, 2024))
    return Registers(
        (
            RegisterFile(older.name, older.read_bytes(), "203, 206, 207", 4),
            RegisterFile(newer.name, newer.read_bytes(), "355", 1),
        ),
        "100492",
        "St Thomas' CofE Primary School",
    )


def registers() -> dict[str, object]:
    """The pairs of files to play the path with: our own always, the published ones where they are."""
    found: dict[str, object] = {"our files": written_registers}
    return found | ({"published files": real_registers} if SHARED.is_dir() else {})


def council() -> Council:
    """Five people with passwords."""
    team = OrganisationFactory(team=True, name="Alderbrook Family Team")
    virtual_school = OrganisationFactory(name="Exampleshire Virtual School")
    return Council(
        head=person(Role.HEAD, virtual_school, name="Ruth Alderman", email="head@example.org"),
        office=person(Role.OFFICE, virtual_school, name="Joan Pike", email="office@example.org"),
        adviser=adviser(name="Priya Nair", email="adviser@example.org"),
        lead=person(Role.LEAD_PRACTITIONER, team, name="Nadia Rahman", email="nadia.rahman@example.org"),
        manager=person(Role.TEAM_MANAGER, team, name="Grace Adeyemi", email="manager@example.org"),
        team=team,
    )


def children_list(urn: str) -> bytes:
    """Social care's list: one child, and one line that is wrong."""
    more = {"worker_email": "nadia.rahman@example.org", "team": "Alderbrook Family Team", "setting_urn": urn}
    wrong = CHILD | {"local_id": "SC700101", "first_name": "Ned", "known_as": "", "date_of_birth": "31/02/2018"}
    out = io.StringIO()
    writer = csv.DictWriter(out, [*CHILD, *more], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows([CHILD | more, wrong | more])
    return out.getvalue().encode()
