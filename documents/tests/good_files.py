"""Files that people really add, each of which must be taken in."""

from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image, PngImagePlugin

from documents.tests.office_files import PARAGRAPH, WORDS, excel, rels, word

GPS_MARK = b"51.5007N"


def pdf(change: Any = None, *, pages: int = 1, **saving: Any) -> bytes:
    """A PDF of empty pages; `change` may put something into it before it is saved."""
    made = BytesIO()
    with pikepdf.new() as file:
        for _page in range(pages):
            file.add_blank_page(page_size=(595, 842))
        if change:
            change(file)
        file.save(made, **saving)
    return made.getvalue()


def picture(mode: str = "RGB", kind: str = "JPEG", size: tuple[int, int] = (64, 48), **saving: Any) -> bytes:
    """A small picture of one colour in any mode."""
    made = BytesIO()
    Image.new(mode, size).save(made, kind, **saving)
    return made.getvalue()


def photograph() -> bytes:
    """A telephone's photograph: place, camera, comment, and lying on its side."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = 6, "Camera of Example", "CANARY comment"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 2.5), 3: "W", 4: (0.0, 7.0, 28.0), 29: GPS_MARK.decode()})
    return picture(size=(80, 40), exif=exif, comment=b"CANARY comment")


def _link(file: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://www.example.org/report")
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 10, 10], A=action)
    file.pages[0].Annots = file.make_indirect(pikepdf.Array([note]))


def _form(file: pikepdf.Pdf) -> None:
    field = file.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="name", V="JavaScript is a word"))
    file.Root.AcroForm = pikepdf.Dictionary(Fields=[field])


def _opens_at(file: pikepdf.Pdf) -> None:
    file.Root.OpenAction = pikepdf.Array([file.pages[0].obj, pikepdf.Name.Fit])


def _titled(file: pikepdf.Pdf) -> None:
    file.docinfo["/Title"] = "Launch of the reading week: /JS and /JavaScript"


def _image(file: pikepdf.Pdf) -> None:
    file.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=pikepdf.Stream(file, picture())))


def _outline(file: pikepdf.Pdf) -> None:
    with file.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("First page", 0))


def _png_text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "CANARY comment")
    return info


OWNER_ONLY = pikepdf.Encryption(owner="owner", user="", allow=pikepdf.Permissions())
BLANK = PARAGRAPH.format(text=" " * 60_000)
CHART = rels("package", "../embeddings/Microsoft_Excel_Sheet1.xlsx", external=False)
FIELD = "<w:p><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>DDE is a word here</w:t></w:r></w:p>"
GOOD: dict[str, tuple[str, bytes]] = {
    "pdf": ("report.pdf", pdf()),
    "pdf of many pages": ("report.pdf", pdf(pages=120)),
    "pdf with a web link": ("links.pdf", pdf(_link)),
    "pdf with a form": ("form.pdf", pdf(_form)),
    "pdf that opens at a page": ("open.pdf", pdf(_opens_at)),
    "pdf with a frightening title": ("title.pdf", pdf(_titled)),
    "pdf with a picture": ("picture.pdf", pdf(_image)),
    "pdf with an outline": ("outline.pdf", pdf(_outline)),
    "pdf 1.4": ("old.pdf", pdf(force_version="1.4")),
    "pdf 2.0": ("new.pdf", pdf(force_version="2.0")),
    "pdf for the web": ("web.pdf", pdf(linearize=True)),
    "pdf with object streams": ("small.pdf", pdf(pages=9, object_stream_mode=pikepdf.ObjectStreamMode.generate)),
    "pdf nobody may print": ("locked.pdf", pdf(encryption=OWNER_ONLY)),
    "pdf with line breaks behind it": ("breaks.pdf", pdf() + b"\r\n\r\n"),
    "PDF in capitals": ("REPORT.PDF", pdf()),
    "pdf with an accent": ("Zoë’s report.pdf", pdf()),
    "pdf with Arabic letters": ("تقرير.pdf", pdf()),
    "pdf with dots": ("report 3.9.2026 v1.2.pdf", pdf()),
    "pdf with a long name": ("a" * 116 + ".pdf", pdf()),
    "jpg": ("photo.jpg", picture()),
    "jpeg": ("photo.jpeg", picture()),
    "JPG in capitals": ("DSC_0001.JPG", picture()),
    "grey jpg": ("grey.jpg", picture("L")),
    "progressive jpg": ("slow.jpg", picture(progressive=True)),
    "printer's jpg": ("cmyk.jpg", picture("CMYK")),
    "photograph with a place": ("IMG_1.jpg", photograph()),
    "photograph with a film behind it": ("moving.jpg", picture() + b"\0\0\0\x18ftypmp42" + b"\0" * 400),
    "large jpg": ("large.jpg", picture("L", size=(4800, 3600))),
    "png": ("scan.png", picture(kind="PNG")),
    "PNG in capitals": ("SCAN.PNG", picture(kind="PNG")),
    "transparent png": ("logo.png", picture("RGBA", "PNG")),
    "palette png": ("palette.png", picture("P", "PNG")),
    "palette png with a hole": ("hole.png", picture("P", "PNG", transparency=0)),
    "grey png": ("grey.png", picture("L", "PNG")),
    "grey transparent png": ("la.png", picture("LA", "PNG")),
    "black and white png": ("fax.png", picture("1", "PNG")),
    "png of 16 bits": ("deep.png", picture("I;16", "PNG")),
    "png with a comment": ("comment.png", picture(kind="PNG", pnginfo=_png_text())),
    "docx": ("letter.docx", word()),
    "docx with a web link": ("link.docx", word({"word/_rels/document.xml.rels": rels("hyperlink", "https://www.example.org/")})),
    "docx with a mail link": ("mail.docx", word({"word/_rels/document.xml.rels": rels("hyperlink", "mailto:office@example.org")})),
    "docx with a picture": ("picture.docx", word({"word/media/image1.png": picture(kind="PNG")})),
    "docx with many parts": ("parts.docx", word({f"word/header{n}.xml": WORDS.format(body=PARAGRAPH) for n in range(40)})),
    "docx of blank lines": ("blank.docx", word(body=BLANK)),
    "docx in UTF-16": ("wide.docx", word({"word/document.xml": WORDS.format(body=PARAGRAPH.format(text="ü")).encode("utf-16")})),
    "docx with a field": ("field.docx", word(body=FIELD)),
    "docx with a chart": (
        "chart.docx",
        word({"word/charts/_rels/chart1.xml.rels": CHART, "word/embeddings/Microsoft_Excel_Sheet1.xlsx": excel()}),
    ),
    "xlsx": ("marks.xlsx", excel()),
    "xlsx with a formula as text": ("formula.xlsx", excel(text="=1+1")),
    "xlsx with a second sheet": ("sheets.xlsx", excel({"xl/worksheets/sheet2.xml": "<worksheet/>"})),
    "xlsx with a link": ("link.xlsx", excel({"xl/worksheets/_rels/sheet1.xml.rels": rels("hyperlink", "https://www.example.org/")})),
}
