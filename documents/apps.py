from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Attachments: nothing here until issue B."""

    name = "documents"
    verbose_name = "Documents"
