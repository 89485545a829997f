"""Nothing that people type makes a PDF read a file, call an address or carry an attachment (safety.md T12, G12)."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from weasyprint.urls import URLFetcherResponse

from core import pdf
from core.tests.pdf_reading import opened, texts
from core.tests.pdf_sample import plan

INJECTIONS = [
    '<img src="file://CANARY">',
    '<link rel=attachment href="file://CANARY">',
    '<a rel=attachment href="file://CANARY">report</a>',
    '<link rel=attachment href="packaged:atkinson-hyperlegible-next-latin-400-normal.woff2">',
    '<a rel=attachment href="packaged:atkinson-hyperlegible-next-latin-400-normal.woff2">font</a>',
    '<link rel=stylesheet href="file://CANARY">',
    '<link rel=stylesheet href="http://127.0.0.1:9/a.css">',
    '<base href="file:///"><img src="CANARY">',
    '<style>@import url("file://CANARY");</style>',
    '<style>@font-face { font-family: x; src: url("file://CANARY") } h1 { font-family: x }</style>',
    '<style>@page { background: url("http://127.0.0.1:9/b.png") }</style>',
    '<style>h1::before { content: url("file://CANARY") }</style>',
    '<p style="background: url(http://127.0.0.1:9/c.png)">x</p>',
    '<ul style="list-style-image: url(file://CANARY)"><li>x</li></ul>',
    '<object data="file://CANARY">x</object>',
    '<embed src="http://127.0.0.1:9/d.svg">',
    '<iframe src="file://CANARY"></iframe>',
    '<svg width="9" height="9"><title>x</title><image href="file://CANARY" width="9" height="9"/></svg>',
    '<svg width="9" height="9"><title>x</title><use href="file://CANARY#a"/></svg>',
    '<img alt="x" src="packaged:../../../../CANARY">',
    '<img alt="x" src="packaged:CANARY">',
    '<img alt="x" src="//127.0.0.1:9/e.png"><img alt="x" src="ftp://127.0.0.1:9/f.png">',
    '<!DOCTYPE x [<!ENTITY y SYSTEM "file://CANARY">]><p>&y;</p>',
    '"></p><script src="http://127.0.0.1:9/g.js"></script><img alt="x" src="data:image/svg+xml,%3Csvg/%3E">',
    '<meta name="author" content="Somebody"><meta http-equiv="refresh" content="0; url=http://127.0.0.1:9/">',
    "{% include 'errors/404.html' %}{{ frame.reference }}",
]

# Renders every document of a JSON list and reports all that Python opened meanwhile; the last file is opened on purpose.
WATCHED = """
import json, sys
from core import pdf

documents, canary = json.load(sys.stdin)
pdf.engine()
seen = []
watched = ("open", "socket", "urllib", "ftplib", "subprocess")
sys.addaudithook(lambda event, args: seen.append([event, str(args[0])]) if event.split(".")[0] in watched else None)
results = [pdf.render(html).hex() for html in documents]
open(canary).close()
json.dump([results, seen], sys.stdout)
"""


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.txt"
    path.write_text("canary words of another child")
    return path


def watched(documents: list[str], canary: Path) -> tuple[list[bytes], list[list[str]]]:
    """The PDFs of these documents, and what the process opened to make them."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        input=json.dumps([documents, str(canary)]),
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "vsh_portal.settings"},
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    results, seen = json.loads(done.stdout)
    return [bytes.fromhex(result) for result in results], seen


def test_raw_injections_open_no_file_and_no_address_and_attach_nothing(canary: Path):
    """Even where a template forgot to escape: the fetcher is the second lock."""
    raw = [plan().replace("<h1>", injection.replace("CANARY", str(canary)) + "<h1>") for injection in INJECTIONS]
    results, seen = watched(raw, canary)
    program = (sys.prefix, sys.base_prefix, str(Path(os.__file__).parent))
    foreign = [(event, path) for event, path in seen if event != "open" or not path.startswith(program)]
    assert foreign == [("open", str(canary))], "only the opening that proves the watch works"
    for result in results:
        document = opened(result)
        assert not document.attachments
        assert not any(annotation.Subtype == "/FileAttachment" for page in document.pages for annotation in page.get("/Annots", []))
        assert "/AF" not in document.Root
        assert "/EmbeddedFiles" not in document.Root.get("/Names", {})
        assert b"canary words" not in b"".join(
            item.read_bytes() for item in document.objects if hasattr(item, "read_bytes") and "/Length" in item
        )
        assert "/Author" not in document.docinfo


def test_typed_injections_are_printed_as_typed(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    real = pdf.Fetcher.__call__
    monkeypatch.setattr(pdf.Fetcher, "__call__", lambda self, url: asked.append(url) or real(self, url))
    for injection in INJECTIONS:
        typed = injection.replace("CANARY", "/etc/passwd")
        html = plan(notice=typed, identity=[(typed, typed)], questions=[(typed, typed)], targets=[[typed] * 5], subjects=[[typed] * 4])
        data = pdf.render(html)
        assert re.sub(r"\s", "", typed) in re.sub(r"\s", "", texts(data)[0][0])
        assert not opened(data).attachments
    assert asked == []


def test_the_frame_is_escaped():
    frame = pdf.Frame(reference="PEP-1-1", classification='"><img src=x>', audience="<b>", version="'&amp;", initials='" onload="')
    _, artifacts = texts(pdf.render(plan(frame=frame)))
    for text in ('"><img src=x>', "<b>", "'&amp;", '" onload="'):
        assert text.replace(" ", "") in artifacts[0].replace(" ", "")


FONT = "packaged:atkinson-hyperlegible-next-latin-400-normal.woff2"
REFUSED = [
    "file:///etc/passwd",
    "http://127.0.0.1:9/",
    "packaged:",
    "packaged:../plan.css",
    "data:text/plain,x",
    "LICENSE.txt",
    "packaged:LICENSE.txt",
]


@pytest.mark.parametrize("address", [*REFUSED, FONT])
def test_a_document_opens_nothing(address: str):
    with pytest.raises(ValueError, match="Only the packaged fonts"):
        pdf.engine().fetcher(address)


@pytest.mark.parametrize("address", REFUSED)
def test_our_stylesheets_open_nothing_but_the_fonts(address: str):
    with pytest.raises(ValueError, match="Only the packaged fonts"):
        pdf.Fetcher(URLFetcherResponse, pdf.FONTS)(address)


def test_our_stylesheets_open_the_fonts():
    assert pdf.Fetcher(URLFetcherResponse, pdf.FONTS)(FONT).read() == pdf.FONTS[FONT.removeprefix("packaged:")].read_bytes()
