"""The two pools the Virtual School starts with, loaded by a migration and again after a test's flush; sizes change as dated data."""

from datetime import date
from typing import Any

SOCIAL_CARE, PANELS = "social_care", "panels"
OPENS_ON = date(2021, 9, 1)  # the offer of 70 and 20 places began in the school year 2021/22 (domain.md 1.3)
REASON = "The offer as it began"
# code, name, route, size
POOLS = [
    (SOCIAL_CARE, "Social care", "social_care", 70),
    (PANELS, "Panel", "panel", 20),
]


def load_pools(apps: Any) -> None:
    """Write the pools, their sizes and their numbered places where they are missing; `apps` is the registry of a migration or of Django."""
    Pool, PoolSize, Place = (apps.get_model("caseload", name) for name in ("Pool", "PoolSize", "Place"))
    for order, (code, name, route, size) in enumerate(POOLS, start=1):
        pool, new = Pool.objects.get_or_create(code=code, defaults={"name": name, "route": route, "order": order})
        if new:
            PoolSize.objects.create(pool=pool, size=size, starts_on=OPENS_ON, reason=REASON)
            Place.objects.bulk_create([Place(pool=pool, number=number, opens_on=OPENS_ON) for number in range(1, size + 1)])
