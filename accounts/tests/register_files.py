"""Register files in the two layouts of GIAS, written by the tests; names are invented."""

import csv
import io

COMMON = (
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (code)", "TypeOfEstablishment (name)",
    "EstablishmentTypeGroup (code)", "EstablishmentTypeGroup (name)", "EstablishmentStatus (code)", "EstablishmentStatus (name)",
    "OpenDate", "CloseDate", "PhaseOfEducation (code)", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge", "UKPRN",
    "OfstedLastInsp", "LastChangedDate", "Street", "Locality", "Address3", "Town", "County (name)", "Postcode", "SchoolWebsite",
    "TelephoneNum", "HeadTitle (name)", "HeadFirstName", "HeadLastName", "HeadPreferredJobTitle",
)  # fmt: skip
LAYOUTS = {
    2018: (
        *COMMON,
        "InspectorateName (name)",
        "Inspectorate (name)",
        "OfstedRating (name)",
        "RSCRegion (name)",
        "MSOA (code)",
        "LSOA (code)",
    ),
    2024: (*COMMON, "BSOInspectorateName (name)", "OfstedRating (name)", "Country (name)", "FSM", "AccreditationExpiryDate"),
}
OPEN, CLOSED, CLOSING, PROPOSED = "1", "2", "3", "4"


def school(urn: object, name: str = "Example Primary School", **columns: object) -> dict[str, str]:
    """One open primary school of authority 800; keywords are columns, with underscores for the awkward ones."""
    short = {"status": "EstablishmentStatus (code)", "la": "LA (code)", "phase": "PhaseOfEducation (name)"}
    values = {
        "URN": urn,
        "LA (code)": "800",
        "LA (name)": "Exampleshire",
        "EstablishmentNumber": "2001",
        "EstablishmentName": name,
        "TypeOfEstablishment (name)": "Community school",
        "EstablishmentTypeGroup (name)": "LA maintained schools",
        "EstablishmentStatus (code)": OPEN,
        "OpenDate": "01-09-1999",
        "PhaseOfEducation (name)": "Primary",
        "StatutoryLowAge": "4",
        "StatutoryHighAge": "11",
        "LastChangedDate": "03-11-2026",
        "Street": "1 Example Road",
        "Town": "Exampleton",
        "Postcode": "EX1 1AA",
        "TelephoneNum": "01632960123",
        "HeadTitle (name)": "Ms",
        "HeadFirstName": "Sam",
        "HeadLastName": "Example",
    }
    return {key: str(value) for key, value in (values | {short.get(key, key): value for key, value in columns.items()}).items()}


def text_of(*schools: dict[str, str], layout: int = 2024, without: tuple[str, ...] = (), backwards: bool = False) -> str:
    """The file's text; `without` leaves columns out, `backwards` turns their order round."""
    columns = [column for column in LAYOUTS[layout] if column not in without]
    if backwards:
        columns.reverse()
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(schools)
    return out.getvalue()


def file_of(*schools: dict[str, str], encoding: str = "cp1252", name: str = "edubasealldata20261123.csv", **layout: object) -> io.BytesIO:
    """The file as it is uploaded: cp1252, as the register writes it."""
    file = io.BytesIO(text_of(*schools, **layout).encode(encoding))
    file.name = name
    return file
