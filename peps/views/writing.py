"""The page of one part: writing it, reading it, and choosing between two texts."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import access
from accounts.http import PortalRequest
from accounts.policies import NotAllowed
from accounts.roles import Permission
from accounts.scopes import today
from core.errors import Refused
from peps import facts, part_page, policies, reading
from peps.answers import missing
from peps.asked import fill
from peps.forms import PartForm
from peps.merging import Content
from peps.models import Part, Pep
from peps.services import sections
from peps.states import PartKind, PartState
from peps.views.plan import answer, head


@access(Permission.VIEW_PEP)
@require_http_methods(["GET", "POST"])
def part(request: PortalRequest, pk: Any, kind: str) -> HttpResponse:
    """One part: a form for those who write it, its answers for those who read it."""
    pep = get_object_or_404(reading.plans(request.user), pk=pk)
    stored = reading.parts(pep)[kind]
    if request.method == "POST":
        return _save(request, pep, stored)
    if stored.state != PartState.COMPLETE and policies.may_write(request.user, pep, kind):
        return _writing_page(request, pep, stored, _form(request, pep, stored))
    return _reading_page(request, pep, stored)


@access(Permission.VIEW_PEP)
@require_http_methods(["POST"])
def reopen(request: PortalRequest, pk: Any, kind: str) -> HttpResponse:
    """Opens a part that is done again."""
    pep = get_object_or_404(reading.plans(request.user), pk=pk)
    try:
        sections.reopen_part(**_who(request, pep, kind))
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("peps:part", pk=pep.pk, kind=kind)


def _save(request: PortalRequest, pep: Pep, stored: Part) -> HttpResponse:
    if not policies.may_edit(request.user, pep, stored.kind):
        raise PermissionDenied
    form = _form(request, pep, stored)
    if form.is_valid():
        try:
            return _store(request, pep, stored.kind, form)
        except sections.StalePart as stale:
            return _conflict_page(request, pep, stale)
        except sections.PartDone as refusal:
            form.add_error(None, refusal.message)
            return _writing_page(request, pep, stored, form, done=True)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _writing_page(request, pep, stored, form)


def _store(request: PortalRequest, pep: Pep, kind: str, form: PartForm) -> HttpResponse:
    """Save, and mark as done if that was pressed; what is missing for it is shown on the saved part."""
    who = _who(request, pep, kind)
    if "open_again" in request.POST:
        sections.reopen_part(**who)
    saved = sections.save(**who, answers=form.answers(), targets=form.targets(), version=form.cleaned_data["version"], base=form.marks())
    if "done" not in request.POST:
        together = saved.version > form.cleaned_data["version"] + 1
        messages.success(request, "Saved, together with what somebody else wrote meanwhile." if together else "Saved.")
        return redirect("peps:part", pk=pep.pk, kind=kind)
    try:
        sections.complete(**who)
    except sections.Incomplete:
        return redirect(reverse("peps:part", args=[pep.pk, kind]) + "?check=1")
    messages.success(request, "Saved and marked as done.")
    return redirect("peps:plan", pk=pep.pk)


def _who(request: PortalRequest, pep: Pep, kind: str) -> dict[str, Any]:
    return {"pep_id": pep.pk, "kind": kind, "by": request.user, "now": timezone.now()}


def _form(request: PortalRequest, pep: Pep, stored: Part, *, stale: sections.StalePart | None = None) -> PartForm:
    """The form of a part, bound to what was sent; after a stale save, unbound and filled with what to go on with."""
    asked = reading.questions(pep, stored.kind)
    letter = policies.letter_of(request.user)
    there = reading.part_content(pep, stored, asked)
    return PartForm(
        request.POST if request.method == "POST" and stale is None else None,
        questions=asked,
        stored=stale.mine if stale else _unconfirmed(there, _facts(pep, asked)),
        base=there,
        called=pep.child.called,
        version=stored.version,
        last=reading.last_content(reading.last_agreed(pep, request.user), asked, letter),
        theirs={code: there.get(code, {}) for code in stale.codes} if stale else {},
    )


def _facts(pep: Pep, asked: list[Any]) -> dict[str, list[dict[str, Any]]]:
    return {question.code: facts.block(pep, question.code, today()) for question in asked if question.kind == "confirm"}


def _unconfirmed(there: Content, now: dict[str, list[dict[str, Any]]]) -> Content:
    """The content with the ticks taken out of those blocks whose facts have changed since they were confirmed."""
    changed = {code for code, block in now.items() if part_page.has_changed(there.get(code, {}), block)}
    return {
        code: {name: said for name, said in answer.items() if name != "confirmed"} if code in changed else answer
        for code, answer in there.items()
    }


def _writing_page(request: PortalRequest, pep: Pep, stored: Part, form: PartForm, *, done: bool = False) -> HttpResponse:
    return answer(request, pep, "peps/part.html", _form_context(request, pep, stored, form) | {"done_meanwhile": done})


def _conflict_page(request: PortalRequest, pep: Pep, stale: sections.StalePart) -> HttpResponse:
    """Both texts side by side where both wrote; everything else that was typed stands in the same form below."""
    form = _form(request, pep, stale.theirs, stale=stale)
    context = _form_context(request, pep, stale.theirs, form)
    chosen = [question for section in context["sections"] for question in section.questions if question.code in stale.codes]
    return answer(request, pep, "peps/conflict.html", context | {"chosen": chosen, "codes": stale.codes, "message": stale.message})


def _form_context(request: PortalRequest, pep: Pep, stored: Part, form: PartForm) -> dict[str, Any]:
    asked, targets = form.questions, list(pep.targets.order_by("position"))
    gaps = missing(asked, stored, targets) if "check" in request.GET and request.method == "GET" else []
    return head(request, pep) | {
        "form": form,
        "part": stored,
        "kind": PartKind(stored.kind),
        "sections": part_page.to_write(form, policies.letter_of(request.user), _facts(pep, asked)),
        "gaps": [(code, fill(sentence, pep.child.called)) for code, sentence in gaps],
        "on_behalf": stored.kind != PartKind.ADVISER and policies.ADVISER in policies.relations(request.user, pep),
    }


def _reading_page(request: PortalRequest, pep: Pep, stored: Part) -> HttpResponse:
    letter, asked = policies.letter_of(request.user), reading.questions(pep, stored.kind)
    readable = policies.may_read_part(request.user, pep, stored)
    shown = reading.part_content(pep, stored, asked) if readable else {}
    return answer(
        request,
        pep,
        "peps/part_read.html",
        head(request, pep)
        | {
            "part": stored,
            "kind": PartKind(stored.kind),
            "readable": readable,
            "sections": part_page.to_read(asked, shown, letter, pep.child.called) if readable else [],
            "may_open_again": stored.state == PartState.COMPLETE and policies.may_write(request.user, pep, stored.kind),
            "why_not": policies.why_not(request.user, pep, stored.kind),
        },
    )
