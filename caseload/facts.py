"""What holds for a child on a day: status, setting, lead practitioner, adviser and place, for lists and for the identity bar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from caseload.models import AdviserAllocation, Child, Enrolment, FactKind, LeadAllocation, Placement, StatusEpisode
from caseload.models.place import TAKEN
from caseload.scopes import current
from caseload.states import PlanStatus

NURSERY = "Nursery"


@dataclass(frozen=True)
class Facts:
    """The rows that hold on a day; None where there is none."""

    status: StatusEpisode | None
    enrolment: Enrolment | None
    lead: LeadAllocation | None
    adviser: AdviserAllocation | None
    placement: Placement | None


@dataclass(frozen=True)
class FactRows:
    """Where the rows of one dated fact hang on a child, and what such a row says."""

    rows: str
    words: Callable[[Any], str]
    related: tuple[str, ...] = ()

    def of(self, child: Child) -> Any:
        """Every row of the child, newest first."""
        return getattr(child, self.rows).select_related(*self.related)


@dataclass(frozen=True)
class ToCome:
    """A fact that begins on a day to come; only the last one of its kind can be called off, as the others are closed by it."""

    pk: int
    starts_on: date
    words: str
    last: bool


ROWS: dict[str, FactRows] = {
    FactKind.STATUS: FactRows("statuses", str),
    FactKind.SETTING: FactRows("enrolments", lambda row: row.setting.name, ("setting__organisation",)),
    FactKind.LEAD: FactRows(
        "lead_allocations",
        lambda row: f"{row.practitioner.name if row.practitioner else 'The team manager'}, {row.team.name}",
        ("practitioner", "team"),
    ),
    FactKind.ADVISER: FactRows("adviser_allocations", lambda row: row.adviser.name, ("adviser",)),
}


def with_current_facts(children: QuerySet[Child], on: date) -> QuerySet[Child]:
    """Adds in one statement: status_now, setting_now, lead_now, team_now, adviser_now, adviser_now_id, pool_now, place_now, place_state."""
    return children.annotate(
        status_now=_now(StatusEpisode, on, "status"),
        setting_now=_now(Enrolment, on, "setting__organisation__name"),
        lead_now=_now(LeadAllocation, on, "practitioner__name"),
        team_now=_now(LeadAllocation, on, "team__name"),
        adviser_now=_now(AdviserAllocation, on, "adviser__name"),
        adviser_now_id=_now(AdviserAllocation, on, "adviser"),
        pool_now=_taken("place__pool__name"),
        place_now=_taken("place__number"),
        place_state=_taken("state"),
    )


def facts_of(child: Child, on: date) -> Facts:
    """The rows of one child that hold on a day, in five statements."""
    return Facts(
        status=child.statuses.filter(current(on)).first(),
        enrolment=child.enrolments.filter(current(on)).select_related("setting__organisation").first(),
        lead=child.lead_allocations.filter(current(on)).select_related("team", "practitioner").first(),
        adviser=child.adviser_allocations.filter(current(on)).select_related("adviser").first(),
        placement=child.placements.filter(TAKEN).select_related("place__pool").first(),
    )


def facts_to_come(child: Child, on: date) -> dict[str, list[ToCome]]:
    """The facts of one child that begin after a day, by kind and by day, in four statements."""
    return {kind: _to_come(rows, child, on) for kind, rows in ROWS.items()}


def _to_come(fact: FactRows, child: Child, on: date) -> list[ToCome]:
    rows = list(fact.of(child).to_come(on).order_by("starts_on"))
    return [ToCome(row.pk, row.starts_on, fact.words(row), row is rows[-1]) for row in rows]


def adviser_of(child: Child, on: date) -> User | None:
    """The advisory teacher who works with the child on a day."""
    row = child.adviser_allocations.filter(current(on)).select_related("adviser").first()
    return row.adviser if row else None


def year_words(school_year: int) -> str:
    """A national curriculum year as people say it: Nursery, Reception, Year 4."""
    if school_year < 0:
        return NURSERY
    return "Reception" if school_year == 0 else f"Year {school_year}"


def status_words(status: str | None) -> str:
    """A plan status in words; "No social worker now" where there is none."""
    return PlanStatus(status).label if status else "No social worker now"


def identity(child: Child, facts: Facts, on: date, *, href: str = "") -> dict[str, object]:
    """The identity bar (templates/components/identity_bar.html) of a child page that has the facts at hand."""
    return _bar(
        child,
        on,
        href=href,
        status=facts.status.status if facts.status else None,
        setting=facts.enrolment.setting.name if facts.enrolment else "",
        adviser=facts.adviser.adviser.name if facts.adviser else "",
    )


def identity_now(child: Any, on: date, *, href: str = "") -> dict[str, object]:
    """The identity bar of a page that needs no rows; without a statement where the child came through `with_current_facts`, else in one."""
    row: Any = child if hasattr(child, "status_now") else with_current_facts(Child.objects.filter(pk=child.pk), on).get()
    return _bar(child, on, href=href, status=row.status_now, setting=row.setting_now or "", adviser=row.adviser_now or "")


def _bar(child: Child, on: date, *, href: str, status: str | None, setting: str, adviser: str) -> dict[str, object]:
    return {
        "known_as": child.name,
        "age": child.age(on),
        "year_group": year_words(child.school_year(on)),
        "setting": setting,
        "status": status_words(status),
        "adviser": adviser,
        "reference": child.reference,
        "href": href,
    }


def _now(model: Any, on: date, field: str) -> Subquery:
    return Subquery(model.objects.filter(current(on), child=OuterRef("pk")).order_by("-starts_on", "-pk").values(field)[:1])


def _taken(field: str) -> Subquery:
    return Subquery(Placement.objects.filter(Q(TAKEN), child=OuterRef("pk")).values(field)[:1])
