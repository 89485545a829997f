"""Addresses of documents: a child's list, adding, and giving out."""

from django.urls import path

from documents import views

app_name = "documents"

urlpatterns = [
    path("children/<uuid:pk>/documents/", views.child_documents, name="child"),
    path("children/<uuid:pk>/documents/add/", views.add, name="add"),
    path("documents/<uuid:pk>/", views.download, name="download"),
    path("documents/<uuid:pk>/preview/", views.preview, name="preview"),
    path("documents/<uuid:pk>/picture/", views.picture, name="picture"),
]
