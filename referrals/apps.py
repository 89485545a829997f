from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Requests coming in: nothing here until issue D."""

    name = "referrals"
    verbose_name = "Referrals"
