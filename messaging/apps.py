from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MessagingConfig(AppConfig):
    """Outbox, reminder rules and heartbeats."""

    name = "messaging"
    verbose_name = "Messages"

    def ready(self) -> None:
        # As Django's admin does it: each app's message_kinds.py registers its kinds, and a broken one stops the start.
        autodiscover_modules("message_kinds")
