from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Pages that read across apps: home, my caseload, a child's overview."""

    name = "desk"
    verbose_name = "Desk"
