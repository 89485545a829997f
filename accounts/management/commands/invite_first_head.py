"""Invites the Virtual School Head of an empty portal; everybody else is invited from the People page."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services.setup import invite_first_head
from core.errors import Refused


class Command(BaseCommand):
    help = "Make the Virtual School and invite its Head by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--virtual-school", default="Virtual School")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            invite_first_head(email=options["email"], name=options["name"], virtual_school=options["virtual_school"], now=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write("The invitation is in the outbox; it goes with the next run of the background work.")
