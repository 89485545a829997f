"""A case note: what about, when, for whom, and only then the words."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.scopes import today
from caseload.selectors import Readers
from caseload.states import NoteKind
from core.forms import LongTextField, PortalForm, ThreePartDateField

LONGEST = 4000


class NoteForm(PortalForm):
    """Who will see the note is chosen, and stands, above the box; nothing is chosen for the writer (feature 2.9)."""

    submit_label = "Save the note"
    missing = {
        "kind": "Select what the note is about.",
        "happened_on": "Enter the day it happened.",
        "readers": "Select who will see this note.",
        "text": "Enter the note.",
    }
    kind = forms.ChoiceField(label="What is it about?", choices=NoteKind.choices, widget=forms.RadioSelect)
    happened_on = ThreePartDateField(label="When did it happen?", latest=today)
    readers = forms.ChoiceField(
        label="Who will see this note?",
        widget=forms.RadioSelect,
        help_text="Everybody in the group you select can read every word of it, as can those who follow them in their work with the child.",
    )
    text = LongTextField(
        label="Note",
        max_length=LONGEST,
        rows=8,
        help_text="What was said or seen, and what was agreed. The child and the family may ask to read it.",
    )

    def __init__(self, *args: Any, readers: Sequence[Readers], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {group.value: group for group in readers}
        self.fields["readers"].choices = [(group.value, group.label) for group in readers]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the service is given."""
        cleaned = self.cleaned_data
        group = self.groups[cleaned["readers"]]
        wanted = {name: cleaned[name] for name in ("kind", "happened_on", "text")}
        return wanted | {"audience": group.audience, "setting": group.setting}
