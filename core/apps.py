from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Calendars, moves table, forms and PDF: used by all, knows no domain."""

    name = "core"
    verbose_name = "Core"
