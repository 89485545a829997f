"""The portal without JavaScript: signing in, writing a part, an error, a filter, a print that is waited for by hand."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD
from peps.models import Part
from peps.states import PartKind
from peps.tests.factories import world
from vsh_portal.tests.journeys import steps
from vsh_portal.tests.journeys.people import Person

pytestmark = [pytest.mark.browser]


def test_a_part_is_written_saved_and_printed_without_javascript(stage: Callable[..., Person]) -> None:
    our = world()
    teacher = stage(our.teacher.name, our.teacher.email, PASSWORD, java_script_enabled=False)
    plan = f"/peps/{our.pep.pk}/"
    teacher.signs_in(to=f"{plan}child/")
    assert teacher.page.url.endswith(f"{plan}child/")  # the sign-in page kept where the person wanted to go

    # Without the script every conditional question is there, and says when it is asked.
    expect(teacher.page.locator('[name="C6-reply_by_day"]')).to_be_visible()
    teacher.sees("Only if you chose “Trying” above.")
    teacher.fills(
        {"C1-how": "said", "C1-who": "Miss Carter", "C6-wish": "More football", "C6-reply": "trying", "C6-reply_by": "2026-02-03"}
    )
    teacher.page.locator('[name="C6-reply_by_day"]').fill("31")
    teacher.presses("Save")
    teacher.sees("There is a problem", "must be a real date")
    expect(teacher.page.locator('[name="C6-wish"]')).to_have_value("More football")
    teacher.fills({"C6-reply_by": "2026-02-03"})
    teacher.presses("Save and mark as done")
    teacher.is_told("Saved and marked as done.")
    assert Part.objects.get(pep=our.pep, kind=PartKind.CHILD).data["C6"]["wish"] == "More football"

    teacher.page.get_by_role("button", name="Print", exact=True).click()
    teacher.presses("Make the PDF")
    teacher.sees("Your PDF is being made.")
    steps.the_portal_works()
    teacher.follows("Check again")
    name, data = teacher.downloads("Download the PDF")
    assert (name, data[:5]) == (f"{our.pep.reference}-setting-draft.pdf", b"%PDF-")


def test_a_list_is_filtered_without_javascript(stage: Callable[..., Person]) -> None:
    our = world()
    adviser = stage(our.adviser.name, our.adviser.email, PASSWORD, java_script_enabled=False)
    adviser.signs_in(to="/children/")
    adviser.sees("1 child", our.child.name)
    adviser.page.locator('[name="q"]').fill("somebody else")
    adviser.page.locator(".vs-list__filters").get_by_role("button").first.click()
    adviser.sees("No children")
    adviser.sees_not(our.child.name)
