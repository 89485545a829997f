"""Addresses of children and places. A child's own page is desk's; giving, starting and ending a place is of peps, as plans follow.

The kind of a dated fact is a closed choice, so that no other word is taken for one.
"""

from django.urls import path, register_converter

from caseload.models import FactKind
from caseload.views import change, children, imports, notes, places

app_name = "caseload"


class FactKindConverter:
    """One of the four dated facts of a child."""

    regex = "|".join(FactKind.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return FactKind(value).value


register_converter(FactKindConverter, "fact_kind")

urlpatterns = [
    path("children/", children.child_list, name="children"),
    path("children/new/", children.new, name="new"),
    path("children/import/", imports.upload, name="import"),
    path("children/import/<uuid:pk>/", imports.preview, name="import_preview"),
    path("children/<uuid:pk>/edit/", change.edit, name="edit"),
    path("children/<uuid:pk>/status/", change.status, name="status"),
    path("children/<uuid:pk>/setting/", change.setting, name="setting"),
    path("children/<uuid:pk>/lead/", change.lead, name="lead"),
    path("children/<uuid:pk>/adviser/", change.adviser, name="adviser"),
    path("children/<uuid:pk>/notes/new/", notes.add, name="add_note"),
    path("notes/<uuid:pk>/correct/", notes.correct, name="correct_note"),
    path("notes/<uuid:pk>/pin/", notes.pin, name="pin_note"),
    path("children/<uuid:pk>/call-off/<fact_kind:kind>/", change.call_off, name="call_off"),
    path("places/", places.places, name="places"),
    path("places/extra/", places.extra, name="extra_place"),
    path("places/<slug:pool>/size/", places.size, name="pool_size"),
]
