"""Two people in one part: no word is lost, and nobody is asked about what only one of them changed."""

from datetime import date
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from peps.merging import TARGET_FIELDS, content, digest, merge, plain_target, words
from peps.models import Target
from peps.template_data import TEMPLATES
from peps.template_data.targets import KINDS, TARGETS

CODES = ["S2", "S9", "S10", "S13"]
texts = st.sampled_from(["", "one", "two", "three"])
contents = st.fixed_dictionaries({code: texts.map(lambda text: {"text": text} if text else {}) for code in CODES})


def test_the_inputs_of_a_target_are_its_columns():
    columns = {field.name for field in Target._meta.get_fields()} - {"id", "pep", "position"}
    assert set(TARGET_FIELDS) == columns
    assert [tuple(option) for option in KINDS] == Target.Kind.choices
    for spec in TARGETS["fields"]:
        longest = Target._meta.get_field(spec["name"]).max_length
        assert spec["type"] in {"date", "radios"} or longest == spec.get("max", 300) * 2


def test_targets_lie_under_their_question():
    asked = [each for each in TEMPLATES[1].questions if each.code in {"S18", "S9"}]
    target = SimpleNamespace(**dict.fromkeys(TARGET_FIELDS, ""), position=1)
    target.what, target.by_date = "Reads", date(2026, 3, 27)
    found = content(asked, {"S9": {"one_thing": "Calm"}}, [target])
    assert found == {"S9": {"one_thing": "Calm"}, "S18": {"targets": [{"what": "Reads", "by_date": "2026-03-27"}]}}
    assert plain_target(found["S18"]["targets"][0]) == found["S18"]["targets"][0]


def test_marks_look_at_words_only():
    assert digest({"name": "A", "kept": True, "facts": []}) == digest({"name": "A"})
    assert digest({"name": "A"}) != digest({"name": "B"})
    assert words({"confirmed": True, "facts": [1]}) == {"confirmed": True}


def test_without_marks_every_difference_asks():
    stored, mine = {"S2": {"a": "theirs"}, "S9": {"a": "same"}}, {"S2": {"a": "mine"}, "S9": {"a": "same"}}
    assert merge(stored, mine, None, stale=True)[1] == ["S2"]
    assert merge(stored, mine, None, stale=False) == (mine, [])


@given(base=contents, theirs=contents, mine=contents)
def test_a_stale_save_loses_nothing(base, theirs, mine):
    marks = {code: digest(answer) for code, answer in base.items()}
    result, conflicts = merge(theirs, mine, marks, stale=True)
    for code in CODES:
        i_changed, they_changed = mine[code] != base[code], theirs[code] != base[code]
        if code in conflicts:
            assert i_changed
            assert they_changed
            assert mine[code] != theirs[code]
        elif i_changed and not they_changed:
            assert result[code] == mine[code]
        else:
            assert result[code] == theirs[code]
