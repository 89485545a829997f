"""Is this child here already? Search before create, by hand and in imports (feature 2.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, TextChoices

from caseload.models import Child
from caseload.names import fold, same_person, swapped


class Kind(TextChoices):
    """How a record fits what was typed, closest first; the words finish "This child has ..."."""

    UPN = "upn", "the same UPN"
    LOCAL_ID = "local_id", "the same social-care number"
    NAME_AND_BIRTH = "name_and_birth", "the same name and date of birth"
    SWAPPED = "swapped", "the same date of birth, and first and last name the other way round"
    NEAR = "near", "the same last name and date of birth"


SURE = {Kind.UPN, Kind.LOCAL_ID}  # numbers that one child has; no second record can have them
STRONG = SURE | {Kind.NAME_AND_BIRTH}


@dataclass(frozen=True)
class Asked:
    """What identifies a child, as typed or read from a file; empty text where it is not known."""

    first_name: str = ""
    last_name: str = ""
    known_as: str = ""
    date_of_birth: date | None = None
    upn: str = ""
    local_id: str = ""

    @property
    def names(self) -> tuple[str, str, str]:
        """First, last, known as."""
        return self.first_name, self.last_name, self.known_as


@dataclass(frozen=True)
class Match:
    """One record that may be the child asked for."""

    child: Child
    kind: Kind

    @property
    def reason(self) -> str:
        """Why it is shown: "the same UPN"."""
        return str(self.kind.label)


def find(asked: Asked, children: QuerySet[Child]) -> list[Match]:
    """The records among `children` that fit, closest first; one statement."""
    numbers = Q(upn=asked.upn) if asked.upn else Q(pk__in=[])
    numbers |= Q(local_id=asked.local_id) if asked.local_id else Q(pk__in=[])
    born = Q(date_of_birth=asked.date_of_birth) if asked.date_of_birth else Q(pk__in=[])
    return closest(asked, children.filter(numbers | born))


def closest(asked: Asked, candidates: Iterable[Child]) -> list[Match]:
    """The candidates that fit, closest first; pure."""
    order = list(Kind)
    found = [Match(child, kind) for child in candidates if (kind := kind_of(asked, child)) is not None]
    return sorted(found, key=lambda match: (order.index(match.kind), match.child.last_name, match.child.first_name, str(match.child.pk)))


def kind_of(asked: Asked, child: Child) -> Kind | None:
    """The closest way in which a record fits, None if it does not."""
    names = (child.first_name, child.last_name, child.known_as)
    if asked.upn and child.upn == asked.upn:
        return Kind.UPN
    if asked.local_id and child.local_id == asked.local_id:
        return Kind.LOCAL_ID
    if asked.date_of_birth != child.date_of_birth:
        return None
    if same_person(asked.names, names):
        return Kind.NAME_AND_BIRTH
    if swapped(asked.names, names):
        return Kind.SWAPPED
    return Kind.NEAR if fold(asked.last_name) == fold(child.last_name) else None
