"""Loading the shipped templates, and which one a child takes."""

import pytest

from peps.models import PepTemplate, Question
from peps.services.templates import NoTemplate, load_templates, template_for
from peps.template_data import TEMPLATES

pytestmark = pytest.mark.django_db
CODES = [f"S{number}" for number in (1, 2, 8, 9, 10, 13, 18, 23, 24, 25)] + [
    "C1",
    "C6",
    "W1",
    "W2",
    "W3",
    "W4",
    "W5",
    "W6",
    "V1",
    "V5",
    "V6",
]


def test_every_template_has_the_questions_of_the_first_form():
    for template in PepTemplate.objects.all():
        assert sorted(template.questions.values_list("code", flat=True)) == sorted(CODES)
    assert PepTemplate.objects.count() == len(TEMPLATES)


def test_loading_again_changes_nothing_and_after_a_flush_brings_all_back():
    before = list(Question.objects.values().order_by("pk"))
    load_templates()
    assert list(Question.objects.values().order_by("pk")) == before
    PepTemplate.objects.all().delete()
    load_templates()
    assert Question.objects.count() == len(before)


@pytest.mark.parametrize(
    ("year", "code"),
    [
        (-5, "early_years"),
        (-1, "early_years"),
        (0, "primary"),
        (6, "primary"),
        (7, "secondary"),
        (11, "secondary"),
        (12, "post16"),
        (14, "post16"),
    ],
)
def test_every_school_year_has_its_template(year, code):
    assert template_for(year).code == code


def test_the_newest_published_version_is_taken():
    old = template_for(4)
    PepTemplate.objects.create(code="primary", version=3, name="Not out yet", first_year=0, last_year=6)
    assert template_for(4) == old
    newer = PepTemplate.objects.create(code="primary", version=2, name="Primary", first_year=0, last_year=6, published_on="2026-09-01")
    assert template_for(4) == newer


def test_a_school_year_nobody_has_questions_for():
    with pytest.raises(NoTemplate):
        template_for(40)


def test_texts_fit_their_columns_and_carry_no_legal_word():
    for question in Question.objects.all():
        question.full_clean(exclude=["fields"], validate_unique=False, validate_constraints=False)
        assert "statutory" not in str(question.__dict__).lower()


@pytest.mark.parametrize(
    ("code", "wish", "areas"),
    [
        ("early_years", "What does {name} seem to want more of?", ["social", "language", "physical", "literacy", "maths"]),
        ("primary", "If you could change one thing?", ["reading", "writing", "maths", "speaking"]),
        ("secondary", "The one thing you want changed", ["english", "maths", "science", "going_well", "needs_help"]),
        ("post16", "What do you want next, and what do you need from us?", ["course", "english", "maths"]),
    ],
)
def test_wording_by_age_and_areas_by_phase(code, wish, areas):
    template = PepTemplate.objects.get(code=code)
    assert template.questions.get(code="C6").text == wish
    assert [key for key, _label in template.questions.get(code="S8").fields[0]["rows"]] == areas
