"""When: what people do on the way from the schools register to a signed plan. Each step leaves the person where it ended."""

import re
from collections.abc import Mapping
from typing import Any

from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from vsh_portal.due import Runner
from vsh_portal.tests.journeys.answers import PASSWORD
from vsh_portal.tests.journeys.people import Person, flat
from vsh_portal.tests.journeys.world import CHILD, RegisterFile

LINK = re.compile(r"http://\S+")


def the_portal_works() -> None:
    """The background work of one moment: plans open, reminders are queued, mails go, PDFs are made."""
    assert Runner().run(now=timezone.now()) == []


def mails_to(address: str) -> list[Any]:
    """What lies in this person's letter box, oldest first."""
    return [message for message in mail.outbox if message.to == [address]]


def link_in(message: Any) -> str:
    """The one link of a mail."""
    (found,) = LINK.findall(message.body)
    return str(found)


# --- the office


def takes_in_schools(person: Person, file: RegisterFile) -> None:
    """Upload a register file, look at the preview, take it in."""
    _uploads_schools(person, file)
    person.sees("What this file would change", f"{file.new} new, 0 changed, 0 closed")
    person.presses("Take in these changes")
    person.is_told(f"Taken in: {file.new} new, 0 changed, 0 closed.")


def takes_in_schools_again(person: Person, file: RegisterFile) -> None:
    """The same file once more changes nothing and says so."""
    _uploads_schools(person, file)
    person.sees("There is nothing to take in: the settings here are as this file says.")
    person.presses("Discard")
    person.is_told("The preview was discarded. No setting was changed.")


def takes_in_children(person: Person, content: bytes) -> None:
    """Upload social care's list: one child is new, one line is wrong and stays out."""
    _uploads_children(person, content)
    person.sees("1 child to take in", "1 new, 0 changed", "1 wrong line is left out")
    person.presses("Take in these changes")
    person.is_told("Taken in: 1 new, 0 changed.")
    _uploads_children(person, content)
    person.sees("There is nothing to take in.")


def invites(person: Person, *, name: str, email: str, role: str, where: str) -> None:
    """Invite somebody on the People page."""
    person.opens("/people/")
    person.follows("Invite a person")
    person.picks("Where does the person work?", where)
    person.presses("Go on")
    person.types("Name", name)
    person.types("Work e-mail address", email)
    person.chooses(role)
    person.presses("Send the invitation")
    person.is_told("The invitation is on its way.")


def takes_up_invitation(person: Person) -> None:
    """Follow the mailed link, choose a password (a short one first), and be at home."""
    (letter,) = mails_to(person.email)
    person.opens(link_in(letter))
    person.types("Password", "short")
    person.types("Password again", "short")
    person.presses("Save and sign in")
    person.is_stopped("12 characters")
    person.types("Password", PASSWORD)
    person.types("Password again", PASSWORD)
    person.presses("Save and sign in")
    person.sees("Needs you")
    person.password = PASSWORD


# --- the Head


def gives_place(person: Person, *, adviser: str) -> None:
    """Find the child, give one of the 70 places with the suggested adviser; the counter moves."""
    person.opens("/places/")
    person.sees("0 of 70")
    person.opens(f"/children/?q={CHILD['last_name']}")
    person.follows_row(CHILD["last_name"])
    person.follows("Give a place")
    person.sees("Suggested advisory teacher", adviser)
    person.presses("Give the place")
    person.is_stopped("Select the pool the place comes from.")
    person.chooses("Social care", of="Which place?")
    person.chooses("Start the place")
    person.presses("Give the place")
    person.is_told("place 1 is taken.")
    person.opens("/places/")
    person.sees("1 of 70", "0 of 20")


# --- those who write


def opens_plan(person: Person) -> str:
    """Open the plan from the list of plans; gives its address."""
    person.opens("/peps/")
    person.follows_row(CHILD["last_name"])
    return person.page.url


def writes_part(person: Person, plan: str, kind: str, answers: Mapping[str, Any], targets: list[dict[str, Any]] | None = None) -> None:
    """Write a whole part, save it, and mark it as done."""
    person.opens(f"{plan}{kind}/")
    person.fills(flat(answers, targets))
    person.presses("Save")
    person.is_told("Saved.")
    person.presses("Save and mark as done")
    person.is_told("Saved and marked as done.")


def checks_and_sends(person: Person, plan: str) -> None:
    """The check page: not without the tick, then sent."""
    person.opens(plan)
    person.page.get_by_role("button", name="Check and send").click()
    person.sees("Nothing is missing.")
    person.presses("Send to the Virtual School")
    person.is_stopped("Tick that you have checked this part.")
    person.chooses("I have checked this part.")
    person.presses("Send to the Virtual School")
    person.is_told("The plan has been sent to the Virtual School.")


def returns_plan(person: Person, plan: str, reason: str) -> None:
    """Return the setting's part with a reason."""
    person.opens(f"{plan}review/")
    person.presses("Return for changes")
    person.is_stopped("Say what needs to change.")
    person.chooses("Setting's part")
    person.types("What needs to change?", reason)
    person.presses("Return for changes")
    person.is_told("The plan has been returned.")


def signs_off(person: Person, plan: str) -> None:
    """The second pair of eyes."""
    person.opens(plan)
    person.page.get_by_role("button", name="Review").click()
    person.presses("Sign off")
    person.is_told("The plan is signed off and kept as it is.")


def prints(person: Person, plan: str, *, full: bool, recipient: str) -> tuple[str, bytes]:
    """Ask for a PDF, wait for the worker, fetch it."""
    person.opens(plan)
    person.page.get_by_role("button", name="Print", exact=True).click()
    if full:
        person.chooses("Full: for the Virtual School")
    person.types("Name of the person who gets it (optional)", recipient)
    person.presses("Make the PDF")
    person.sees("Your PDF is being made.")
    the_portal_works()
    the_portal_works()  # a copy is made once its original is
    expect(person.page.get_by_text("Your PDF is ready.")).to_be_visible(timeout=15_000)  # the page asks by itself every two seconds
    return person.downloads("Download the PDF")


def _uploads_schools(person: Person, file: RegisterFile) -> None:
    person.opens("/settings/import/")
    person.hands_in("Register file (CSV)", file.name, file.content)
    person.types("Authorities", file.authorities)
    person.presses("Show what would change")


def _uploads_children(person: Person, content: bytes) -> None:
    person.opens("/children/import/")
    person.hands_in("List of children (CSV)", "children.csv", content)
    person.presses("Show what would change")
