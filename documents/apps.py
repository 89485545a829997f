from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DocumentsConfig(AppConfig):
    """Attachments: taken in, scanned, given out."""

    name = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        # As messaging finds message_kinds.py: each app's document_owner.py registers what a document can belong to.
        autodiscover_modules("document_owner")
