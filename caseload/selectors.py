"""Whom and what a form may offer for a child: the adviser to suggest, advisers, teams, lead practitioners, settings."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from accounts.models import AdviserProfile, AdvisoryPhase, Membership, Organisation, Setting, User
from accounts.roles import OrganisationKind, Role
from caseload.facts import year_words
from caseload.models import AdviserAllocation, CaseNote, Child
from caseload.scopes import current
from caseload.states import NoteAudience


@dataclass(frozen=True)
class Suggestion:
    """An advisory teacher and why: by phase, then by the smallest number of children (feature 3.4); a person decides."""

    adviser: User
    reason: str


def suggest_adviser(child: Child, on: date) -> Suggestion | None:
    """The adviser of the child's phase with the fewest children on a day, None where the phase has nobody; three statements."""
    phase = phase_of(child.school_year(on))
    profiles = AdviserProfile.objects.filter(phase=phase, membership__in=_adviser_hats(on)).select_related("membership__user")
    advisers = {profile.membership.user_id: profile.membership.user for profile in profiles}
    if phase is None or not advisers:
        return None
    load = _load(on, list(advisers))
    chosen = min(advisers.values(), key=lambda user: (load.get(user.pk, 0), user.name, str(user.pk)))
    count = load.get(chosen.pk, 0)
    has = f"{count or 'no'} {'child' if count == 1 else 'children'}"
    fewest = f", the fewest of {len(advisers)}" if len(advisers) > 1 else ""
    return Suggestion(
        chosen, f"{chosen.name} works with {phase.name}, where {year_words(child.school_year(on))} belongs, and has {has} now{fewest}."
    )


def phase_of(year: int) -> AdvisoryPhase | None:
    """The advisory phase that has this school year."""
    return AdvisoryPhase.objects.filter(first_year__lte=year, last_year__gte=year).order_by("order").first()


def advisers(on: date) -> QuerySet[User]:
    """Everybody who is an advisory teacher on a day."""
    return User.objects.filter(pk__in=_adviser_hats(on).values("user"))


def teams() -> QuerySet[Organisation]:
    """The social-care teams."""
    return Organisation.objects.filter(kind=OrganisationKind.SOCIAL_CARE_TEAM, active=True)


def lead_practitioners(on: date) -> QuerySet[Membership]:
    """The hats of lead practitioners on a day, with person and team."""
    hats = Membership.objects.current(on).filter(role=Role.LEAD_PRACTITIONER)
    return hats.select_related("user", "organisation").order_by("organisation__name", "user__name", "pk")


def open_settings() -> QuerySet[Setting]:
    """The settings where a child can be on roll."""
    return Setting.objects.exclude(status=Setting.Status.CLOSED).filter(organisation__active=True).select_related("organisation")


def find_settings(text: str) -> QuerySet[Setting]:
    """The open settings with this URN, or else those whose name holds every word."""
    found = open_settings().order_by("organisation__name", "pk")
    if text.isdigit():
        return found.filter(urn=text)
    for word in text.split():
        found = found.filter(organisation__name__icontains=word)
    return found


def _adviser_hats(on: date) -> QuerySet[Membership]:
    return Membership.objects.current(on).filter(role=Role.ADVISORY_TEACHER)


def _load(on: date, advisers: list) -> dict:
    """Children by adviser on a day, one that begins later counted as well."""
    rows = AdviserAllocation.objects.not_empty().filter(Q(ends_on=None) | Q(ends_on__gt=on), adviser__in=advisers)
    counts = rows.order_by().values("adviser")
    return {line["adviser"]: line["children"] for line in counts.annotate(children=Count("child", distinct=True))}


@dataclass(frozen=True)
class Readers:
    """A group that a case note can be written for, in words that name whom it reaches now."""

    value: str
    label: str
    audience: str
    setting: Setting | None = None


def note_readers(child: Child, on: date, note: CaseNote | None = None) -> list[Readers]:
    """Whom a note on this child can be for; the setting only where the child is on roll, or where the note was written for it."""
    lead = child.lead_allocations.filter(current(on)).select_related("team", "practitioner").first()
    social_care = f"social care ({lead.practitioner.name + ', ' if lead.practitioner else ''}{lead.team.name})" if lead else "social care"
    enrolments = child.enrolments.filter(current(on)).select_related("setting__organisation")
    settings = {row.setting_id: row.setting for row in enrolments}
    if note and note.setting:
        settings[note.setting_id] = note.setting
    found = [
        Readers(NoteAudience.VIRTUAL_SCHOOL, NoteAudience.VIRTUAL_SCHOOL.label, NoteAudience.VIRTUAL_SCHOOL),
        Readers(NoteAudience.SOCIAL_CARE, f"Virtual School and {social_care}", NoteAudience.SOCIAL_CARE),
    ]
    for key, setting in settings.items():
        people = f"{setting.name} (designated teacher and safeguarding lead)"
        found.append(Readers(f"setting:{key}", f"Virtual School, {social_care} and {people}", NoteAudience.SETTING, setting))
    return found
