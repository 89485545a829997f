"""Words searched for live in the session, never in the address."""

from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import RequestFactory

from core import private_search


def posted(data, address="/list/", session=None):
    request = RequestFactory().post(address, data)
    request.session = SessionStore() if session is None else session
    return request


def test_the_words_are_held_and_the_address_keeps_the_filters_but_no_page_and_no_words():
    request = posted({"q": "  Ada Marsh "}, "/list/?state=open&state=late&page=4&q=Ada")
    assert private_search.keep(request, "people").headers["Location"] == "/list/?state=open&state=late"
    assert private_search.held(request, "people", "Name").words == "Ada Marsh"
    assert private_search.held(request, "children", "Name").words == ""


def test_empty_or_cleared_words_are_forgotten():
    request = posted({"q": "Ada"})
    private_search.keep(request, "people")
    assert private_search.keep(posted({"q": "Ada", "clear": "1"}, session=request.session), "people").headers["Location"] == "/list/"
    assert private_search.held(request, "people", "Name").words == ""


def test_words_are_cut_and_cleaned():
    request = posted({"q": "a\x00" + "b" * 500})
    private_search.keep(request, "people")
    assert private_search.held(request, "people", "Name").words == "a" + "b" * (private_search.LONGEST - 1)
