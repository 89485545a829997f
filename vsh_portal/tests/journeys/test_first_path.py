"""The first whole path: from the schools register to a signed plan as a PDF, with everybody at their own browser."""

from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.models import Setting
from accounts.tests.factories import PASSWORD as FACTORY_PASSWORD
from caseload.models import Child
from core.pdf import sha256
from peps.models import Pep, Print
from peps.services import printing
from peps.states import PepState, PrintPurpose
from vsh_portal.tests.journeys import answers, steps, world
from vsh_portal.tests.journeys.paper import Paper
from vsh_portal.tests.journeys.people import Person, texts_of

pytestmark = [pytest.mark.browser]
TEACHER = ("Sam Whitlock", "teacher@example.org")
NAMES = (world.CHILD["first_name"], world.CHILD["last_name"], world.CHILD["known_as"])
Stage = Callable[..., Person]


@pytest.mark.parametrize("registers", world.registers().values(), ids=world.registers())
def test_from_the_register_to_a_signed_plan(registers: Callable[[], world.Registers], stage: Stage, tmp_path: Path) -> None:
    schools, council = registers(), world.council()
    people = {who: stage(user.name, user.email, FACTORY_PASSWORD) for who, user in vars(council).items() if who != "team"}
    office, head, adviser, lead, manager = (people[who] for who in ("office", "head", "adviser", "lead", "manager"))

    given_schools_and_a_child(office, schools)
    plan = when_the_head_gives_a_place(head, adviser)
    then_reminders_carry_a_link_only(lead, council.lead.email, plan)
    teacher = when_a_designated_teacher_is_invited(office, stage(*TEACHER), schools)
    when_the_setting_writes_and_sends(teacher, plan)
    when_social_care_and_the_virtual_school_write(lead, adviser, plan)
    then_the_adviser_cannot_sign_off(adviser, plan)
    when_the_plan_is_returned_changed_and_sent_again(head, teacher, plan)
    steps.signs_off(head, plan)
    then_the_original_never_changes(manager, teacher, plan, tmp_path)


def given_schools_and_a_child(office: Person, schools: world.Registers) -> None:
    """Two register files in two layouts, the newer one twice; then social care's list."""
    office.signs_in()
    for file in schools.files:
        steps.takes_in_schools(office, file)
    steps.takes_in_schools_again(office, schools.files[1])
    assert Setting.objects.get(urn=schools.urn).organisation.name == schools.school
    steps.takes_in_children(office, world.children_list(schools.urn))
    office.opens("/children/")
    office.sees("1 child", "Rosie Thackeray", schools.school)


def when_the_head_gives_a_place(head: Person, adviser: Person) -> str:
    """The counter moves and the term's plan opens by itself; gives the plan's address."""
    head.signs_in()
    steps.gives_place(head, adviser=adviser.name)
    pep = Pep.objects.get()
    assert (pep.state, pep.child) == (PepState.NOT_STARTED, Child.objects.get())
    return f"/peps/{pep.pk}/"


def then_reminders_carry_a_link_only(lead: Person, address: str, plan: str) -> None:
    """The due jobs, run twice, send the lead practitioner one mail without a name; its link leads to the plan after signing in."""
    steps.the_portal_works()
    steps.the_portal_works()
    (letter,) = steps.mails_to(address)
    pep = Pep.objects.get()
    assert pep.reference in letter.subject
    assert steps.link_in(letter).endswith(plan)
    assert not [name for name in (*NAMES, pep.setting.name) if name in letter.subject + letter.body]
    lead.signs_in(to=steps.link_in(letter))
    lead.sees(pep.reference, "Personal Education Plan", "Rosie Thackeray")
    assert not [name for name in NAMES if name in lead.page.title() + lead.page.url]


def when_a_designated_teacher_is_invited(office: Person, teacher: Person, schools: world.Registers) -> Person:
    """The office invites; the mailed link lets the teacher in."""
    steps.invites(office, name=teacher.name, email=teacher.email, role="Designated teacher", where=schools.school)
    steps.the_portal_works()
    steps.takes_up_invitation(teacher)
    return teacher


