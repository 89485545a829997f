"""How allauth behaves here: nobody signs up, people are invited."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """No sign-up page and none by the back door."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts come from invitations (feature 1.1)."""
        return False
