"""Walks every URL as every person over every relation, and says what differs from the matrix."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from vsh_portal.tests.walk.names import CHILDREN, NOTE_READERS, READS_FULL, canary
from vsh_portal.tests.walk.world import World

MISSING_PK = "00000000-0000-4000-8000-000000000000"
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS")
NO_CHILD = "-"


@dataclass(frozen=True)
class Rule:
    """What the matrix says of one URL name; "#word" after the name tells two rules of one URL apart.

    `to` are the people whose role opens the page at all ("*" everybody, "signed in" everybody signed in). `of` names the things the
    URL is about ("child", "pep" ...): then the child must be in the person's sight as well. `writers` narrows POST to fewer people,
    `holders` every method: a set of people, or one for each child. `shows` names the canary that a granted page must carry.
    `kwargs` fills what the URL has beside the child. `post` is a body. A `library` view may answer methods that ours refuse.
    """

    to: Any
    of: str = ""
    methods: tuple[str, ...] = ("GET",)
    writers: Any = None
    holders: Any = None
    shows: str = ""
    kwargs: Callable[[World], dict[str, Any]] | None = None
    post: dict[str, Any] | Callable[[World, str], dict[str, Any]] = field(default_factory=dict)
    granted: tuple[int, ...] = (200,)
    closed: bool = False
    library: bool = False


@dataclass
class Tally:
    """Cells by outcome, and every difference in words."""

    cells: int = 0
    granted: set[tuple[str, str]] = field(default_factory=set)
    allowed_child: set[str] = field(default_factory=set)
    refused_child: set[str] = field(default_factory=set)
    differences: list[str] = field(default_factory=list)


def walk(world: World, matrix: dict[str, Rule], *, only: Iterable[str] | None = None, stop_at_first: bool = False) -> Tally:
    """Every cell of the matrix, each rolled back; with `stop_at_first` the walk ends at the first difference."""
    tally = Tally()
    for name in only or matrix:
        rule = matrix[name]
        for who, key, method in _cells(world, name, rule):
            _cell(world, tally, name, rule, who, key, method)
            if stop_at_first and tally.differences:
                return tally
        _methods_nobody_may(world, tally, name, rule)
    return tally


def _cells(world: World, name: str, rule: Rule) -> Iterator[tuple[str, str, str]]:
    if not rule.of:
        keys: list[str] = [NO_CHILD]
    else:
        keys = [key for key in CHILDREN if world.has(rule.of, key)] + ["missing"]
    for who in world.clients:
        for key in keys:
            for method in rule.methods:
                yield who, key, method


def expected(world: World, rule: Rule, who: str, key: str, method: str) -> str:
    """granted, refused (403 or 404), hidden (404), sign in, or closed (404)."""
    if rule.closed:
        return "sign in" if who == "anonymous" and rule.to != "*" else "hidden"
    if who == "anonymous" and rule.to != "*":
        return "sign in"
    if rule.to not in ("*", "signed in") and who not in rule.to:
        return "forbidden"
    if key == "missing" or (key != NO_CHILD and not world.sees(who, key, rule.of)):
        return "hidden"
    if rule.of and world.thing(rule.of, key, who) is None:
        return "hidden"
    narrowed = [rule.holders] + ([rule.writers] if method == "POST" else [])
    if any(who not in _of_child(people, key) for people in narrowed if people is not None):
        return "refused"
    return "granted"


def _of_child(people: Any, key: str) -> Any:
    return people.get(key, set()) if isinstance(people, dict) else people


def _cell(world: World, tally: Tally, name: str, rule: Rule, who: str, key: str, method: str) -> None:
    tally.cells += 1
    want = expected(world, rule, who, key, method)
    where = f"{method} {name} [{key}] as {who}"
    try:
        response, text = request(world, name, rule, who, key, method)
    except Exception as crash:  # the test client passes on what a view raises; to a person that is a 500
        tally.differences.append(f"{where}: {crash!r}")
        return
    got = response.status_code
    right = {
        "granted": got in rule.granted or (method == "POST" and got in (200, 302)),
        "hidden": got == 404,
        "forbidden": got == 403,
        "refused": got in (403, 404),
        "sign in": got == 302 and "/account/login/" in response.headers.get("Location", ""),
    }[want]
    if not right:
        tally.differences.append(f"{where}: wanted {want}, got {got}")
    tally.differences += [f"{where}: shows {leak}" for leak in leaks(world, who, text)]
    if want == "granted":
        _note_grant(world, tally, name, rule, who, key, method, text, where)
    elif rule.of:
        tally.refused_child.add(name)


def _note_grant(world: World, tally: Tally, name: str, rule: Rule, who: str, key: str, method: str, text: str, where: str) -> None:
    tally.granted.add((name, who))
    if rule.of:
        tally.allowed_child.add(name)
    if rule.shows and method == "GET":
        mark = canary(key, rule.shows) if rule.of else rule.shows
        if mark not in text:
            tally.differences.append(f"{where}: does not show {mark}")


def request(world: World, name: str, rule: Rule, who: str, key: str, method: str) -> tuple[HttpResponse, str]:
    """One request, rolled back; the answer and everything in it that could betray a child."""
    url = reverse(name.partition("#")[0], kwargs=arguments(world, rule, who, key))
    body = rule.post(world, key) if callable(rule.post) else rule.post
    client = world.client(who)
    with transaction.atomic():
        response = (
            client.generic(method, url)
            if method not in ("GET", "POST")
            else getattr(client, method.lower())(url, body if method == "POST" else None)
        )
        content = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return response, content.decode("utf-8", "replace") + "\n" + "\n".join(f"{name}: {value}" for name, value in response.headers.items())


def arguments(world: World, rule: Rule, who: str, key: str) -> dict[str, Any]:
    """The URL's arguments for this child's thing, for a thing that does not exist, or for a page about no child."""
    fixed = rule.kwargs(world) if rule.kwargs else {}
    if not rule.of:
        return fixed
    thing = world.thing(rule.of, key, who) or world.thing(rule.of, key, "head")
    return fixed | {"pk": MISSING_PK if key == "missing" else thing.pk}


def leaks(world: World, who: str, text: str) -> list[str]:
    """Canaries of children this person may not see, and of fields and case notes that only some of its readers may."""
    found = [canary(key, "") for key in CHILDREN if canary(key, "") in text and not world.sees(who, key)]
    if who not in READS_FULL:
        found += [canary(key, "secret") for key in CHILDREN if canary(key, "secret") in text]
    for what, readers in NOTE_READERS.items():
        found += [canary(key, what) for key, people in readers.items() if who not in people and canary(key, what) in text]
    return found


def _methods_nobody_may(world: World, tally: Tally, name: str, rule: Rule) -> None:
    """A method the view does not accept counts once, for somebody who could open the page."""
    who = next((who for who in world.clients if rule.to in ("*", "signed in") or who in rule.to), None)
    if who is None or rule.closed:
        return
    key = NO_CHILD
    if rule.of:
        key = next((key for key in CHILDREN if world.sees(who, key, rule.of) and world.has(rule.of, key)), "missing")
    for method in OTHER_METHODS + tuple({"GET", "POST"} - set(rule.methods)):
        tally.cells += 1
        response, text = request(world, name, rule, who, key, method)
        if response.status_code not in (403, 404, 405) and not rule.library:
            tally.differences.append(f"{method} {name} as {who}: wanted a refusal, got {response.status_code}")
        tally.differences += [f"{method} {name} as {who}: shows {leak}" for leak in leaks(world, who, text)]
