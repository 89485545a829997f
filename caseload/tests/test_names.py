"""Names folded for search and for finding the same child."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.names import fold, name_key, same_person, search_words, swapped


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("Zoë", "zoe"), ("O'Neil", "oneil"), ("O’Neil", "oneil"), ("Łukasz", "lukasz"), ("Straße", "strasse"), ("Van der Berg", "vanderberg"),
     ("Ayşe-Nur", "aysenur"), ("ÅSA", "asa"), ("Æthel", "aethel"), ("ﬁn", "fin"), ("李", "李"), (" - ", "")],
)  # fmt: skip
def test_folding(typed, folded):
    assert fold(typed) == folded


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_the_key_holds_family_first_and_used_name_once():
    assert name_key("Robert", "O'Neil", "Bob") == "oneil robert bob"
    assert name_key("Ada", "Marsh", "Ada") == "marsh ada"


def test_every_word_of_a_search_is_in_the_key_of_the_name_it_was_typed_for():
    key = name_key("Ayşe-Nur", "Van der Berg", "")
    assert all(word in key for word in search_words("ayse-nur van der berg"))
    assert search_words(" - ") == []


def test_same_person_by_first_or_used_name():
    assert same_person(("Robert", "O'Neil", ""), ("ROBERT", "ONeil", "Bob"))
    assert same_person(("Bob", "O'Neil", ""), ("Robert", "ONeil", "Bob"))
    assert not same_person(("Rosa", "O'Neil", ""), ("Robert", "ONeil", "Bob"))
    assert swapped(("O'Neil", "Robert", ""), ("Robert", "ONeil", ""))
