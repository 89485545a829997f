"""Large bodies are refused unread; private pages are not kept by a cache."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.test import RequestFactory

from core.middleware import PrivateHeaders, RefuseLargeBody


class Unreadable:
    """A body that fails the test when it is read."""

    def read(self, *args: object) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


def answer(**meta: object) -> HttpResponse:
    request = RequestFactory().post("/", **{"wsgi.input": Unreadable(), **meta})
    request.user = AnonymousUser()
    return RefuseLargeBody(lambda request: HttpResponse("through"))(request)


@pytest.fixture(autouse=True)
def _limit(settings):
    settings.UPLOAD_LIMIT_BYTES = 1000


@pytest.mark.parametrize(
    "meta",
    [
        {"CONTENT_LENGTH": "1001"},
        {"CONTENT_LENGTH": "9" * 5000},
        {"CONTENT_LENGTH": "-1"},
        {"CONTENT_LENGTH": "many"},
        {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"},
        {"CONTENT_LENGTH": "5", "HTTP_TRANSFER_ENCODING": "chunked"},
    ],
)
@pytest.mark.django_db
def test_a_body_too_large_or_of_untold_length_is_refused_unread(meta):
    response = answer(**meta)
    assert response.status_code == 413
    assert b"<h1" in response.content


@pytest.mark.parametrize("length", ["1000", "0", ""])
def test_a_body_within_the_limit_goes_through(length):
    assert answer(CONTENT_LENGTH=length).content == b"through"


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8"])
def test_a_body_in_utf_8_goes_through(charset):
    assert answer(CONTENT_LENGTH="5", CONTENT_TYPE=f"multipart/form-data; boundary=x; charset={charset}").content == b"through"


@pytest.mark.parametrize("charset", ["hex", "idna", "unicode_escape", "utf-7", "latin-1"])
def test_a_body_in_another_encoding_is_refused(charset):
    with pytest.raises(BadRequest):
        answer(CONTENT_LENGTH="5", CONTENT_TYPE=f"multipart/form-data; boundary=x; charset={charset}")


class SignedIn(AnonymousUser):
    is_authenticated = True


@pytest.mark.parametrize(("user", "cache"), [(SignedIn(), "no-store, private"), (AnonymousUser(), None), (None, None)])
def test_only_pages_of_signed_in_people_are_kept_from_caches(user, cache):
    request = RequestFactory().get("/")
    if user is not None:
        request.user = user
    response = PrivateHeaders(lambda request: HttpResponse("page"))(request)
    assert response.get("Cache-Control") == cache
    assert "camera=()" in response["Permissions-Policy"]
