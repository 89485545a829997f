"""Looks into a file before it is taken in (safety.md T11): `inspect` gives the bytes to keep, or refuses with what to do.

What is recognised here is the shape of a file that could do harm; known malware is the scanner's part.
"""

from documents.inspection.files import Accepted, FileRefused, inspect

__all__ = ["Accepted", "FileRefused", "inspect"]
