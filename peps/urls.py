"""Addresses of plans. The kind of a part is a closed choice, so that no other word is taken for one."""

from django.urls import path, register_converter

from peps.states import PartKind
from peps.views import flow, places, plan, prints, writing
from peps.views import list as plans

app_name = "peps"


class PartKindConverter:
    """One of the four parts of a plan."""

    regex = "|".join(PartKind.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return PartKind(value).value


register_converter(PartKindConverter, "part_kind")

urlpatterns = [
    path("peps/", plans.plan_list, name="list"),
    path("peps/<uuid:pk>/", plan.plan, name="plan"),
    path("peps/<uuid:pk>/<part_kind:kind>/", writing.part, name="part"),
    path("peps/<uuid:pk>/<part_kind:kind>/open-again/", writing.reopen, name="reopen"),
    path("peps/<uuid:pk>/check/", flow.check, name="check"),
    path("peps/<uuid:pk>/review/", flow.review_plan, name="review"),
    path("peps/<uuid:pk>/end/", flow.end, name="end"),
    path("peps/<uuid:pk>/print/", prints.print_plan, name="print"),
    path("prints/<uuid:pk>/", prints.print_progress, name="print_progress"),
    path("prints/<uuid:pk>/file/", prints.print_file, name="print_file"),
    path("children/<uuid:pk>/place/", places.place, name="place"),
    path("places/<uuid:pk>/start/", places.start_place, name="start_place"),
    path("places/<uuid:pk>/end/", places.end_place, name="end_place"),
]
