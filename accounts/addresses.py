"""E-mail addresses as the portal keeps them: plain letters, lower case, one person each."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST = 254
SENTENCE = "Enter an e-mail address like name@example.org, without accents or letters of other alphabets."


def plain_address(text: str) -> str:
    """The address without white space around it, in lower case. Raises ValidationError.

    Only ASCII: a letter that looks like another would make a second person, or lead a mail to somebody else (CVE-2019-19844).
    """
    address = text.strip()
    if not address.isascii() or len(address) > LONGEST:
        raise ValidationError(SENTENCE)
    validate_email(address)
    return address.lower()
