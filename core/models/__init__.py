"""The school calendar as data, and imported files between preview and commit."""

from core.models.calendar import AcademicYear, ClosureDay, Cycle, Term
from core.models.staging import ImportBatch, ImportRow

__all__ = ["AcademicYear", "ClosureDay", "Cycle", "ImportBatch", "ImportRow", "Term"]
