"""allauth's forms in the portal's words (settings.ACCOUNT_FORMS)."""

from typing import Any

from allauth.account import forms as allauth_forms

from accounts.addresses import plain_address
from accounts.models import User
from core.forms import PortalFormMixin


class AccountWords(PortalFormMixin):
    """Labels and messages of the sign-in pages; no placeholders and no help texts inside the boxes."""

    fields: dict[str, Any]
    mark_optional = False
    labels = {
        "login": "E-mail address",
        "email": "E-mail address",
        "password": "Password",
        "oldpassword": "Your password now",
        "password1": "New password",
        "password2": "New password again",
    }
    missing = {
        "login": "Enter your e-mail address.",
        "email": "Enter your e-mail address.",
        "password": "Enter your password.",
        "oldpassword": "Enter the password you have now.",
        "password1": "Enter a new password.",
        "password2": "Enter the new password again.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if name != "password1":
                field.help_text = ""


class SignIn(AccountWords, allauth_forms.LoginForm):
    """Sign-in by e-mail address and password."""


class ForgottenPassword(AccountWords, allauth_forms.ResetPasswordForm):
    """Asks for the address to send a link to.

    Only the address on record gets one, never one from allauth's own table of addresses. Who has not taken up an invitation gets none:
    its end and its withdrawal would mean nothing. The page says the same to everybody.
    """

    users: list[User]

    def clean_email(self) -> str:
        """The address as it is kept, so that a mail goes to no look-alike of it."""
        self.cleaned_data["email"] = plain_address(self.cleaned_data["email"])
        address = super().clean_email()
        self.users = [user for user in self.users if user.email == address and user.has_usable_password()]
        return address


class NewPassword(AccountWords, allauth_forms.ResetPasswordKeyForm):
    """The new password, from the link."""


class ChangePassword(AccountWords, allauth_forms.ChangePasswordForm):
    """The new password, when signed in."""


class PasswordAgain(AccountWords, allauth_forms.ReauthenticateForm):
    """The password once more, before a step that needs it."""
