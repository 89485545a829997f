"""The child and everything dated that hangs on it."""

from caseload.models.child import Child, RestrictedPerson
from caseload.models.history import AdviserAllocation, Enrolment, FactKind, LeadAllocation, StatusEpisode
from caseload.models.note import CaseNote
from caseload.models.place import Place, Placement, Pool, PoolSize

__all__ = [
    "AdviserAllocation",
    "CaseNote",
    "Child",
    "Enrolment",
    "FactKind",
    "LeadAllocation",
    "Place",
    "Placement",
    "Pool",
    "PoolSize",
    "RestrictedPerson",
    "StatusEpisode",
]
