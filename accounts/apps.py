from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organisations, dated memberships, roles and access."""

    name = "accounts"
    verbose_name = "People and organisations"
