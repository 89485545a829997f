"""The source keeps the rules of architecture.md, and every rule can fail."""

from pathlib import Path, PurePath

import pytest
from django.conf import settings

from vsh_portal.tests import source_rules as rules

ROOT = Path(settings.BASE_DIR)
APPS = [
    "core", "audit", "messaging", "accounts", "documents", "caseload", "peps", "training", "referrals", "desk", "reports", "vsh_portal",
]  # fmt: skip
PYTHON = sorted(
    [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    + [ROOT / "conftest.py", ROOT / "manage.py", *(ROOT / "bin").glob("*.py")]
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def breaches(paths: list[Path], rule: rules.Rule) -> list[str]:
    """Every breach of `rule`, with its file."""
    return [f"{path.relative_to(ROOT)}: {breach}" for path in paths for breach in rule(path.relative_to(ROOT), path.read_text())]


@pytest.mark.parametrize("rule", rules.PYTHON_RULES, ids=lambda rule: rule.__name__)
def test_python(rule):
    assert breaches(PYTHON, rule) == []


@pytest.mark.parametrize("rule", rules.TEMPLATE_RULES, ids=lambda rule: rule.__name__)
def test_templates(rule):
    assert breaches(TEMPLATES, rule) == []


def test_pages_have_a_title():
    extended = {path: rules.extended_by(path.read_text()) for path in TEMPLATES}
    titled = {str(path.relative_to(ROOT / "templates")) for path in TEMPLATES if rules.DEFAULT_TITLE.search(path.read_text())}
    layouts = set().union(*extended.values())
    pages = [
        path for path in TEMPLATES if str(path.relative_to(ROOT / "templates")) not in layouts and not extended[path] & layouts & titled
    ]
    assert breaches(pages, rules.titled_template) == []


def test_decisions_are_numbered():
    assert list(rules.consecutive_numbers([path.name for path in (ROOT / "docs/adr").glob("*.md")])) == []


def test_requirements_are_pinned_with_a_reason():
    assert breaches([ROOT / "requirements.txt", ROOT / "requirements-dev.txt"], rules.pinned_with_reason) == []


CAUGHT = [
    (rules.module_length, "peps/models/pep.py", "x = 1\n" * 301),
    (rules.module_length, "peps/tests/test_pep.py", "x = 1\n" * 501),
    (rules.module_length, "vsh_portal/settings.py", "X = 1\n" * 251),
    (rules.function_length, "peps/views/pep.py", "def long():\n" + "    x = 1\n" * 40),
    (rules.scoped_views, "peps/views/pep.py", "def page(request):\n    return Pep.objects.filter(pk=1)\n"),
    (rules.scoped_views, "desk/views.py", "rows = Pep._default_manager.all()\n"),
    (rules.state_in_services, "peps/views/pep.py", "pep.state = 'closed'\n"),
    (rules.state_in_services, "peps/tasks.py", "pep.state, pep.by = 'closed', user\n"),
    (rules.state_in_services, "peps/admin.py", "Pep.objects.update(state='closed')\n"),
    (rules.no_hidden_effects, "peps/apps.py", "from django.db.models.signals import post_save\n"),
    (rules.no_hidden_effects, "peps/apps.py", "signals.pre_save.connect(tell)\n"),
    (rules.no_hidden_effects, "peps/models/pep.py", "class Pep(Model):\n    def save(self):\n        pass\n"),
    (rules.imports_on_top, "peps/services/moves.py", "def move():\n    from peps import models\n"),
    (rules.absolute_imports, "peps/services/moves.py", "from . import planning\n"),
    (rules.weasyprint_in_one_place, "peps/printing.py", "from weasyprint import HTML\n"),
    (rules.weasyprint_in_one_place, "peps/printing.py", "import weasyprint.text\n"),
    (rules.no_unsafe_calls, "core/forms.py", "from django.utils.safestring import mark_safe\n"),
    (rules.no_unsafe_calls, "core/forms.py", "html = safestring.mark_safe(text)\n"),
    (rules.no_unsafe_calls, "peps/views/pep.py", "@csrf_exempt\ndef page(request): ...\n"),
    (rules.no_unsafe_calls, "peps/selectors.py", "Pep.objects.raw('SELECT 1')\n"),
    (rules.no_unsafe_calls, "peps/selectors.py", "rows.extra(where=['1=1'])\n"),
    (rules.escaped_template, "templates/peps/pep.html", "{{ text|safe }}"),
    (rules.escaped_template, "templates/peps/pep.html", "{% autoescape off %}"),
    (rules.no_inline_template, "templates/peps/pep.html", '<p class="x" style="color:red">'),
    (rules.no_inline_template, "templates/peps/pep.html", "<style>p {}</style>"),
    (rules.no_inline_template, "templates/peps/pep.html", '<a onclick="go()">'),
    (rules.no_inline_template, "templates/peps/pep.html", '<a href="javascript:go()">'),
    (rules.no_inline_template, "templates/peps/pep.html", "<script>go()</script>"),
    (rules.titled_template, "templates/peps/pep.html", '{% extends "base.html" %}{% block content %}{% endblock %}'),
    (rules.titled_template, "templates/peps/pep.html", '{% extends "base.html" %}{% block title %}{% endblock %}'),
    (rules.titled_template, "templates/base.html", "<!doctype html><title></title>"),
    (rules.pinned_with_reason, "requirements.txt", "Django>=5.2  # the framework\n"),
    (rules.pinned_with_reason, "requirements.txt", "Django==5.2.19\n"),
]


@pytest.mark.parametrize(("rule", "path", "text"), CAUGHT, ids=lambda value: getattr(value, "__name__", None))
def test_each_rule_catches(rule, path, text):
    assert list(rule(PurePath(path), text))


def test_every_rule_has_a_breach_that_it_catches():
    assert {*rules.PYTHON_RULES, *rules.TEMPLATE_RULES, rules.titled_template, rules.pinned_with_reason} == {
        rule for rule, _path, _text in CAUGHT
    }


ALLOWED = [
    (rules.scoped_views, "peps/views/pep.py", "pep = get_object_or_404(Pep.objects.visible_to(user), pk=pk)\n"),
    (rules.scoped_views, "peps/selectors.py", "Pep.objects.all()\n"),
    (rules.state_in_services, "peps/services/moves.py", "pep.state = 'closed'\n"),
    (rules.state_in_services, "peps/selectors.py", "state = pep.state\n"),
    (rules.imports_on_top, "core/pdf.py", "def render():\n    from weasyprint import HTML\n"),
    (rules.no_inline_template, "templates/base.html", '<script type="module" nonce="{{ request.csp_nonce }}">'),
    (rules.titled_template, "templates/components/tag.html", "<strong>{{ text }}</strong>"),
    (rules.titled_template, "templates/peps/pep.html", '{% extends "base.html" %}{% block title %}{{ pep.reference }}{% endblock %}'),
    (rules.pinned_with_reason, "requirements.txt", "celery[redis]==5.7.0  # trigger for due work\n"),
]


@pytest.mark.parametrize(("rule", "path", "text"), ALLOWED, ids=lambda value: getattr(value, "__name__", None))
def test_good_source_passes(rule, path, text):
    assert list(rule(PurePath(path), text)) == []


@pytest.mark.parametrize("names", [["0001-a.md", "0003-b.md"], ["0001-a.md", "0001-b.md"], ["first.md"], ["0002-a.md"]])
def test_bad_numbers_are_caught(names):
    assert list(rules.consecutive_numbers(names))
