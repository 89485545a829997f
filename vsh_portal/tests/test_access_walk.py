"""The access walk (safety.md G1): every URL × method × person × relation against the matrix, canaries looked for in every answer."""

import logging
import sys

import pytest
from django.db import connection
from django.urls import reverse

from messaging import kinds
from messaging.mail import compose
from messaging.services import queue
from vsh_portal.generated_docs import addresses
from vsh_portal.tests.walk import world as worlds
from vsh_portal.tests.walk.engine import walk
from vsh_portal.tests.walk.matrix import MATRIX
from vsh_portal.tests.walk.names import CHILDREN, NOTE_READERS, SEES, canary
from vsh_portal.tests.walk.world import TODAY

FEWEST_CELLS = 8_000


@pytest.fixture
def world(db, frozen):
    frozen(TODAY)
    logging.disable(logging.WARNING)  # thousands of refusals are the point here
    yield worlds.build()
    logging.disable(logging.NOTSET)


def named_urls() -> set[str]:
    """Every name in the live URLconf, includes followed."""
    return {name for _path, name, _view in addresses()}


def test_every_url_of_the_live_urlconf_stands_in_the_matrix_and_no_other():
    assert named_urls() == {name.partition("#")[0] for name in MATRIX}


def test_the_walk(world, capsys):
    tally = walk(world, MATRIX)
    figures = f"{tally.cells} cells, {len(tally.granted)} grants, {len(tally.differences)} differences"
    with capsys.disabled():
        sys.stdout.write(f"\naccess walk on {connection.vendor}: {figures}\n")
    assert not tally.differences, "\n".join(tally.differences[:60])
    assert tally.cells >= FEWEST_CELLS
    # Neither "deny everything" nor padding passes: each page about a child was opened by somebody and refused to somebody.
    bound = {name for name, rule in MATRIX.items() if rule.of}
    assert (tally.allowed_child, tally.refused_child) == (bound, bound)


@pytest.mark.parametrize("name", ["caseload:children", "peps:list"])
def test_a_list_shows_every_child_in_sight_and_no_other(world, name):
    from_walk = {}
    for who in SEES:
        url = worlds.reverse_of(name)
        text = world.client(who).get(url, {"page_size": "100"}).content.decode()
        from_walk[who] = {key for key in CHILDREN if canary(key, "") in text}
    in_lists = {key for key in CHILDREN if name == "caseload:children" or world.has("pep", key)}
    assert from_walk == {who: seen & in_lists for who, seen in SEES.items()}


def test_a_case_note_is_on_the_timeline_of_each_of_its_readers_and_of_nobody_else(world):
    found = {what: {key: set() for key in readers} for what, readers in NOTE_READERS.items()}
    for who, seen in SEES.items():
        for key in seen & {"A", "B", "M", "R"}:
            url = reverse("desk:timeline", args=[world.children[key].pk])
            text = world.client(who).get(url, {"show": "everything", "whole": "1"}).content.decode()
            for what, of_child in found.items():
                if canary(key, what) in text:
                    of_child[key].add(who)
    in_sight = {
        what: {key: {who for who in people if key in SEES[who]} for key, people in readers.items()}
        for what, readers in NOTE_READERS.items()
    }
    assert found == in_sight


def test_no_mail_of_any_kind_betrays_a_child(world):
    about = [world.things["pep", key] for key in ("A", "B", "M", "R")] + [world.people["invited_only"].memberships.get().invitation]
    composed = 0
    for kind in kinds.registered():
        for thing in about:
            if thing._meta.app_label == kind.partition(".")[0]:
                message = queue(key=f"{kind}:{thing.pk}", kind=kind, to=world.people["head"], about=thing)
                mail = compose(message)
                composed += 1
                assert "CANARY" not in str(mail.message()), kind
                assert thing.reference in mail.subject + mail.body
    assert composed >= 4 * 6 + 1
