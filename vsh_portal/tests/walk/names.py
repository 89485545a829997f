"""The walk's children and people by key, and, worked out by hand from safety.md 2, who ought to see whom."""

A, B, M, R, U, X = "A", "B", "M", "R", "U", "X"
CHILDREN = {
    A: "school 1, team 1, primary, with a place",
    B: "school 3, team 2, secondary, with a place",
    M: "moved from school 1 to school 2 and from team 1 to team 2, with a place",
    R: "restricted; else like A",
    U: "school 1, team 1, a place only offered",
    X: "school 1, team 1, the place ended long ago",
}
SEES: dict[str, set[str]] = {
    "head": {A, B, M, U, X},
    "deputy": {A, B, M, R, U, X},
    "office": {A, B, M, U, X},
    "adviser_own": {A, M, R, U, X},
    "adviser_peer": {A, M, U, X},
    "adviser_other_phase": {B},
    "dt_1": {A},
    "dsl_1": {A},
    "dt_2": {M},
    "dt_3": {B},
    "lead_1": {A, U, X},
    "lead_2": {B, M},
    "manager_1": {A, U, X},
    "manager_2": {B, M},
}
READS_FULL = {
    "head", "deputy", "office", "adviser_own", "adviser_peer", "adviser_other_phase", "lead_1", "lead_2", "manager_1", "manager_2",
}  # fmt: skip
# Signed in, and no child at all within reach.
SEES_NONE = {
    "headteacher_1", "colleague_1", "lead_former", "ep", "chair", "member", "clerk", "system_admin", "auditor", "no_hat",
    "suspended", "ended", "invited_only",
}  # fmt: skip
# Who reads a case note by its audience, of the children they see; the office reads none (safety.md 2.2).
_VIRTUAL_SCHOOL = {"head", "deputy", "adviser_own", "adviser_peer", "adviser_other_phase"}
_SOCIAL_CARE = _VIRTUAL_SCHOOL | {"lead_1", "lead_2", "manager_1", "manager_2"}
# The setting's note was written for school 1 (A, M, R) or school 3 (B): M has moved on, so its teacher of now is not among the readers.
NOTE_READERS: dict[str, dict[str, set[str]]] = {
    "notevs": dict.fromkeys((A, B, M, R), _VIRTUAL_SCHOOL),
    "notecare": dict.fromkeys((A, B, M, R), _SOCIAL_CARE),
    "noteset": {A: _SOCIAL_CARE | {"dt_1", "dsl_1"}, B: _SOCIAL_CARE | {"dt_3"}, M: _SOCIAL_CARE, R: _SOCIAL_CARE},
    "notewas": dict.fromkeys((A, B, M, R), _VIRTUAL_SCHOOL),
}
# A child within sight whose thing is not: the new setting reads the last agreed plan of the old one, not the earlier ones.
NOT_THESE = {("pep_old", M, "dt_2")}


def canary(key: str, what: str) -> str:
    """The text that betrays a child: `what` says from which field it came."""
    return f"CANARY{key}{what}"
