"""A search for a person never stands in the address: it is posted, held in the session, and taken out with one press (safety.md T13)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseRedirect

LONGEST = 80


@dataclass(frozen=True)
class PrivateSearch:
    """The words held for one list; `label` names the box (templates/components/search_box.html)."""

    label: str
    words: str


def held(request: HttpRequest, name: str, label: str) -> PrivateSearch:
    """What was last searched for in the list called `name`, in this session."""
    return PrivateSearch(label, request.session.get(f"search {name}", ""))


def keep(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """Keeps the posted words (`q`; empty or `clear` forgets them) and answers with the same address, back on its first page."""
    words = "" if "clear" in request.POST else request.POST.get("q", "").replace("\x00", "").strip()[:LONGEST]
    if words:
        request.session[f"search {name}"] = words
    else:
        request.session.pop(f"search {name}", None)
    kept = request.GET.copy()
    kept.pop("page", None)
    kept.pop("q", None)
    return HttpResponseRedirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)
