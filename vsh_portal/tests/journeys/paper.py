"""A downloaded PDF as its readers find it: as text, as tags, and by a checker."""

import subprocess
from pathlib import Path

from core.tests import pdf_reading


class Paper:
    """One PDF."""

    def __init__(self, data: bytes, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.data = data
        self.findings = pdf_reading.findings(data, folder)
        self.tagged, self.artifacts = pdf_reading.texts(data)
        self.text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
        self.plain = " ".join(" ".join(self.tagged).split())

    @property
    def pages(self) -> int:
        """How many pages."""
        return len(self.tagged)

    @property
    def title(self) -> str:
        """What viewers show in the window's title."""
        source = pdf_reading.opened(self.data)
        return str(source.docinfo["/Title"])

    @property
    def header_cells_without_scope(self) -> int:
        """Header cells that say neither column nor row."""
        source = pdf_reading.opened(self.data)
        cells = [element for element in pdf_reading.elements(source) if str(element.S) == "/TH"]
        return sum("/Scope" not in str(cell.get("/A")) for cell in cells)

    def says(self, sentence: str) -> bool:
        """Whether the words stand in the text, wherever lines and pages break; hyphens and spaces do not count."""
        return "".join(sentence.split()) in "".join(self.text.split()) or "".join(sentence.split()) in "".join(self.plain.split())
