"""The templates we ship, version 1: the questions of forms.md part I for every child from nursery to post-16.

The wording is a proposal for the council's Virtual School Head to settle: a changed wording is a new version here, never an edit of
one that is out, for a plan keeps the questions it began with.
"""

from dataclasses import dataclass, replace
from datetime import date

from peps.asked import Asked
from peps.template_data import adviser_part, child_part, lead_part, setting_part

VERSION = 1
PUBLISHED_ON = date(2025, 9, 1)


@dataclass(frozen=True)
class Template:
    """One phase's questions and the school years it is for (0 is Reception, below it nursery)."""

    code: str
    name: str
    first_year: int
    last_year: int

    @property
    def questions(self) -> list[Asked]:
        """In the order they are asked; the child's voice comes first, so that it shapes the targets (forms.md I.0)."""
        asked = [*child_part.questions(self.code), *setting_part.questions(self.code), *lead_part.QUESTIONS, *adviser_part.QUESTIONS]
        return [replace(each, order=number) for number, each in enumerate(asked, start=1)]


# Reception is school and takes the primary questions. The last years stay open: a plan ends with its place, not with a birthday.
TEMPLATES = (
    Template("early_years", "Early years", -6, -1),
    Template("primary", "Primary", 0, 6),
    Template("secondary", "Secondary", 7, 11),
    Template("post16", "Post-16", 12, 21),
)
