"""The base of every answer "no": a sentence for people, never a traceback."""


class Refused(Exception):
    """Something was asked that cannot be done; `message` tells the person why and what to do, and may be shown as it is."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
