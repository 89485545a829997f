"""Forms say what to do, keep what was typed, and name their errors to a screen reader."""

import datetime
import re

import pytest
from crispy_forms.layout import ButtonHolder, Div, Fieldset, Layout, Submit
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from core.forms import FilterForm, LongTextField, PortalForm, ThreePartDateField

TODAY = datetime.date(2026, 9, 3)
urlpatterns: list[object] = []  # a form needs no page of the portal
pytestmark = pytest.mark.urls(__name__)


class EveryKind(PortalForm):
    """One field of every kind the pack draws."""

    submit_label = "Send it"
    missing = {"born": "Enter the child's date of birth."}
    name = forms.CharField(label="Name the child uses", max_length=5, help_text="As on the plan.")
    born = ThreePartDateField(label="Date of birth", latest=lambda: TODAY, earliest=datetime.date(2001, 1, 1))
    email = forms.EmailField(label="E-mail address")
    upn = forms.CharField(label="UPN")
    sessions = forms.IntegerField(label="Share of sessions in %", min_value=1, max_value=100)
    plan = forms.ChoiceField(label="Which plan?", choices=[("cin", "Child in Need"), ("cp", "Child Protection")], widget=forms.RadioSelect)
    needs = forms.MultipleChoiceField(label="Needs", choices=[("a", "Attendance"), ("r", "Reading")], widget=forms.CheckboxSelectMultiple)
    setting = forms.ChoiceField(label="Setting", choices=[("", "Choose"), ("1", "Oak Primary")])
    story = LongTextField(label="What goes well", max_length=20, help_text="In the child's words.")
    told = forms.BooleanField(label="The family knows")
    paper = forms.FileField(label="Last report")
    note = forms.CharField(label="Note", required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def rendered(template: str, **context: object) -> str:
    return " ".join((Template("{% load crispy_forms_tags %}" + template).render(Context(context))).split())


def errors_of(form: forms.Form, name: str) -> list[str]:
    return list(form.errors.get(name, []))


def typed(**parts: str) -> EveryKind:
    return EveryKind({f"born_{part}": text for part, text in parts.items()})


def test_an_empty_field_says_what_to_enter() -> None:
    errors = {name: messages[0] for name, messages in EveryKind({}).errors.items()}
    assert errors == {
        "name": "Enter the name the child uses.",
        "born": "Enter the child's date of birth.",
        "email": "Enter the e-mail address.",
        "upn": "Enter the UPN.",
        "sessions": "Enter the share of sessions in %.",
        "plan": "Answer the question “Which plan?”.",
        "needs": "Select the needs.",
        "setting": "Select the setting.",
        "story": "Enter what goes well.",
        "told": "Tick the box “The family knows”.",
        "paper": "Choose a file: the last report.",
    }


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("name", "Roberta", "Name the child uses must be 5 characters or fewer. You have typed 7."),
        ("name", "a\x00b", "Delete the character that cannot be stored, and type the text again."),
        ("email", "me@", "Enter an e-mail address in the correct form, like name@example.org."),
        ("sessions", "many", "Enter a whole number, like 12."),
        ("sessions", "101", "Share of sessions in % must be 100 or less."),
        ("plan", "lac", "Select one of the answers offered for which plan."),
        ("needs", ["z"], "Select one of the answers offered for the needs."),
    ],
)
def test_a_wrong_answer_says_how_to_put_it_right(name: str, value: str | list[str], message: str) -> None:
    assert errors_of(EveryKind({name: value}), name) == [message]


def test_an_empty_file_says_so() -> None:
    form = EveryKind({}, MultiValueDict({"paper": [SimpleUploadedFile("report.pdf", b"")]}))
    assert errors_of(form, "paper") == ["The file you chose is empty. Choose another one."]


def test_a_field_added_later_gets_its_messages_too() -> None:
    form = EveryKind({"starts_day": "1"})
    form.fields["starts"] = ThreePartDateField(label="Term 1, first day")
    assert errors_of(form, "starts") == ["Term 1, first day must include a month and a year."]


def test_messages_given_by_hand_stay() -> None:
    class ByHand(PortalForm):
        name = forms.CharField(error_messages={"required": "Tell us the name."})

    assert errors_of(ByHand({}), "name") == ["Tell us the name."]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"day": "3"}, "Date of birth must include a month and a year."),
        ({"day": "3", "month": "9"}, "Date of birth must include a year."),
        ({"day": "31", "month": "2", "year": "2016"}, "Date of birth must be a real date, like 3 9 2026."),
        ({"day": "3", "month": "Mai", "year": "2016"}, "Date of birth must be a real date, like 3 9 2026."),
        ({"day": "3", "month": "9", "year": "16"}, "Date of birth must have a year of four numbers, like 2026."),
        ({"day": "4", "month": "9", "year": "2026"}, "Date of birth must be on or before 3 September 2026."),
        ({"day": "31", "month": "12", "year": "2000"}, "Date of birth must be on or after 1 January 2001."),
    ],
)
def test_a_wrong_date_says_which_part(parts: dict[str, str], message: str) -> None:
    form = typed(**parts)
    assert errors_of(form, "born") == [message]
    for text in parts.values():
        assert f'value="{text}"' in str(form["born"]), "what was typed is kept"


