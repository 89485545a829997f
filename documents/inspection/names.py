"""What a file may be called. The name is only shown: it is never part of a path or of a header."""

import unicodedata

from documents.inspection.refusal import FileRefused

MAX_LENGTH = 120
FORBIDDEN = set('/\\:*?"<>|')
# Devices of Windows: a download with such a name cannot be saved.
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
RENAME = "Give the file a short name of letters, numbers, spaces and hyphens, and choose it again."


def checked(name: str) -> str:
    """The name in composed form. Raises FileRefused for one that could mislead a person or a computer."""
    name = unicodedata.normalize("NFC", name)
    stem = name.rpartition(".")[0]
    # Cc and Cf are control and direction marks, Cs halves of characters, Zl and Zp line breaks.
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for char in name):
        raise FileRefused("name", f"The name holds a character that cannot be seen. {RENAME}")
    if FORBIDDEN & set(name) or name.startswith(".") or ".." in name:
        raise FileRefused("name", f"The name holds dots or signs that a file name cannot have. {RENAME}")
    if len(name) > MAX_LENGTH:
        raise FileRefused("name", f"The name is longer than {MAX_LENGTH} characters. {RENAME}")
    if not stem.strip() or stem != stem.strip() or stem.split(".")[0].strip().lower() in RESERVED:
        raise FileRefused("name", f"The name is one that computers keep for themselves. {RENAME}")
    return name
