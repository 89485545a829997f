from django.apps import AppConfig


class PepsConfig(AppConfig):
    """The termly Personal Education Plan, from opening to the signed PDF."""

    name = "peps"
    verbose_name = "PEPs"
