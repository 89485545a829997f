"""What a list of children is compared with: read once, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, Organisation, Setting, User
from accounts.roles import Role
from caseload.imports.children import Listed
from caseload.matching import Asked, Match, closest
from caseload.models import Child, Enrolment, LeadAllocation, StatusEpisode
from caseload.models.history import Dated
from caseload.names import fold
from caseload.selectors import teams
from core.staging import digest

FACTS: tuple[type[Dated], ...] = (StatusEpisode, Enrolment, LeadAllocation)


@dataclass(frozen=True)
class Known:
    """Children with their dated rows, and the settings, teams and workers a line may name.

    `practitioners` and `invited` are (address, team) pairs: who is a lead practitioner there, and who was asked to become one.
    """

    children: Sequence[Child]
    visible: frozenset[UUID]
    rows: dict[type[Dated], dict[UUID, list[Any]]]
    settings: dict[str, Setting]
    teams: dict[str, Organisation]
    workers: dict[str, User]
    practitioners: frozenset[tuple[str, UUID]]
    invited: frozenset[tuple[str, UUID]]
    by_number: dict[tuple[str, str | None], Child]
    by_birth: dict[date, list[Child]]

    def matches(self, asked: Asked) -> list[Match]:
        """The records that may be the child of a line, closest first; also those the reader may not see."""
        numbers = [self.by_number.get(("local_id", asked.local_id)), self.by_number.get(("upn", asked.upn or None))]
        born = self.by_birth.get(asked.date_of_birth, []) if asked.date_of_birth else []
        candidates = {child.pk: child for child in [*numbers, *born] if child}
        return closest(asked, candidates.values())

    def rows_of(self, model: type[Dated], child: Child | None) -> list[Any]:
        """All rows of one fact of a child; none of a child that is new."""
        return self.rows[model].get(child.pk, []) if child else []


def load(by: User, on: date, listed: Collection[Listed] = ()) -> Known:
    """Everything these lines are compared with on a day, in eleven statements however many they are."""
    children = list(Child.objects.order_by("pk"))
    by_birth = defaultdict(list)
    for child in children:
        by_birth[child.date_of_birth].append(child)
    emails = {line.worker_email for line in listed if line.worker_email}
    workers = {user.email.lower(): user for user in User.objects.filter(email__in=emails)}
    hats = Membership.objects.filter(role=Role.LEAD_PRACTITIONER, user__in=workers.values())
    invited = hats.filter(Q(ends_on=None) | Q(ends_on__gt=on), invitation__isnull=False, invitation__accepted_at=None, suspended_at=None)
    urns = {line.setting_urn for line in listed if line.setting_urn}
    return Known(
        children=children,
        visible=frozenset(Child.objects.visible_to(by).values_list("pk", flat=True)),
        rows={model: _by_child(model) for model in FACTS},
        settings={setting.urn or "": setting for setting in Setting.objects.filter(urn__in=urns).select_related("organisation")},
        teams={fold(team.name): team for team in teams()},
        workers=workers,
        practitioners=_pairs(hats.current(on)),
        invited=_pairs(invited),
        by_number={(name, getattr(child, name)): child for child in children for name in ("local_id", "upn") if getattr(child, name)},
        by_birth=dict(by_birth),
    )


def basis(known: Known, involved: Iterable[str]) -> str:
    """A fingerprint of what a preview was compared with: who is on record, and everything of the children it would change."""
    wanted = set(involved)
    lines: list[Any] = [[child.pk, child.name_key, child.date_of_birth, child.upn, child.local_id] for child in known.children]
    for child in known.children:
        if str(child.pk) in wanted:
            lines.append([child.pk, child.known_as, child.sex, child.pk in known.visible])
            lines += [_fingerprint(row) for model in FACTS for row in known.rows_of(model, child)]
    return digest(lines)


def _by_child(model: type[Dated]) -> dict[UUID, list[Any]]:
    related = {Enrolment: ["setting__organisation"], LeadAllocation: ["team", "practitioner"]}.get(model, [])
    found: dict[UUID, list[Any]] = defaultdict(list)
    rows: Any = model._default_manager.select_related(*related).order_by("starts_on", "pk")
    for row in rows:
        found[row.child_id].append(row)
    return dict(found)


def _pairs(hats: Any) -> frozenset[tuple[str, UUID]]:
    return frozenset((email.lower(), team) for email, team in hats.values_list("user__email", "organisation"))


def _fingerprint(row: Any) -> list[Any]:
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]
