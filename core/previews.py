"""What the pages of every staged import show alike: groups of rows as tabs, and counts."""

from collections.abc import Iterable
from typing import Any

from django.db.models import TextChoices

from core.models import ImportBatch


def group_shown(batch: ImportBatch, groups: type[TextChoices], asked: str) -> str:
    """The group that was asked for, else the first that has rows; none once the rows are deleted."""
    filled = [name for name in groups.values if batch.counts.get(name)]
    if not batch.rows.exists():
        return ""
    return asked if asked in filled else next(iter(filled), "")


def group_tabs(batch: ImportBatch, groups: type[TextChoices], group: str) -> list[dict[str, Any]]:
    """The groups that have rows, with how many, for components/sub_navigation.html."""
    return [
        {"label": f"{label} ({batch.counts[name]})", "href": f"?group={name}", "current": name == group}
        for name, label in groups.choices
        if batch.counts.get(name)
    ]


def counted(batch: ImportBatch, labels: Iterable[tuple[str, str]]) -> list[tuple[str, int]]:
    """Label and count of what is not nothing."""
    return [(label, batch.counts[name]) for name, label in labels if batch.counts.get(name)]
