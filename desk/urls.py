"""Addresses of the pages that read across apps."""

from django.urls import path

from desk.views import child, home, timeline

app_name = "desk"

urlpatterns = [
    path("home/", home.home, name="home"),
    path("caseload/", home.caseload, name="caseload"),
    path("children/<uuid:pk>/", child.child, name="child"),
    path("children/<uuid:pk>/peps/", child.plans, name="child_peps"),
    path("children/<uuid:pk>/timeline/", timeline.child_timeline, name="timeline"),
]
