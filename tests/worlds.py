"""Two worlds that differ in one thing, and what one person is sent in each of them: bytes, letters, and queries.

Each request is made on its own and undone, so that what is tried changes nothing for the next one. Queries stand in for
time: no test measures seconds.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonweal.communities.models import Membership
from commonweal.communities.views.start import TODAYS
from commonweal.conversations.fragment import FRAGMENTS
from commonweal.conversations.jobs import index_posts
from commonweal.conversations.replybox import BOXES
from commonweal.kit import clock
from commonweal.kit.templatetags.commonweal import PIECES
from commonweal.notices.digests import make_digests
from commonweal.notices.mail import compose
from commonweal.notices.models import Mail
from commonweal.people.models import Person
from commonweal.people.own_data import own_data

from .database import count_ids_from
from .world import run_outbox, undone

#: What differs between any two requests, and says nothing about anybody.
_TOKENS = re.compile(
    rb'(data-live="|name="csrfmiddlewaretoken" value="|name="submission" value="|X-CSRFToken": "|nonce="|'
    rb'data-stamp=")[^"]*"|/notices/stop/[^/]+/|'
    rb"csrf[^\s\"']{20,}|session_key\W+\w+"
)
#: Rows that the two worlds begin with are numbered below; what happens in one of them, and what is tried, above.
_HOUR = timedelta(hours=1)
HAPPENING, TRIED = 1_000_000, 2_000_000
#: PostgreSQL does not take numbers back when all is undone: what comes after must not get those of a world again.
_AFTERWARDS = itertools.count(3_000_000, 10_000)


@dataclass(frozen=True)
class Ask:
    """One request: looked at, or with `data` tried. `hx`: as a script asks, for a fragment."""

    url: str
    data: Mapping[str, Any] | None = None
    hx: bool = False


@dataclass
class Sent:
    """What came of everything one person asked for: {name: bytes}, and {name: number of queries}."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)


def plain(body: bytes) -> bytes:
    return _TOKENS.sub(b"", body)


def sent_to(
    viewer: Membership, asks: Mapping[str, Ask], happens: Callable[[], Any] | None = None, *, later: Any = None
) -> Sent:
    """What `viewer` is sent for each of `asks` in the world where `happens` has happened, `later` after it."""
    found = Sent()
    with undone():
        count_ids_from(HAPPENING)
        if happens is not None:
            happens()
        index_posts()
        run_outbox()
        with clock.at(clock.now() + later) if later else clock.at(clock.now()):
            for name, ask in asks.items():
                _one(found, viewer, name, ask)
            found.bodies["own data"] = _own_data(viewer)
            found.bodies["letters"] = _letters(viewer)
        count_ids_from(next(_AFTERWARDS))
    return found


def _one(found: Sent, viewer: Membership, name: str, ask: Ask) -> None:
    with undone():
        client = Client()
        client.force_login(viewer.person)
        headers = {"HX-Request": "true"} if ask.hx else {}
        _forget()
        count_ids_from(TRIED)
        with CaptureQueriesContext(connection) as asked:
            if ask.data is None:
                response = client.get(ask.url, headers=headers)
            else:
                response = client.post(ask.url, ask.data, headers=headers)
        body = b"%d %s " % (response.status_code, response.headers.get("Location", "").encode()) + response.content
        found.queries[name] = len(asked)
        if ask.data is not None and response.status_code == 303:  # and what is said of it on the next page
            body += client.get(response["Location"]).content
        found.bodies[name] = plain(body)


def _forget() -> None:
    """Empty what this process keeps, so that no world finds warm what another one made."""
    for cache in caches.all():
        cache.clear()
    for kept in (FRAGMENTS, BOXES, TODAYS, PIECES):
        kept._values.clear()


def _own_data(viewer: Membership) -> bytes:
    """Every file of the download, one after the other, without what tells only of this sign-in."""
    with undone():
        archive = zipfile.ZipFile(io.BytesIO(own_data(Person.objects.get(pk=viewer.person_id))))
        files = [name for name in sorted(archive.namelist()) if name not in ("account.json", "index.html")]
        assert len(files) > 5, files
        return b"\n".join(name.encode() + b": " + archive.read(name) for name in files)


def _letters(viewer: Membership) -> bytes:
    """The letters of the next two days, as they would go out."""
    with undone():
        written = []
        for hours in range(0, 49, 12):
            with clock.at(clock.now().replace(hour=7, minute=5) + hours * _HOUR):
                make_digests()
                for waiting in Mail.objects.filter(person=viewer.person_id).order_by("pk").select_related("person"):
                    if letter := compose(waiting):
                        written.append(f"{letter.subject}\n{letter.body}\n{letter.alternatives}")
                Mail.objects.filter(person=viewer.person_id).delete()
        return plain("\n".join(written).encode())


def differences(one: Sent, other: Sent) -> dict[str, list[str]]:
    """{what: the lines that differ}, for a person who reads why a test failed."""
    differ = {}
    for name, before in one.bodies.items():
        after = other.bodies[name]
        if after != before:
            old, new = before.decode(errors="replace").splitlines(), after.decode(errors="replace").splitlines()
            more = [line.strip()[:300] for line in new if line not in old][:6]
            differ[name] = [*more, "instead of", *[line.strip()[:300] for line in old if line not in new][:6]]
    return differ


def told(differ: dict[str, list[str]]) -> str:
    return "\n".join(f"{name}: {lines}" for name, lines in differ.items())


def costs_more(one: Sent, other: Sent, names: Iterable[str], *, most: int = 0) -> str:
    """Those of the named requests that took fewer queries in the second world than in the first, or over `most` more."""
    counts = [(name, one.queries[name], other.queries[name]) for name in names]
    dearer = [(name, before, after) for name, before, after in counts if not before <= after <= before + most]
    return "\n".join(f"{name}: {before} queries, then {after}" for name, before, after in dearer)
