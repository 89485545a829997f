"""Lays one page over every page of a finished PDF, without touching its tags."""

import pikepdf
from pikepdf import Name

FOOTER = Name("/CopyFooter")
BEFORE = b"q\n"  # the page's own drawing must not shift ours
AFTER = b"\nQ\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC\nq /CopyFooter Do Q\nEMC\n"


def stamp(pdf: pikepdf.Pdf, overlay: pikepdf.Page) -> None:
    """Draws `overlay` over every page of `pdf`, in place, as an artifact; raises ValueError when `pdf` is stamped already."""
    form = pdf.copy_foreign(overlay.as_form_xobject())
    before, after = pdf.make_stream(BEFORE), pdf.make_stream(AFTER)
    if any(FOOTER in page.resources.get(Name.XObject, {}) for page in pdf.pages):
        raise ValueError("This PDF is a copy already: make copies from the stored original")
    for page in pdf.pages:
        page.add_resource(form, Name.XObject, FOOTER, replace_existing=True)  # pages may share one dictionary
        page.contents_add(before, prepend=True)
        page.contents_add(after)
