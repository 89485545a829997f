"""Mounts the apps."""

from django.urls import path

urlpatterns: list[path] = []
