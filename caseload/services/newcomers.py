"""Many new children at once, with their first facts: for lists. The rules are those of services/children.py and services/history.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Organisation, Setting, User
from accounts.policies import require
from accounts.roles import Permission
from audit.services import Act, record_many
from caseload.models import Child, Enrolment, LeadAllocation, StatusEpisode
from caseload.models.history import Dated
from caseload.services import children, history
from core.errors import Refused


@dataclass(frozen=True)
class Newcomer:
    """A child who is new, by the line of the list: who it is, and the facts that the list gives."""

    line: int
    identity: children.Identity
    status: str
    status_start: date
    setting: Setting | None = None
    team: Organisation | None = None
    practitioner: User | None = None
    named_email: str = ""


class RefusedLine(Refused):
    """A line of a list that cannot be taken in."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Line {line}: {message} Nothing was taken in.")


@transaction.atomic
def add(newcomers: Sequence[Newcomer], *, by: User, on: date, source: str) -> list[Child]:
    """Adds the children with their facts, in about ten statements and one for each worker; settings and workers hold from the day `on`.

    The caller has searched for each child before (caseload/matching.py). Raises NotAllowed; RefusedLine as `children.create` and the
    setters of `history` would refuse; Refused where somebody has just added one of them, and where the person could not see them all
    afterwards.
    """
    require(by, Permission.EDIT_CHILD)
    added = [Child(**_checked(newcomer, on)) for newcomer in newcomers]
    try:
        with transaction.atomic():
            Child.objects.bulk_create(added)
    except IntegrityError as error:
        raise Refused(children.JUST_ADDED) from error
    if Child.objects.visible_to(by).filter(pk__in=[child.pk for child in added]).count() < len(added):
        raise Refused(children.ELSEWHERE)
    acts = [Act(verb="child.created", target=child, child=child) for child in added]
    for model, values in _facts(list(zip(added, newcomers, strict=True)), on).items():
        rows = [model(entered_by=by, source=source, **fact) for fact in values]
        model._default_manager.bulk_create(rows)
        acts += [history.began(row, **_values(fact)) for row, fact in zip(rows, values, strict=True)]
    record_many(actor=by, acts=acts)
    return added


def _checked(newcomer: Newcomer, on: date) -> dict[str, Any]:
    try:
        return children.checked(newcomer.identity, on)
    except Refused as refusal:
        raise RefusedLine(newcomer.line, refusal.message) from refusal


def _facts(pairs: list[tuple[Child, Newcomer]], on: date) -> dict[type[Dated], list[dict[str, Any]]]:
    """The values of the rows to write, by kind; each setting, and each worker of a team, is asked about once."""
    facts: dict[type[Dated], list[dict[str, Any]]] = {StatusEpisode: [], Enrolment: [], LeadAllocation: []}
    workers = set()
    for child, newcomer in pairs:
        try:
            history.refuse_impossible_start(child, newcomer.status_start)
            facts[StatusEpisode].append({"child": child, "starts_on": newcomer.status_start, "status": newcomer.status})
            if newcomer.setting:
                history.refuse_setting(newcomer.setting, on)
                facts[Enrolment].append({"child": child, "starts_on": on, "setting": newcomer.setting})
            if newcomer.team:
                whom = (newcomer.team, newcomer.practitioner)
                if whom not in workers:
                    history.refuse_lead(*whom, on)
                workers.add(whom)
                who = {"team": newcomer.team, "practitioner": newcomer.practitioner, "named_email": newcomer.named_email}
                facts[LeadAllocation].append({"child": child, "starts_on": on, **who})
        except Refused as refusal:
            raise RefusedLine(newcomer.line, refusal.message) from refusal
    return facts


def _values(fact: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fact.items() if name not in {"child", "starts_on"}}
