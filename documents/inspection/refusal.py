"""Why a file is not taken in."""

from core.errors import Refused


class FileRefused(Refused):
    """`code` goes to the audit trail, `message` tells the person what to do; neither carries the name of the file."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
