"""Addresses of children and places. A child's own page is desk's; giving, starting and ending a place is of peps, as plans follow."""

from django.urls import path

from caseload.views import change, children, imports, notes, places

app_name = "caseload"

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
    path("places/", places.places, name="places"),
    path("places/extra/", places.extra, name="extra_place"),
    path("places/<slug:pool>/size/", places.size, name="pool_size"),
]
