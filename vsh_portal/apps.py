from django.apps import AppConfig
from django.core.checks import register

from core.pdf_checks import pdf_needs


class PortalConfig(AppConfig):
    """The pages and checks that belong to no single app."""

    name = "vsh_portal"
    verbose_name = "Virtual School portal"

    def ready(self) -> None:
        register(pdf_needs)
