"""The plans of the walk's world: one being written, one sent, two agreed, with canaries in what is written and in what is kept back."""

import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from caseload.models import Child
from core.models import Cycle
from core.pdf import sha256
from peps import snapshot
from peps.models import Part, Pep, Print, Version
from peps.services import printing
from peps.services.templates import template_for
from peps.states import AGREED, Audience, PartKind, PepState, PrintPurpose, PrintState
from peps.tests.factories import fill_part
from vsh_portal.tests.walk.names import READS_FULL, SEES, A, B, M, R, canary

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PARENT = {"relationship": "Mother", "responsibility": "yes", "invite": "no", "copy": "no"}
# thing, school year, cycle, state
PLANS = (
    ("pep_old", 2025, 1, PepState.CLOSED),
    ("pep_signed", 2025, 2, PepState.SIGNED_OFF),
    ("pep_submitted", 2025, 3, PepState.SUBMITTED),
    ("pep", 2026, 1, PepState.IN_PROGRESS),
)


def add_plans(world: Any) -> None:
    """Four plans for each child with a place, versions of the agreed ones, and a print of the last agreed one for each reader."""
    for key in (A, B, M, R):
        for thing, year, number, state in PLANS:
            pep = world.things[thing, key] = _plan(world, key, thing, Cycle.objects.get(year_id=year, number=number), state)
            if state in AGREED:
                _freeze(pep)
        signed = world.things["pep_signed", key]
        world.things["print", key] = {
            who: _print(signed, user, Audience.FULL if who in READS_FULL else Audience.SETTING, key)
            for who, user in world.people.items()
            if key in SEES.get(who, set()) or who == "head"
        }
        world.things["print_of_head", key] = world.things["print", key]["head"]


def _plan(world: Any, key: str, thing: str, cycle: Cycle, state: str) -> Pep:
    child: Child = world.children[key]
    earlier = key == M and state in AGREED
    when = NOW - timedelta(days=200 if thing == "pep_old" else 0)
    signed = {"signed_off_at": when, "signed_off_by": world.people["deputy"]} if state in AGREED else {}
    sent = {} if state == PepState.IN_PROGRESS else {"submitted_at": NOW, "submitted_by": world.people["dt_3" if key == B else "dt_1"]}
    pep = Pep.objects.create(
        reference=f"PEP-WALK{key}-{cycle.year_id}-{cycle.number}",
        child=child,
        cycle=cycle,
        placement=world.things["placement", key],
        template=template_for(child.school_year(date(2026, 11, 20))),
        setting=world.plain["school_1"] if earlier else child.enrolments.get(ends_on=None).setting,
        state=state,
        opened_on=date(2026, 9, 1),
        due_on=date(2026, 12, 4),
        **signed,
        **sent,
    )
    _write(world, key, pep, done=state != PepState.IN_PROGRESS)
    return pep


def _write(world: Any, key: str, pep: Pep, *, done: bool) -> None:
    by = world.people["office"]
    secret = canary(key, "secret")
    fill_part(
        pep,
        PartKind.SETTING,
        by=by,
        complete=done,
        S9={"one_thing": canary(key, "wish")},
        S24={"answer": "yes", "answers": ["S9"], "from_whom": canary(key, "kept"), "why": canary(key, "kept")},
    )
    fill_part(pep, PartKind.CHILD, by=by, complete=done, C6={"wish": canary(key, "voice"), "reply": "done"})
    fill_part(
        pep,
        PartKind.LEAD,
        by=by,
        W4={"says": canary(key, "lead")},
        W2={"people": [PARENT | {"name": canary(key, "parent"), "safe_way": secret}]},
        W3={"answer": "yes", "who": secret, "protected": "both", "order": secret, "instruction": canary(key, "instruction")},
    )
    if done:
        fill_part(pep, PartKind.ADVISER, by=by)
    else:
        Part.objects.get_or_create(pep=pep, kind=PartKind.ADVISER)


def _freeze(pep: Pep) -> Version:
    frozen = snapshot.build(pep, on=date(2026, 11, 20))
    return Version.objects.create(
        pep=pep, number=1, snapshot=frozen, sha256=snapshot.digest(frozen), frozen_at=NOW, frozen_by=pep.signed_off_by
    )


def _print(pep: Pep, user: Any, audience: Audience, key: str) -> Print:
    data = f"%PDF-1.7 {canary(key, 'pdf')}".encode()
    name = f"{uuid.uuid4().hex}.pdf"
    folder = Path(settings.PRIVATE_ROOT) / printing.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return Print.objects.create(
        pep=pep,
        version=pep.versions.get(),
        purpose=PrintPurpose.COPY,
        audience=audience,
        requested_by=user,
        state=PrintState.READY,
        stored_name=name,
        sha256=sha256(data),
        size=len(data),
    )
