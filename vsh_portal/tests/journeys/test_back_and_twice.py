"""What people really do: press twice, press Back, keep two tabs open, go to lunch while the session ends."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session

from accounts.models import User
from accounts.tests.factories import PASSWORD
from audit.models import Event
from core.models import ImportBatch
from peps.models import Part, Print, Version
from peps.states import PartKind, PrintPurpose
from peps.tests.factories import world
from peps.tests.flow import head as a_head
from peps.tests.flow import sent, written
from vsh_portal.tests.journeys.people import Person
from vsh_portal.tests.journeys.world import council, written_registers

pytestmark = [pytest.mark.browser]
Stage = Callable[..., Person]
# Two clicks within one task of the browser: the second comes before the first answer can.
CLICK_TWICE = "button => { button.click(); button.click(); }"
SEND_TWICE = """form => {
  const send = HTMLFormElement.prototype.submit, twin = form.cloneNode(true);
  twin.target = "_blank";
  document.body.append(twin);
  send.call(twin);
  send.call(form);
}"""


def sits_down(stage: Stage, user: User) -> Person:
    """A person of the factories at a browser."""
    return stage(user.name, user.email, PASSWORD)


def test_back_after_signing_out_shows_nothing_of_the_child(stage: Stage) -> None:
    our = world()
    teacher = sits_down(stage, our.teacher)
    teacher.signs_in(to=f"/peps/{our.pep.pk}/")
    teacher.sees(our.child.name)
    teacher.presses("Sign out")
    teacher.page.wait_for_url("**/")
    for _step in range(2):
        teacher.page.go_back()
        teacher.sees("Sign in")
        teacher.sees_not(our.child.name, our.pep.reference)


def test_a_plan_is_sent_once_however_often_the_button_is_pressed(stage: Stage) -> None:
    our = written()
    teacher = sits_down(stage, our.teacher)
    teacher.signs_in(to=f"/peps/{our.pep.pk}/check/")
    teacher.chooses("I have checked this part.")
    teacher.page.locator("main form").evaluate(SEND_TWICE)
    teacher.page.wait_for_url(f"**/peps/{our.pep.pk}/")
    teacher.sees("Sent")
    assert Event.objects.filter(verb="pep.submitted").count() == 1
    teacher.page.go_back()
    teacher.is_told("It cannot be sent now.")


def test_a_plan_is_signed_off_once(stage: Stage) -> None:
    our = sent()
    reviewer = sits_down(stage, a_head())
    reviewer.signs_in(to=f"/peps/{our.pep.pk}/review/")
    reviewer.page.get_by_role("button", name="Sign off", exact=True).evaluate(CLICK_TWICE)
    reviewer.page.wait_for_url(f"**/peps/{our.pep.pk}/")
    reviewer.sees("Signed off")
    assert Version.objects.filter(pep=our.pep).count() == 1
    assert Print.objects.filter(pep=our.pep, purpose=PrintPurpose.ORIGINAL).count() == 2


def test_a_file_is_taken_in_once(stage: Stage) -> None:
    office = sits_down(stage, council().office)
    office.signs_in(to="/settings/import/")
    register = written_registers().files[0]
    office.hands_in("Register file (CSV)", register.name, register.content)
    office.presses("Show what would change")
    second = office.page.context.new_page()
    office.watch(second)
    second.goto(office.page.url)
    office.presses("Take in these changes")
    office.is_told("Taken in: 2 new")
    second.get_by_role("button", name="Take in these changes").click()
    second.get_by_text("already").first.wait_for()
    assert ImportBatch.objects.get().state == ImportBatch.State.COMMITTED
    assert Event.objects.filter(verb__startswith="schools.").count() == 1


def test_a_second_tab_with_an_older_text_shows_both(stage: Stage) -> None:
    our = world()
    teacher = sits_down(stage, our.teacher)
    address = f"/peps/{our.pep.pk}/child/"
    teacher.signs_in(to=address)
    second = teacher.page.context.new_page()
    teacher.watch(second)
    second.goto(address)
    teacher.fills({"C6-wish": "More football"})
    teacher.presses("Save")
    teacher.is_told("Saved.")
    second.locator('[name="C6-wish"]').fill("A quiet place at lunch")
    second.get_by_role("button", name="Save", exact=True).click()
    second.get_by_text("Somebody else changed the same answer meanwhile.").wait_for()
    assert "More football" in second.locator(".vs-theirs").inner_text()
    assert second.locator('[name="C6-wish"]').input_value() == "A quiet place at lunch"
    second.get_by_role("button", name="Save", exact=True).click()
    second.get_by_text("Saved.").first.wait_for()
    assert Part.objects.get(pep=our.pep, kind=PartKind.CHILD).data["C6"]["wish"] == "A quiet place at lunch"


def test_after_the_session_has_ended_signing_in_leads_back_to_the_part(stage: Stage) -> None:
    # What was typed since the last save is lost: nothing is stored for nobody. Saving by itself (issue C) makes that a few seconds' text.
    our = world()
    teacher = sits_down(stage, our.teacher)
    address = f"/peps/{our.pep.pk}/child/"
    teacher.signs_in(to=address)
    teacher.fills({"C6-wish": "More football"})
    Session.objects.all().delete()
    teacher.presses("Save")
    teacher.sees("Sign in")
    assert Part.objects.get(pep=our.pep, kind=PartKind.CHILD).data == {}
    teacher.types("E-mail address", teacher.email)
    teacher.types("Password", teacher.password)
    teacher.presses("Sign in")
    assert teacher.page.url.endswith(address)
