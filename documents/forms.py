"""Adding documents: several files of one type and date."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.scopes import today
from core.forms import PortalForm, ThreePartDateField
from documents.inspection.files import FORMATS, MAX_BYTES
from documents.models import DocumentType
from documents.services.receiving import MOST_AT_ONCE
from documents.states import Audience

AS_USUAL = "As usual for this type of document"


class SeveralFiles(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Cleans to a list of files, each of which arrived; whether it may be taken in is the service's answer."""

    widget = SeveralFiles

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
        return [super(SeveralFilesField, self).clean(file, initial) for file in given]


class AddDocumentsForm(PortalForm):
    """What the files are, and for whom. `places` are the (value, label) pairs of what they can belong to."""

    submit_label = "Add documents"
    missing = {
        "documents": "Choose the file or files to add.",
        "type": "Select what kind of document it is.",
        "document_date": "Enter the date on the document.",
        "place": "Select what the documents belong to.",
    }
    documents = SeveralFilesField(
        label="Files",
        help_text=(
            f"PDF, Word (DOCX), Excel (XLSX), JPG or PNG; at most {MOST_AT_ONCE} at a time, each up to {MAX_BYTES // 1024 // 1024} MB. "
            "The place where a picture was taken is removed."
        ),
        widget=SeveralFiles(attrs={"accept": ",".join(f".{ending}" for ending in FORMATS)}),
    )
    type = forms.ModelChoiceField(label="Type of document", queryset=DocumentType.objects.filter(active=True), empty_label="Select a type")
    document_date = ThreePartDateField(label="Date of the document", help_text="The date written on it, like 3 9 2026.", latest=today)
    place = forms.ChoiceField(label="Belongs to")
    audience = forms.ChoiceField(label="Who may read it", required=False)
    mark_optional = False

    def __init__(self, *args: Any, places: list[tuple[str, str]], audiences: list[Audience], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        self.fields["audience"].choices = [("", AS_USUAL)] + [(each.value, each.label) for each in audiences]  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["place"].widget, self.fields["place"].initial = forms.HiddenInput(), places[0][0]
        if len(audiences) == 1:
            del self.fields["audience"]

    def wanted(self) -> dict[str, Any]:
        """The answers in the words of the service."""
        owner_type, _colon, owner_id = self.cleaned_data["place"].partition(":")
        return {
            "owner_type": owner_type,
            "owner_id": owner_id,
            "files": self.cleaned_data["documents"],
            "type_code": self.cleaned_data["type"].pk,
            "document_date": self.cleaned_data["document_date"],
            "audience": self.cleaned_data.get("audience", ""),
        }
