"""Journeys across the apps, played in a real browser."""
