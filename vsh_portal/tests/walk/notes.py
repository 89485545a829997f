"""The case notes of the walk's world: one for each audience, and a setting's note that was corrected for the Virtual School only."""

from typing import Any

from caseload.states import NoteAudience
from caseload.tests.factories import NoteFactory
from vsh_portal.tests.walk.names import A, B, M, R, canary


def add_notes(world: Any) -> None:
    """Notes of each child with a place, each with a canary; "note" is the one for the Virtual School."""
    author = world.people["adviser_own"]
    for key in (A, B, M, R):
        about = {"child": world.children[key], "author": author}
        school = world.plain["school_3" if key == B else "school_1"]
        world.things["note", key] = NoteFactory(text=canary(key, "notevs"), **about)
        NoteFactory(text=canary(key, "notecare"), audience=NoteAudience.SOCIAL_CARE, **about)
        NoteFactory(text=canary(key, "noteset"), setting=school, pinned=True, **about)
        too_wide = NoteFactory(text=canary(key, "notewas"), setting=school, **about)
        NoteFactory(text=canary(key, "notevs"), corrects=too_wide, number=2, **about)
