"""What makes two entries a chain: each entry's HMAC covers its own values and the HMAC before it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

GENESIS = ""


def plain(value: Any) -> Any:
    """`value` as it will come back from a JSON column of either database; numbers with a point become text, because
    PostgreSQL writes them differently. Raises TypeError or ValueError where JSON has no form for it."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder, allow_nan=False), parse_float=str)


def digest(chain: str, values: Mapping[str, Any]) -> str:
    """HMAC-SHA256 under AUDIT_KEY over the canonical JSON of `values`; the chain's name is in it, so that an entry
    cannot be moved from one chain to the other."""
    text = json.dumps({"chain": chain, **values}, sort_keys=True, separators=(",", ":"), default=_as_text)
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
