"""Counting SQL statements on tables: BEGIN and SAVEPOINT are not counted, a read event is."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE")


def statements(act: Callable[[], Any]) -> int:
    """How many statements on tables the act runs."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(query["sql"].lstrip("( ").upper().startswith(COUNTED) for query in captured.captured_queries)
