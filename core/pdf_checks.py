"""System checks for what PDFs need from the machine and the checkout."""

import ctypes
from typing import Any

from django.core.checks import CheckMessage, Error, Warning

from core.pdf import FONTS

HARFBUZZ_SUBSET = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll")


def pdf_needs(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """Warns where PDFs would take twice as long, and stops where they would be set in another typeface."""
    found: list[CheckMessage] = []
    if not any(can_load(name) for name in HARFBUZZ_SUBSET):
        found.append(
            Warning(
                "libharfbuzz-subset is missing: PDFs take twice as long.",
                hint="apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core",
                id="core.W001",
            )
        )
    missing = [name for name, path in FONTS.items() if not path.is_file()]
    if missing:
        found.append(Error(f"Font files are missing: {', '.join(missing)}.", hint="Run bin/vendor-fonts.sh", id="core.E001"))
    return found


def can_load(name: str) -> bool:
    """Whether the system's loader finds this library, asked the way WeasyPrint asks."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
