"""Mounts the apps at the root; the public pages and the health pages stand here."""

from django.urls import include, path

from vsh_portal import health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("contact/", views.contact, name="contact"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("cookies/", views.cookies, name="cookies"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("health/", health.health, name="health"),
    path("health/run-due/", health.run_due_now, name="run_due_now"),
    path("account/", include("allauth.account.urls")),
    path("", include("desk.urls")),
    path("", include("accounts.urls")),
    path("", include("caseload.urls")),
    path("", include("peps.urls")),
    path("", include("documents.urls")),
]
