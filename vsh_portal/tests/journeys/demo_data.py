"""The demo as a stage: its people and plans by what they are, and the previews, prints and links that it does not come with."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.core.management import call_command
from django.utils import timezone
from django.utils.http import int_to_base36

from accounts.models import Membership, Organisation, Setting, User
from accounts.roles import OrganisationKind, Role
from accounts.services import people, schools
from accounts.tests.register_files import file_of, school
from caseload.models import CaseNote, Child, Placement
from caseload.services import children_import
from caseload.states import PlacementState
from core.models import ImportBatch
from documents.models import Attachment
from documents.tests.factories import AttachmentFactory
from documents.tests.good_files import picture
from messaging.models import Message
from messaging.states import MessageState
from peps.models import Pep, Print
from peps.services import printing
from peps.states import Audience, PepState, PrintPurpose, PrintState
from vsh_portal.demo.plans import TEACHER

INVITED = "new.teacher@example.org"


@dataclass(frozen=True)
class Cast:
    """A plan and those who write in it."""

    pep: Pep
    teacher: User
    lead: User
    adviser: User


def address(who: str) -> str:
    """A demo person's e-mail address."""
    return f"{who}@example.org"


def user(who: str) -> User:
    """A demo person."""
    return User.objects.get(email=address(who))


def cast(state: str) -> Cast:
    """The first plan in this state around which everybody is there."""
    plans = Pep.objects.filter(state=state, setting__urn__in=TEACHER).select_related("child", "setting").order_by("reference")
    for pep in plans:
        lead = pep.child.lead_allocations.filter(ends_on=None, practitioner__isnull=False).first()
        adviser = pep.child.adviser_allocations.filter(ends_on=None).first()
        if lead and adviser:
            return Cast(pep, User.objects.get(email=TEACHER[pep.setting.urn]), lead.practitioner, adviser.adviser)
    raise LookupError(f"The demo has no plan that is {state} with everybody around it.")


def school_pk(urn: str = "910001") -> Any:
    """A setting of the demo."""
    return Setting.objects.get(urn=urn).pk


def organisation_pk(kind: OrganisationKind) -> Any:
    """An organisation of the demo."""
    return Organisation.objects.filter(kind=kind).order_by("name")[0].pk


def batch_pk(kind: str) -> Any:
    """The preview that `prepare` made."""
    return ImportBatch.objects.filter(kind=kind, state=ImportBatch.State.PREVIEWED).latest("previewed_at").pk


def placement_pk(state: PlacementState) -> Any:
    """A place in this state."""
    return Placement.objects.filter(state=state).order_by("pk")[0].pk


def print_pk(state: PrintState) -> Any:
    """A print that waits, is ready or has failed."""
    return Print.objects.exclude(purpose=PrintPurpose.ORIGINAL).filter(state=state).latest("requested_at").pk


def child_without_place_pk() -> Any:
    """A child to give a place to."""
    return Child.objects.filter(placements=None).order_by("reference")[0].pk


def note_pk() -> Any:
    """A note that has been corrected: its last wording."""
    return CaseNote.objects.filter(number=2).order_by("pk")[0].pk


def picture_pk() -> Any:
    """A clean picture of a child whose plan is being written."""
    return Attachment.objects.filter(format="png").order_by("pk")[0].pk


def link_of_invitation() -> str:
    """The token of an invitation that nobody has taken up."""
    return people.token_of(Membership.objects.get(user__email=INVITED).invitation)


def link_of_password() -> dict[str, str]:
    """The link of a forgotten password."""
    found = user("deputy")
    return {"uidb36": int_to_base36(found.pk), "key": default_token_generator.make_token(found)}


def prepare() -> None:
    """The demo, with a preview of each import, a print in each state, an open invitation and a mail that failed."""
    call_command("seed_demo", quiet=True)
    now, head, office = timezone.now(), user("head"), user("office")
    register = file_of(
        school(910001, "Alderbrook Church Primary School"),
        school(910150, "Zoë’s Nursery"),
        school("wrong", "No number"),
        name="edubase.csv",
    )
    schools.preview(file=register, authorities=["800"], by=office)
    children_import.preview(file=_list_of_children(), by=office, now=now)
    people.invite(email=INVITED, name="Noor Haddad", role=Role.DESIGNATED_TEACHER, organisation_id=_setting("910001"), by=head, now=now)
    failed = Message.objects.filter(about_label__startswith="PEP-").order_by("key")[:1].get()
    Message.objects.filter(pk=failed.pk).update(state=MessageState.FAILED, error="SMTPRecipientsRefused 550", attempts=5)
    _print_everything(cast(PepState.SIGNED_OFF), cast(PepState.IN_PROGRESS))
    child = Pep.objects.filter(state=PepState.RETURNED).order_by("pk")[0].child
    common = {"child": child, "organisation": Organisation.objects.get(kind=OrganisationKind.VIRTUAL_SCHOOL), "uploaded_by": office}
    AttachmentFactory(name="bridge.png", data=picture(kind="PNG"), format="png", **common)
    AttachmentFactory(name="report.pdf", **common)


def _setting(urn: str) -> Any:
    return Setting.objects.get(urn=urn).organisation_id


def _list_of_children() -> BytesIO:
    """One child we hold with another status, one who may be the same as another, one new, one wrong."""
    held, other = Child.objects.order_by("reference")[:2]
    lines = [
        "local_id,first_name,last_name,date_of_birth,status,status_start,status_end",
        f"{held.local_id},{held.first_name},{held.last_name},{held.date_of_birth},cp,2026-01-05,2026-01-12",
        f"SC900001,{other.first_name},{other.last_name},{other.date_of_birth},cin,2025-11-03,",
        "SC900002,Imogen,Lark,2016-05-02,cin,2025-11-03,",
        "SC900003,Ned,Pym,2016-02-31,cin,2025-11-03,",
    ]
    file = BytesIO("\r\n".join(lines).encode())
    file.name = "children.csv"
    return file


def _print_everything(agreed: Cast, begun: Cast) -> None:
    """A copy that is ready, another that waits and one that failed, all asked for by the Head."""
    now, head = timezone.now(), user("head")
    wanted = {"pep_id": agreed.pep.pk, "audience": Audience.SETTING, "by": head, "now": now}
    printing.request(**wanted, recipient="The mother")
    while printing.render_due(now=now).ready:
        pass
    failed = printing.request(**wanted, recipient="The father")
    Print.objects.filter(pk=failed.pk).update(state=PrintState.FAILED, error=printing.GIVEN_UP)
    printing.request(pep_id=begun.pep.pk, audience=Audience.FULL, recipient="", by=head, now=now)