def when_the_setting_writes_and_sends(teacher: Person, plan: str) -> None:
    """The child's part, then the setting's: first not complete, then whole; then the check page."""
    teacher.sees("Complete the PEP of Rosie Thackeray")
    assert steps.opens_plan(teacher).endswith(plan)
    steps.writes_part(teacher, plan, "child", answers.CHILD)
    teacher.opens(f"{plan}setting/")
    teacher.fills(
        {"S9-one_thing": "Ten minutes of reading aloud with the same adult every morning.", "S23-answer": "yes", "S23-on": "2026-02-03"}
    )
    teacher.page.locator('[name="S23-on_day"]').fill("31")
    teacher.presses("Save")
    teacher.is_stopped("must be a real date")
    teacher.sees("Ten minutes of reading aloud")
    teacher.fills({"S23-on": "2026-01-12"})
    teacher.presses("Save and mark as done")
    teacher.is_stopped("Saved, but this part is not done yet")
    steps.writes_part(teacher, plan, "setting", answers.setting_part(), answers.TARGETS())
    steps.checks_and_sends(teacher, plan)


def when_social_care_and_the_virtual_school_write(lead: Person, adviser: Person, plan: str) -> None:
    """W1 to W6 by the lead practitioner; V1, V5, V6 by the advisory teacher."""
    steps.writes_part(lead, plan, "lead", answers.lead_part())
    adviser.signs_in()
    adviser.sees("Write the Virtual School's part for Rosie Thackeray")
    steps.writes_part(adviser, plan, "adviser", answers.adviser_part())


def then_the_adviser_cannot_sign_off(adviser: Person, plan: str) -> None:
    """A first plan needs another reviewer, and the page says why."""
    adviser.opens(f"{plan}review/")
    adviser.sees("You cannot sign this plan off now", "You are the child's advisory teacher, and this is a first plan")
    assert not adviser.page.get_by_role("button", name="Sign off", exact=True).count()


def when_the_plan_is_returned_changed_and_sent_again(head: Person, teacher: Person, plan: str) -> None:
    """The Head asks for one change; the teacher makes it and sends the plan again."""
    head.opens("/home/")
    head.sees("Check the PEP of Rosie Thackeray")
    steps.returns_plan(head, plan, answers.REASON)
    steps.the_portal_works()
    assert "Changes are asked for" in steps.mails_to(teacher.email)[-1].subject
    teacher.opens(plan)
    teacher.sees("Changes asked", answers.REASON)
    steps.writes_part(teacher, plan, "setting", {"S9": {"one_thing": answers.CHANGED}})
    steps.checks_and_sends(teacher, plan)


def then_the_original_never_changes(manager: Person, teacher: Person, plan: str, folder: Path) -> None:
    """The worker makes the originals; a manager and the teacher print copies, each with what they may read."""
    manager.signs_in()
    name, full = steps.prints(manager, plan, full=True, recipient="Conference of 2 February")
    before = stored_originals()
    file_name, setting = steps.prints(teacher, plan, full=False, recipient="")
    assert before == stored_originals()
    pep = Pep.objects.get()
    assert (name, file_name) == (f"{pep.reference}-full-v1.pdf", f"{pep.reference}-setting-v1.pdf")
    for_council, for_setting = Paper(full, folder / "full"), Paper(setting, folder / "setting")
    for paper in (for_council, for_setting):
        then_the_paper_is_right(paper, pep)
    then_each_reads_their_own(for_council, for_setting)
    assert "Conference of 2 February" in for_council.text
    assert teacher.name in for_setting.artifacts[0]


def then_the_paper_is_right(paper: Paper, pep: Pep) -> None:
    """Tagged without a finding, titled with the reference, footers as artifacts on each page, and no word of a duty that is none."""
    assert paper.findings == []
    assert paper.title == pep.reference
    assert 2 <= paper.pages <= 8
    assert all(pep.reference in words for words in paper.artifacts)
    assert not [page for page in paper.tagged if "Not a legal document. Something wrong?" in page]
    assert paper.header_cells_without_scope == 0
    assert "statutory" not in paper.text.lower()
    assert "DRAFT" not in paper.text


def then_each_reads_their_own(full: Paper, setting: Paper) -> None:
    """Every answer in the full copy; the setting's copy without the answers for the Virtual School and social care only."""
    written = [answers.CHILD, answers.setting_part() | {"S9": {}}, answers.TARGETS(), answers.lead_part(), answers.adviser_part()]
    sentences = [*texts_of(written), answers.CHANGED]
    assert [text for text in sentences if not full.says(text)] == []
    for_council_only = set(answers.ONLY_FULL.values())
    assert [text for text in for_council_only if setting.says(text)] == []
    assert [text for text in sentences if text not in for_council_only and not setting.says(text)] == []


def stored_originals() -> dict[str, str]:
    """The originals by audience, as their bytes are now; each is as its row says."""
    found = {}
    for original in Print.objects.filter(purpose=PrintPurpose.ORIGINAL):
        found[original.audience] = sha256(printing.open_file(original))
        assert found[original.audience] == original.sha256
    assert set(found) == {"F", "S"}
    return found
