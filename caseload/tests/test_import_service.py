"""Taking a list of children in: what each line does to what we hold."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Invitation, Membership, Setting
from accounts.policies import NotAllowed
from accounts.roles import Role
from accounts.tests.factories import MembershipFactory, OrganisationFactory, SettingFactory, UserFactory, person
from audit.models import Event
from caseload.models import Child, Enrolment, LeadAllocation, StatusEpisode
from caseload.services import children_import, history, newcomers
from caseload.services.children import Identity
from caseload.services.newcomers import Newcomer
from caseload.tests.factories import ChildFactory, EnrolmentFactory, LeadAllocationFactory, PlacementFactory, StatusFactory
from caseload.tests.list_files import COLUMNS, UNKNOWN_AUTHORITY, UPN, WRONG_LETTER, file_of, line
from core.errors import Refused
from core.models import ImportBatch, ImportRow

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/London"))
START = date(2026, 9, 3)


@pytest.fixture
def office(frozen):
    frozen(TODAY)
    return person(Role.OFFICE)


@pytest.fixture
def team():
    return OrganisationFactory(team=True, name="Oak Family Team")


@pytest.fixture
def school():
    return SettingFactory(urn="910001", organisation__name="Oak School")


def preview(office, *lines, columns=COLUMNS):
    return children_import.preview(file=file_of(*lines, columns=columns), by=office)


def take_in(office, *lines, columns=COLUMNS, **decisions):
    batch = preview(office, *lines, columns=columns)
    given = {row.pk: decisions[f"line_{row.line}"] for row in batch.rows.all() if f"line_{row.line}" in decisions}
    return children_import.commit(batch_id=batch.pk, by=office, now=NOW, decisions=given)


def only(batch) -> ImportRow:
    return batch.rows.get()


def ada(**values):
    """Ada Marsh as `line()` has her, already here."""
    child = ChildFactory(first_name="Ada", last_name="Marsh", local_id="SC1", **values)
    StatusFactory(child=child, starts_on=START)
    return child


def spans(rows):
    return [(row.starts_on, row.ends_on) for row in rows.order_by("starts_on", "pk")]


# --- new, unchanged, changed


def test_a_new_child_with_everything(office, team, school):
    worker = person(Role.LEAD_PRACTITIONER, team, email="wyn@example.org")
    full = line(
        upn=UPN, known_as="Addie", sex="F", status="cp", worker_email="WYN@example.org", team="oak family team", setting_urn="910001"
    )
    done = take_in(office, full)
    assert (done["new"], done["changed"], done["unchanged"]) == (1, 0, 0)
    child = Child.objects.get()
    assert (child.local_id, child.upn, child.name, child.sex, child.date_of_birth) == ("SC1", UPN, "Addie Marsh", "F", date(2017, 3, 5))
    status, enrolment, lead = child.statuses.get(), child.enrolments.get(), child.lead_allocations.get()
    assert (status.status, status.starts_on, status.ends_on, status.source) == ("cp", START, None, "social care's list")
    assert (enrolment.setting, enrolment.starts_on, enrolment.entered_by) == (school, TODAY, office)
    assert (lead.team, lead.practitioner, lead.named_email, lead.starts_on) == (team, worker, "", TODAY)
    verbs = list(Event.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs == ["child.created", "child.status_set", "child.setting_set", "child.lead_set", "children.imported"]


def test_the_same_list_again_changes_nothing_and_says_so(office, team, school):
    lines = [
        line(upn=UPN, known_as="Addie", sex="F", team=team.name, setting_urn="910001"),
        line(local_id="SC2", first_name="Bo", upn=WRONG_LETTER, worker_email="nobody@example.org", team=team.name),
    ]
    assert take_in(office, *lines)["new"] == 2
    events = Event.objects.count()
    batch = preview(office, *lines)
    assert {name: count for name, count in batch.counts.items() if count} == {"unchanged": 2}
    assert not batch.rows.exists()
    done = children_import.commit(batch_id=batch.pk, by=office, now=NOW)
    assert (done["new"], done["changed"], done["unchanged"]) == (0, 0, 2)
    assert Event.objects.count() == events + 1
    assert (Child.objects.count(), StatusEpisode.objects.count(), Enrolment.objects.count(), LeadAllocation.objects.count()) == (2, 2, 1, 2)


def test_what_changed_is_shown_old_and_new_and_taken_in(office):
    child = ada(sex="F")
    row = only(preview(office, line(last_name="Marsh-Dee", known_as="Addie", sex="M", upn=UPN)))
    assert row.group == "changed"
    assert row.data["changes"] == {
        "upn": ["nothing", UPN],
        "last_name": ["Marsh", "Marsh-Dee"],
        "known_as": ["nothing", "Addie"],
        "sex": ["Female", "Male"],
    }
    take_in(office, line(last_name="Marsh-Dee", known_as="Addie", sex="M", upn=UPN))
    child.refresh_from_db()
    assert (child.name, child.sex, child.upn, child.name_key) == ("Addie Marsh-Dee", "M", UPN, "marshdee ada addie")


def test_empty_cells_and_missing_columns_clear_nothing(office, team, school):
    child = ada(known_as="Addie", sex="F", upn=UPN)
    EnrolmentFactory(child=child, setting=school)
    LeadAllocationFactory(child=child, team=team)
    short = ("local_id", "first_name", "last_name", "date_of_birth", "status", "status_start")
    assert preview(office, line(), columns=short).counts["unchanged"] == 1
    assert preview(office, line(sex="U")).counts["unchanged"] == 1


def test_matched_by_local_id_then_upn(office):
    first, second = ada(), ChildFactory(local_id="OLD", upn=UPN, first_name="Bo", last_name="Dee")
    StatusFactory(child=second, starts_on=START)
    done = take_in(office, line(date_of_birth="2017-03-06"), line(local_id="NEW", upn=UPN, first_name="Bo", last_name="Dee"))
    assert done["changed"] == 2
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.date_of_birth, second.local_id) == (date(2017, 3, 6), "NEW")


@pytest.mark.parametrize(("number", "words"), [(WRONG_LETTER, "first letter of the UPN"), (UNKNOWN_AUTHORITY, "authority number")])
def test_a_upn_with_a_finding_is_taken_with_a_note(office, number, words):
    row = only(preview(office, line(upn=number)))
    assert row.group == "new"
    assert words in row.data["notes"][0]
    take_in(office, line(upn=number))
    assert Child.objects.get().upn == number


# --- statuses


def test_another_status_changes_it_from_its_start(office):
    child = ada()
    assert take_in(office, line(status="cp", status_start="2026-10-01"))["changed"] == 1
    assert [(row.status, row.starts_on, row.ends_on) for row in child.statuses.order_by("starts_on")] == [
        ("cin", START, date(2026, 10, 1)),
        ("cp", date(2026, 10, 1), None),
    ]


@pytest.mark.parametrize("values", [{"status_start": "2026-09-01"}, {"status": "cp"}])
def test_an_earlier_start_or_another_status_of_the_same_day_corrects(office, values):
    child = ada()
    assert take_in(office, line(**values))["changed"] == 1
    status = child.statuses.get()
    assert (status.status, status.starts_on.isoformat()) == (values.get("status", "cin"), values.get("status_start", "2026-09-03"))
    assert preview(office, line(**values)).counts["unchanged"] == 1


def test_an_end_is_a_proposal_and_is_taken_only_where_ticked(office):
    child = ada()
    PlacementFactory(child=child)
    ended = line(status_end="2026-11-02", known_as="Addie")
    row = only(preview(office, ended))
    assert (row.group, row.data["ticked"]) == ("changed", [])
    assert row.data["proposals"]["end"]["text"] == "Child in need ends on Monday 2 November 2026. A place does not end by it."
    done = take_in(office, ended)
    assert (done["changed"], done["confirmed"], done["not_confirmed"]) == (1, 0, 1)
    child.refresh_from_db()
    assert (child.known_as, child.statuses.get().ends_on) == ("Addie", None)
    done = take_in(office, ended)
    assert (done["changed"], done["not_confirmed"]) == (0, 1)
    done = take_in(office, ended, line_2=["end"])
    assert (done["changed"], done["confirmed"], done["not_confirmed"]) == (1, 1, 0)
    assert child.statuses.get().ends_on == date(2026, 11, 2)
    assert child.placements.get().state == "started"
    assert preview(office, ended).counts["unchanged"] == 1


def test_a_new_child_whose_status_ended_is_asked_too(office):
    row = only(preview(office, line(status_end="2026-10-01")))
    assert (row.group, list(row.data["proposals"])) == ("new", ["end"])
    take_in(office, line(status_end="2026-10-01"), line_2=["end"])
    assert spans(Child.objects.get().statuses) == [(START, date(2026, 10, 1))]


def test_an_end_to_come_is_a_note(office):
    ada()
    row = only(preview(office, line(status_end="2026-12-01", known_as="Addie")))
    assert not row.data["proposals"]
    assert "Tuesday 1 December 2026, a day to come" in row.data["notes"][0]


def test_what_has_ended_here_is_never_opened_again(office):
    child = ada()
    history.end_status(child_id=child.pk, on=date(2026, 10, 1), by=office)
    assert preview(office, line()).counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("values", "column", "sentence"),
    [
        ({"status_start": "2026-09-10"}, "status_start", "recorded from Thursday 3 September 2026 on already"),
        ({"status": "cp", "status_start": "2026-09-01"}, "status_start", "A later status is recorded from Thursday 3 September 2026"),
        ({"status": "cp", "status_start": "2024-02-01"}, "status_start", "Another status is recorded from Monday 1 January 2024 to"),
        ({"status_start": "2024-01-01", "status_end": "2024-02-01"}, "status_end", "This status ended here on Friday 1 March 2024"),
    ],
)
def test_dates_that_cross_what_we_hold_are_wrong(office, values, column, sentence):
    StatusFactory(child=ada(), starts_on=date(2024, 1, 1), ends_on=date(2024, 3, 1))
    row = only(preview(office, line(known_as="Addie", **values)))
    assert (row.group, row.column) == ("wrong", column)
    assert sentence in row.message
    assert take_in(office, line(known_as="Addie", **values))["wrong"] == 1
    assert not Child.objects.filter(known_as="Addie").exists()


def test_those_who_are_not_in_the_list_are_counted_and_left(office):
    ada()
    gone, without = ChildFactory(), ChildFactory()
    StatusFactory(child=gone, starts_on=START)
    hidden = ChildFactory(restricted=True)
    StatusFactory(child=hidden)
    assert take_in(office, line())["not_in_file"] == 1
    assert gone.statuses.get().ends_on is None
    assert not without.statuses.exists()
    assert preview(office, line(local_id=gone.local_id, sex="X")).counts["not_in_file"] == 1, "a wrong line is a line"


# --- settings


def test_the_first_setting_is_taken_and_a_move_is_a_proposal(office, school):
    child = ada()
    new = SettingFactory(urn="910002", organisation__name="Elm School")
    take_in(office, line(setting_urn="910001"))
    row = only(preview(office, line(setting_urn="910002")))
    assert row.data["proposals"]["setting"]["text"] == "Setting: Oak School → Elm School, from Monday 23 November 2026"
    take_in(office, line(setting_urn="910002"))
    assert child.enrolments.get().setting == school
    take_in(office, line(setting_urn="910002"), line_2=["setting"])
    assert child.enrolments.get(ends_on=None).setting == new


@pytest.mark.parametrize("closed", [{"status": Setting.Status.CLOSED}, {"closed_on": date(2026, 8, 31)}])
def test_a_closed_setting_is_a_note(office, closed):
    SettingFactory(urn="910009", organisation__name="Shut School", **closed)
    row = only(preview(office, line(setting_urn="910009")))
    assert row.group == "new"
    assert row.data["notes"][0].startswith("Shut School closed")
    take_in(office, line(setting_urn="910009"))
    assert not Enrolment.objects.exists()
    assert preview(office, line(setting_urn="910009")).counts["unchanged"] == 1


# --- workers


def test_a_team_without_a_worker_is_held_by_its_manager(office, team):
    take_in(office, line(team=team.name))
    lead = LeadAllocation.objects.get()
    assert (lead.practitioner, lead.named_email) == (None, "")


def test_a_worker_without_an_account_is_kept_by_address_and_linked_by_a_later_list(office, team):
    named = line(worker_email="wyn@example.org", team=team.name)
    row = only(preview(office, named))
    assert row.data["notes"][0].startswith("wyn@example.org has no account yet: invite them")
    take_in(office, named)
    assert LeadAllocation.objects.get().named_email == "wyn@example.org"
    invited = UserFactory(email="wyn@example.org", name="Wyn Dale")
    hat = MembershipFactory(user=invited, organisation=team, role=Role.LEAD_PRACTITIONER)
    invitation = Invitation.objects.create(membership=hat, invited_by=office, sent_at=NOW, expires_at=NOW)
    assert preview(office, named).counts["unchanged"] == 1, "not signed in yet"
    invitation.accepted_at = NOW
    invitation.save()
    done = take_in(office, named)
    assert (done["changed"], done["not_confirmed"]) == (1, 0)
    lead = LeadAllocation.objects.get(ends_on=None)
    assert (lead.practitioner, lead.named_email) == (invited, "")
    assert preview(office, named).counts["unchanged"] == 1


def test_another_worker_or_team_is_a_proposal(office, team):
    old, new = (person(Role.LEAD_PRACTITIONER, team, email=f"{name}@example.org", name=name.title()) for name in ("old", "new"))
    child = ada()
    LeadAllocationFactory(child=child, team=team, practitioner=old)
    changed = line(worker_email="new@example.org", team=team.name)
    row = only(preview(office, changed))
    text = "Lead practitioner: Old, Oak Family Team → New, Oak Family Team, from Monday 23 November 2026"
    assert row.data["proposals"]["lead"]["text"] == text
    take_in(office, changed)
    assert child.lead_allocations.get().practitioner == old
    take_in(office, changed, line_2=["lead"])
    assert child.lead_allocations.get(ends_on=None).practitioner == new
    assert list(only(preview(office, line(team=team.name))).data["proposals"]) == ["lead"], "an empty cell: the manager holds the child"
    without = tuple(name for name in COLUMNS if name != "worker_email")
    assert preview(office, line(team=team.name), columns=without).counts["unchanged"] == 1


def test_a_worker_who_left_the_team_is_no_news_of_the_list(office, team):
    worker = person(Role.LEAD_PRACTITIONER, team, email="wyn@example.org")
    take_in(office, line(worker_email="wyn@example.org", team=team.name))
    Membership.objects.filter(user=worker).update(ends_on=TODAY)
    assert preview(office, line(worker_email="wyn@example.org", team=team.name)).counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("values", "column", "sentence"),
    [
        ({"setting_urn": "910404"}, "setting_urn", "No setting with URN 910404 is known. Import the schools first, or correct the number."),
        ({"team": "Ash Team"}, "team", "No social-care team is called “Ash Team”."),
        ({"team": "Closed Team"}, "team", "No social-care team is called “Closed Team”."),
        ({"team": "Oak Family Team", "worker_email": "dt@example.org"}, "worker_email", "is no lead practitioner of Oak Family Team"),
        ({"team": "Oak Family Team", "worker_email": "elm@example.org"}, "worker_email", "is no lead practitioner of Oak Family Team"),
    ],
)
def test_what_the_line_names_must_be_known(office, team, values, column, sentence):
    OrganisationFactory(team=True, name="Closed Team", active=False)
    person(Role.DESIGNATED_TEACHER, email="dt@example.org")
    person(Role.LEAD_PRACTITIONER, email="elm@example.org")
    row = only(preview(office, line(**values)))
    assert (row.group, row.column) == ("wrong", column)
    assert sentence in row.message


# --- who may, and what it costs


@pytest.mark.parametrize("role", [Role.ADVISORY_TEACHER, Role.DESIGNATED_TEACHER, Role.TEAM_MANAGER, Role.SYSTEM_ADMIN])
def test_others_may_not(frozen, office, role):
    other, batch = person(role), preview(office, line())
    with pytest.raises(NotAllowed):
        preview(other, line())
    for act in (children_import.commit, children_import.discard):
        with pytest.raises(NotAllowed):
            act(batch_id=batch.pk, by=other, now=NOW)
    with pytest.raises(NotAllowed):
        children_import.decide(batch_id=batch.pk, by=other, decisions={})
    assert not Child.objects.exists()
    assert ImportBatch.objects.get().is_open


def statements(act) -> tuple[object, int]:
    with CaptureQueriesContext(connection) as captured:
        result = act()
    return result, len([query for query in captured if '"' in query["sql"] and "SAVEPOINT" not in query["sql"]])


def cost_of_unchanged(office, team, count) -> tuple[int, int]:
    """Statements of preview and commit of a list that was taken in before."""
    numbers = range(count)
    lines = [line(local_id=f"N{n}", first_name=f"F{n}", last_name=f"L{n}", team=team.name, setting_urn="910001") for n in numbers]
    take_in(office, *lines)
    batch, asked = statements(lambda: preview(office, *lines))
    assert batch.counts["unchanged"] == count
    _done, written = statements(lambda: children_import.commit(batch_id=batch.pk, by=office, now=NOW))
    return asked, written


def test_unchanged_lines_cost_nothing(office, team, school):
    assert cost_of_unchanged(office, team, 1) == cost_of_unchanged(office, team, 50)


def test_new_children_are_written_together(office, team, school):
    """A council's first list has hundreds of them."""
    worker = person(Role.LEAD_PRACTITIONER, team, email="wyn@example.org")
    costs = []
    for count in (1, 30):
        lines = [
            line(local_id=f"N{count}-{n}", first_name=f"F{n}", last_name=f"L{count}x{n}", worker_email=worker.email, team=team.name,
                 setting_urn="910001")
            for n in range(count)
        ]  # fmt: skip
        batch = preview(office, *lines)
        costs.append(statements(lambda pk=batch.pk: children_import.commit(batch_id=pk, by=office, now=NOW))[1])
    assert costs[1] < costs[0] + 5, "SQLite inserts in batches, so a few more; but none for each child"
    assert Event.objects.filter(verb="child.lead_set").count() == LeadAllocation.objects.count() == 31


def test_a_number_that_somebody_has_just_added(office):
    """The database has the last word where another transaction was quicker than our look at the records."""
    newcomer = Newcomer(2, Identity("Bo", "Dee", date(2017, 3, 5), local_id="SC1"), "cin", START)
    ada()
    with pytest.raises(Refused, match="Somebody has just added a child"):
        newcomers.add([newcomer], by=office, on=TODAY, source="list")
    assert Child.objects.count() == 1
