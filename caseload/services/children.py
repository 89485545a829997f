"""A child's own row: found before it is created, created, changed. The only door to it; dated facts are in services/history.py."""

import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.policies import require
from accounts.roles import Permission
from audit.services import record
from caseload import upn as numbers
from caseload.locks import locked_child
from caseload.matching import STRONG, SURE, Asked, Match, find
from caseload.models import Child
from caseload.names import name_key
from core.errors import Refused

OLDEST = 26  # years: nobody older has a plan; a typing error in the year of birth does
JUST_ADDED = "Somebody has just added a child with this UPN or social-care number. Search again."
ELSEWHERE = "You cannot add this child from here. Ask the Virtual School Head to finish this."


class SameChild(Refused):
    """The UPN or the social-care number belongs to a record that the person may see."""

    def __init__(self, match: Match) -> None:
        super().__init__(
            f"{match.child.name} ({match.child.reference}) has {match.reason}. Open that record instead of adding another one."
        )
        self.match = match


class MaybeSameChild(Refused):
    """Records that fit closely: the person looks at them and ticks "This is another child", or opens one."""

    def __init__(self, found: list[Match]) -> None:
        super().__init__("We may have this child already. Look at the records below: open the right one, or tick “This is another child”.")
        self.found = found


class ChangedMeanwhile(Refused):
    """Somebody else corrected the row since it was opened."""

    def __init__(self) -> None:
        super().__init__("Somebody else changed these details meanwhile. Open the page again to see them, then make your change.")


def state_of(child: Child) -> str:
    """A mark of the row as it stands; it is another one after every change."""
    return child.updated_at.isoformat()


@dataclass(frozen=True)
class Identity:
    """What a child's own row holds, as typed: empty text where something is not known."""

    first_name: str
    last_name: str
    date_of_birth: date
    known_as: str = ""
    upn: str = ""
    local_id: str = ""
    sex: str = Child.Sex.UNKNOWN


def matches(*, by: User, asked: Asked) -> list[Match]:
    """The records that may be this child, closest first, among those the person may see. Raises NotAllowed."""
    require(by, Permission.EDIT_CHILD)
    return find(asked, Child.objects.visible_to(by))


@transaction.atomic
def create(*, by: User, on: date, other_than: Collection[str] = (), identity: Identity) -> Child:
    """A new record, after search (feature 2.2); `other_than` are the references of records that the person looked at and said are others.

    Raises SameChild, MaybeSameChild for a record that is not among those, NotAllowed, and Refused for a UPN of wrong form, an impossible
    date of birth, and a child that the person could not see afterwards or who is on a record they may not see; no word tells the two apart.
    """
    require(by, Permission.EDIT_CHILD)
    values = checked(identity, on)
    _refuse_duplicate(by, identity, values, other_than)
    try:
        with transaction.atomic():
            child = Child.objects.create(**values)
    except IntegrityError as error:  # somebody else added the same number between our search and now
        raise Refused(JUST_ADDED) from error
    if not Child.objects.visible_to(by).filter(pk=child.pk).exists():
        raise Refused(ELSEWHERE)
    record(actor=by, verb="child.created", target=child, child=child, changes={"other_than": sorted(other_than)})
    return child


@transaction.atomic
def change(*, child_id: uuid.UUID | str, by: User, on: date, identity: Identity, as_of: str = "") -> Child:
    """Correct a child's own row; the trail keeps which fields changed, not what was in them.

    `as_of` is the state (`state_of`) the person had before them: where the row has another one, what somebody else corrected is not
    overwritten. Raises SameChild; ChangedMeanwhile; Refused as `create` does; NotAllowed.
    """
    child = locked_child(child_id, by)
    if as_of and as_of != state_of(child):
        raise ChangedMeanwhile
    values = checked(identity, on)
    clash = [match for match in _found(identity, values) if match.kind in SURE and match.child.pk != child.pk]
    _refuse_sure(by, clash)
    changed = [name for name, value in values.items() if getattr(child, name) != value]
    if not changed:
        return child
    for name in changed:
        setattr(child, name, values[name])
    child.updated_at = timezone.now()
    child.save(update_fields=[*changed, "updated_at"])
    if not Child.objects.visible_to(by).filter(pk=child.pk).exists():
        raise Refused("With this date of birth the child belongs to another phase. Ask the Virtual School office to change it.")
    record(actor=by, verb="child.changed", target=child, child=child, changes={"fields": sorted(set(changed) - {"name_key"})})
    return child


def checked(identity: Identity, on: date) -> dict[str, Any]:
    """The values of a child's row from what was typed. Raises Refused for what cannot be stored."""
    values: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(identity).items()}
    number = numbers.check(values["upn"])
    if number.error:
        raise Refused(number.error)
    if not values["first_name"] or not values["last_name"]:
        raise Refused("Enter the child's first and last name.")
    born = values["date_of_birth"]
    if born > on or born.year < on.year - OLDEST:
        raise Refused(f"Enter a date of birth between {on.year - OLDEST} and today.")
    if values["sex"] not in Child.Sex.values:
        raise Refused("Select female, male or not known.")
    values["upn"], values["local_id"] = number.upn or None, values["local_id"] or None
    values["name_key"] = name_key(values["first_name"], values["last_name"], values["known_as"])
    return values


def _found(identity: Identity, values: dict[str, Any]) -> list[Match]:
    asked = Asked(
        identity.first_name, identity.last_name, identity.known_as, identity.date_of_birth, values["upn"] or "", values["local_id"] or ""
    )
    return find(asked, Child.objects.all())


def _refuse_duplicate(by: User, identity: Identity, values: dict[str, Any], other_than: Collection[str]) -> None:
    found = _found(identity, values)
    _refuse_sure(by, found)
    seen = set(Child.objects.visible_to(by).filter(pk__in=[match.child.pk for match in found]).values_list("pk", flat=True))
    if any(match.kind in STRONG and match.child.pk not in seen for match in found):
        raise Refused(ELSEWHERE)
    near = [match for match in found if match.child.pk in seen]
    if any(match.child.reference not in other_than for match in near):
        raise MaybeSameChild(near)


def _refuse_sure(by: User, found: list[Match]) -> None:
    """A number that is taken: the record is named to those who may see it, to others nothing is said of it."""
    for match in found:
        if match.kind in SURE:
            if Child.objects.visible_to(by).filter(pk=match.child.pk).exists():
                raise SameChild(match)
            raise Refused(ELSEWHERE)
