"""PDFs: HTML in, tagged bytes (PDF/UA-1) out. Only this module knows WeasyPrint, and loads it on first use: web processes never do."""

import atexit
import functools
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pikepdf
from django.conf import settings
from django.template.loader import render_to_string

from core.pdf_overlay import stamp
from core.pdf_tags import finish

FONT_SCHEME = "packaged:"  # lower-case letters only, or collectstatic takes the address in plan.css for a file
FONTS = {
    name: settings.BASE_DIR / "static/vendor/fonts" / name
    for name in (f"atkinson-hyperlegible-next-{subset}-{weight}-normal.woff2" for subset in ("latin", "latin-ext") for weight in (400, 700))
}
STYLESHEETS = settings.BASE_DIR / "static/pdf"

REFERENCE = re.compile(r"(?=.*\d)[A-Z][A-Z0-9]*(-[A-Z0-9]+)+")
CHARACTERS_PER_PAGE = 3_000  # a dense page of plan.css holds some 4,000
LONGEST_PASSAGE = 100_000  # one run of text: WeasyPrint's time grows with its square
LONG_WORD, PIECE = re.compile(r"\S{61,}"), re.compile(r"\S{1,20}")
BREAK_HERE = "\u200b"  # zero-width space: without one, every line of a 20,000-letter word lays the whole word out again


class PdfTooLong(ValueError):
    """The text does not fit the page limit; nothing was made."""


@dataclass(frozen=True)
class Frame:
    """What stands in the running footer of every page; `templates/pdf/base.html` reads it as `frame`."""

    reference: str
    classification: str
    audience: str
    version: str
    initials: str = ""


class Fetcher:
    """WeasyPrint's door to the outside: opens the files it was given by name, and refuses every other address (safety.md T12)."""

    _fail_on_errors = False  # WeasyPrint reads it: a refused address is left out, the rest is rendered

    def __init__(self, response: type, files: Mapping[str, Path]) -> None:
        self.response = response
        self.files = {FONT_SCHEME + name: path for name, path in files.items()}

    def __call__(self, url: str) -> Any:
        if url not in self.files:
            raise ValueError("Only the packaged fonts can be opened, and only by our own stylesheets")
        return self.response(url, body=self.files[url].read_bytes(), headers={"Content-Type": "font/woff2"})


@dataclass(frozen=True)
class Engine:
    """WeasyPrint with our fonts and stylesheets read once a process; documents get a fetcher that opens nothing."""

    html: type
    fetcher: Fetcher
    font_config: Any
    stylesheets: dict[str, Any]


@functools.cache
def engine() -> Engine:
    """The one place where WeasyPrint is loaded: 1.4 s, so a worker calls it when it starts."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcherResponse

    atexit.register(engine.cache_clear)  # else the folder with the unpacked fonts outlives the process
    fonts, font_config = Fetcher(URLFetcherResponse, FONTS), FontConfiguration()
    sheets = {
        path.name: CSS(string=path.read_text(), url_fetcher=fonts, font_config=font_config) for path in sorted(STYLESHEETS.glob("*.css"))
    }
    return Engine(HTML, Fetcher(URLFetcherResponse, {}), font_config, sheets)


def render(html: str, *, draft: bool = False, max_pages: int = 200) -> bytes:
    """The PDF of one document that extends `pdf/base.html`: tagged, no author, no dates, the same bytes for the same input.

    Opens no address and no file, whatever the HTML asks for, and attaches nothing. `draft` lays the word DRAFT
    under every page. The title must be the reference, because viewers and search indexes show it, and the language must be set.

    Raises PdfTooLong over `max_pages`, ValueError for a title that is not a reference or a missing language.
    """
    sheets = ["plan.css", "draft.css"] if draft else ["plan.css"]
    document = lay_out(html, sheets, max_pages=max_pages)
    if not REFERENCE.fullmatch(document.metadata.title or ""):
        raise ValueError("The title of a PDF is its reference, such as PEP-7K3Q9-2026-1, never a name")
    if not document.metadata.lang:
        raise ValueError("The html element of a PDF needs a lang attribute")
    return write(document, pdf_variant="pdf/ua-1", pdf_identifier=True, finisher=finish)


def copy_for(original: bytes, *, footer: str) -> bytes:
    """A copy of a stored PDF that carries `footer` (for whom, printed by whom and when) at the foot of every page.

    The footer is marked as an artifact, so the tags stay as they were; the original is only read.

    Raises PdfTooLong for a footer of more than three lines, ValueError for an original that is a copy already, pikepdf.PdfError for
    bytes that are not a PDF.
    """
    strip = write(lay_out(render_to_string("pdf/copy_footer.html", {"footer": footer}), ["copy.css"], max_pages=1))
    with pikepdf.open(io.BytesIO(original)) as pdf, pikepdf.open(io.BytesIO(strip)) as overlay:
        stamp(pdf, overlay.pages[0])
        copy = io.BytesIO()
        pdf.save(copy, deterministic_id=True, fix_metadata_version=False)
    return copy.getvalue()


def sha256(data: bytes) -> str:
    """The hash stored beside a PDF, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def lay_out(html: str, sheets: list[str], *, max_pages: int) -> Any:
    """WeasyPrint's pages for `html`, with nothing personal in their metadata; raises PdfTooLong before it costs minutes."""
    ready = engine()
    source = ready.html(string=html, url_fetcher=ready.fetcher)
    break_long_words(source.etree_element, max_characters=max_pages * CHARACTERS_PER_PAGE)
    styles = [ready.stylesheets[name] for name in sheets]
    document = source.render(font_config=ready.font_config, stylesheets=styles, presentational_hints=False)
    if len(document.pages) > max_pages:
        raise PdfTooLong(f"The document has {len(document.pages)} pages; {max_pages} is the limit")
    fixed = document.metadata
    fixed.authors, fixed.keywords, fixed.attachments, fixed.custom = [], [], [], {}
    fixed.description = fixed.generator = fixed.created = fixed.modified = None
    return document


def write(document: Any, **options: Any) -> bytes:
    """The bytes of a laid out document."""
    return document.write_pdf(**options)


def break_long_words(root: Element, *, max_characters: int) -> None:
    """Lets words of more than 60 letters break, in place; raises PdfTooLong where text is longer than any plan."""
    total = 0
    for element, name, text in passages(root):
        total += len(text)
        if len(text) > LONGEST_PASSAGE or total > max_characters:
            raise PdfTooLong(f"A passage of {len(text)} characters, {total} so far; {max_characters} in all is the limit")
        setattr(element, name, LONG_WORD.sub(lambda word: BREAK_HERE.join(PIECE.findall(word[0])), text))


def passages(root: Element) -> Iterator[tuple[Element, str, str]]:
    """Every run of text below `root`: the element that holds it, "text" or "tail", and the words."""
    for element in root.iter():
        for name in ("text", "tail"):
            if text := getattr(element, name):
                yield element, name, text
