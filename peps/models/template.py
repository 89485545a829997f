"""Versioned templates: the questions of a plan as data. A plan keeps the questions it began with."""

from django.db import models
from django.db.models import F, Q

from peps.states import PartKind


class PepTemplate(models.Model):
    """One version of the questions for a range of school years."""

    code = models.SlugField()
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    first_year = models.SmallIntegerField("first school year")
    last_year = models.SmallIntegerField("last school year")
    published_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="template_version_once"),
            models.CheckConstraint(condition=Q(first_year__lte=F("last_year")), name="template_years_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class Question(models.Model):
    """A question as forms.md writes it. `fields` lists its inputs; an answer is {field name: value} under the question's code."""

    class Starts(models.TextChoices):
        DATA = "data", "From the record, confirmed"
        KEEP = "keep", "Last term's answer, kept or changed"
        NEW = "new", "Empty"

    template = models.ForeignKey(PepTemplate, on_delete=models.CASCADE, related_name="questions")
    code = models.CharField(max_length=4)
    part = models.CharField(max_length=10, choices=PartKind.choices)
    section = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    help = models.CharField(max_length=400, blank=True)
    kind = models.CharField(max_length=10, default="fields")
    fields = models.JSONField(default=list)
    starts = models.CharField(max_length=4, choices=Starts.choices)
    required = models.BooleanField(default=False)
    audiences = models.CharField(max_length=4)
    criterion = models.CharField("what a good answer has", max_length=200, blank=True)

    class Meta:
        ordering = ["template", "order"]
        constraints = [
            models.UniqueConstraint(fields=["template", "code"], name="question_code_once"),
            models.CheckConstraint(condition=Q(part__in=PartKind.values), name="question_part_known"),
            models.CheckConstraint(condition=Q(kind__in=["fields", "confirm", "targets"]), name="question_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"