@given(st.dates(min_value=datetime.date(2001, 1, 1), max_value=TODAY), st.sampled_from(["%m", "%B", "%b", " %m "]))
def test_every_date_comes_back_as_itself(day: datetime.date, month: str) -> None:
    form = typed(day=str(day.day), month=day.strftime(month), year=str(day.year))
    assert errors_of(form, "born") == []
    assert form.cleaned_data["born"] == day
    assert not ThreePartDateField().has_changed(day, [str(day.day), str(day.month), str(day.year)])


def test_a_date_may_be_left_out_where_it_is_optional() -> None:
    assert ThreePartDateField(required=False).clean(["", " ", ""]) is None
    assert ThreePartDateField().has_changed(None, ["x", "y", "z"])


def test_line_breaks_count_as_the_browser_counts_them() -> None:
    assert LongTextField(max_length=3).clean("a\r\nb") == "a\nb"


def test_labels_hints_and_errors_are_wired_by_id() -> None:
    html = rendered("{{ form|crispy }}", form=EveryKind({}))
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        assert set(described.split()) <= ids
    for target in re.findall(r'\bfor="([^"]+)"', html):
        assert target in ids
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-describedby="id_story-info id_story_helptext id_story_error"' in html
    assert re.search(r'<fieldset class="govuk-fieldset" aria-describedby="id_plan_error">', html)
    assert re.search(r'<fieldset class="govuk-fieldset" role="group" aria-describedby="id_born_error">', html)


def test_the_summary_links_to_a_field_that_exists() -> None:
    form = EveryKind({})
    form.add_error(None, "The place is taken.")
    html = rendered('{% include "components/error_summary.html" %}{{ form|crispy }}', form=form)
    targets = re.findall(r'href="#([^"]+)"', html)
    names = "name born_day email upn sessions plan_0 needs_0 setting story told paper"
    assert targets == [f"id_{name}" for name in names.split()]
    assert all(f'id="{target}"' in html for target in targets)
    assert "<li>The place is taken.</li>" in html


def test_the_whole_form_has_one_button_and_refuses_the_browsers_own_bubbles() -> None:
    html = rendered("{% crispy form %}", form=EveryKind(cancel_url="/back/"), csrf_token="token")
    assert re.search(r'<form novalidate method="post" enctype="multipart/form-data">', re.sub(r"\s+", " ", html))
    assert html.count("<button") == 1
    assert ">Send it</button>" in html
    assert 'href="/back/"' in html
    assert 'value="token"' in html
    assert " required" not in html
    assert "Note (optional)" in html
    assert "Setting (optional)" not in html


def test_a_limit_is_counted_and_the_browser_does_not_cut_the_text() -> None:
    html = rendered("{{ form.story|as_crispy_field }}", form=EveryKind())
    assert "You can enter up to 20 characters" in html
    assert 'data-maxlength="20"' in html
    assert 'maxlength="20"' not in html.replace('data-maxlength="20"', "")


def test_a_layout_is_drawn_by_the_pack() -> None:
    form = EveryKind()
    form.helper.inputs = []
    form.helper.layout = Layout(Fieldset("Who", Div("name", css_class="box"), "born"), ButtonHolder(Submit("go", "Go on")))
    html = rendered("{% crispy form %}", form=form, csrf_token="token")
    assert ">Who</legend>" in html
    assert 'class="box"' in html
    assert 'name="go" value="Go on"' in html
    assert "id_email" not in html, "only what the layout names"
    assert html.count("govuk-date-input__input") == 3


def test_a_label_can_be_the_heading_of_the_page() -> None:
    class OneQuestion(PortalForm):
        heading_field = "why"
        why = forms.CharField(label="Why now?")

    assert re.search(r"<h1[^>]*>\s*<label", rendered("{{ form|crispy }}", form=OneQuestion()))


def test_a_formset_is_drawn_with_its_errors() -> None:
    formset = forms.formset_factory(EveryKind, extra=1, validate_min=True, min_num=1)({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"})
    html = rendered('{% include "components/error_summary.html" %}{{ formset|crispy }}', formset=formset)
    assert 'name="form-TOTAL_FORMS"' in html
    assert '<a href="#id_form-0-name">Enter the name the child uses.</a>' in html
    assert 'id="id_form-0-name"' in html


def test_nothing_in_a_filter_is_called_optional() -> None:
    class Filters(FilterForm):
        q = forms.CharField(label="Name", required=False)

    assert "(optional)" not in rendered("{{ form|crispy }}", form=Filters())


def test_typed_text_is_escaped() -> None:
    html = rendered("{{ form|crispy }}", form=EveryKind({"name": "<script>1</script>", "story": "</textarea><b>"}))
    assert "<script>" not in html
    assert "</textarea><b>" not in html
