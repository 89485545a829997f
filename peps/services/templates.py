"""The shipped templates in the database, and which one a child's plan takes."""

from typing import Any, Protocol

from django.apps import apps as installed_apps

from core.errors import Refused
from peps.models import PepTemplate
from peps.template_data import PUBLISHED_ON, TEMPLATES, VERSION


class Registry(Protocol):
    """Django's app registry: the installed one, or the historical one a migration is given."""

    def get_model(self, app_label: str, model_name: str) -> Any: ...


class NoTemplate(Refused):
    """No published template has this school year."""


def load_templates(apps: Registry = installed_apps) -> None:
    """Put the shipped templates in the database; one that is there already stays as it is, so this is safe to repeat."""
    template_model, question_model = apps.get_model("peps", "PepTemplate"), apps.get_model("peps", "Question")
    for shipped in TEMPLATES:
        years = {"first_year": shipped.first_year, "last_year": shipped.last_year}
        row, new = template_model.objects.get_or_create(
            code=shipped.code, version=VERSION, defaults={"name": shipped.name, "published_on": PUBLISHED_ON, **years}
        )
        if new:
            question_model.objects.bulk_create(question_model(template=row, **asked.as_json()) for asked in shipped.questions)


def template_for(year: int) -> PepTemplate:
    """The newest published template of a school year (`child.school_year(on)`); raises NoTemplate where none has it."""
    published = PepTemplate.objects.filter(first_year__lte=year, last_year__gte=year, published_on__isnull=False)
    found = published.order_by("-version", "code").first()
    if found is None:
        raise NoTemplate("There are no questions for this school year. Check the date of birth, or ask the Virtual School office.")
    return found
