from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures and frozen reports: nothing here until a later issue."""

    name = "reports"
    verbose_name = "Reports"
