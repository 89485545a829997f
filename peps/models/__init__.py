"""Templates, plans, their parts and targets, frozen versions and prints."""

from peps.models.pep import Part, PartWriter, Pep, Target
from peps.models.template import PepTemplate, Question
from peps.models.version import Print, Version

__all__ = ["Part", "PartWriter", "Pep", "PepTemplate", "Print", "Question", "Target", "Version"]
