from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    """Children, their statuses, settings, workers, and the numbered places."""

    name = "caseload"
    verbose_name = "Caseload"
