"""The child and everything dated that hangs on it."""

from caseload.models.child import Child, RestrictedPerson
from caseload.models.history import AdviserAllocation, Enrolment, FactKind, LeadAllocation, StatusEpisode
from caseload.models.place import Place, Placement, Pool, PoolSize

__all__ = [
    "AdviserAllocation",
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
