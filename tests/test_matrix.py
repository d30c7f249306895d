"""Every role at every route: what one may see and do, and that a no changes nothing. The table is in `routes.py`."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import reverse

from commonweal.communities.models import Access, Community, Door
from commonweal.notices.models import Notice

from .cast import make_community, make_member, make_person
from .routes import HIDDEN, IN, INSIDE, JOIN, OUTSIDE, ROLES, ROUTES, SIGN_IN, Row, table
from .world import Place, make_place, run_outbox, sign_in, undone

#: What a refused form may still write: the session it waits in, and how often that happened.
NO_TRACE = ("django_session", "kit_spending", "usersessions_usersession")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refusals are what is asked for here; their warnings would drown the one that matters."""
    log = logging.getLogger("django.request")
    log.setLevel(logging.ERROR)
    yield
    log.setLevel(logging.NOTSET)


def test_every_route_is_in_the_table() -> None:
    named = {row.name for row in table()}
    missing = [f"{name} ({pattern})" for name, pattern in ROUTES.items() if name not in named]
    assert missing == [], "Say in tests/routes.py who may use it: add a row for each of these routes."
    assert named - set(ROUTES) == set(), "These routes are gone: take their rows out of tests/routes.py."


def a_world(access: str) -> tuple[Place, dict[str, Client]]:
    """A place of this access, and a browser for everybody."""
    elsewhere = make_member(make_community("elsewhere"), "Elsewhere")
    founder = make_member(elsewhere.community, "Fay", "founder").person
    place = make_place("river", access, founder=founder)
    run_outbox()
    place.ids["notice"] = Notice.objects.filter(person=place.who["author"].person).latest("pk").pk
    people = {role: member.person for role, member in place.who.items()}
    people |= {"stranger": make_person("Stranger"), "elsewhere": elsewhere.person, "guest": None}
    return place, {role: sign_in(people[role]) for role in ROLES}


def verdict(response: HttpResponse, place: Place) -> str:
    if response.status_code == 404:
        return HIDDEN
    if response.status_code in (302, 303):
        where = urlsplit(response["Location"]).path
        if where == resolve_url("account_login"):
            return SIGN_IN
        if response.status_code == 302 and where == reverse("communities:front", args=[place.slug]):
            return JOIN
    return f"{response.status_code}" if response.status_code in (403, 405) or response.status_code >= 500 else IN


def ask(client: Client, method: str, url: str, place: Place) -> tuple[str, set[str]]:
    """How one request is answered, and which of our tables it wrote to."""
    cookies = client.cookies.copy()
    try:
        with undone() as written:
            response = getattr(client, method)(url)
        return verdict(response, place), {name for name in written if name not in NO_TRACE}
    finally:
        client.cookies = cookies


def wrongs(row: Row, role: str, client: Client, place: Place, read: str, sent: str) -> Iterator[str]:
    """What is wrong with how a role is answered: read and, where that is no or not possible, sent."""
    url = row.url(place)
    got, written = ask(client, "get", url, place)
    if got not in ("405", read):
        yield f"{role} GET {row}: {got}, should be {read}"
    if got != IN:
        posted, more = ask(client, "post", url, place)
        written |= more if posted != IN else set()
        if posted not in ((read,) if got == "405" else ("405", read, sent)):
            yield f"{role} POST {row}: {posted}, should be {sent}"
    if got != IN and written:
        yield f"{role} {row}: refused, and yet it wrote to {sorted(written)}"


@pytest.mark.django_db
@pytest.mark.parametrize("access", Access.values)
def test_each_role_gets_at_what_it_may_and_at_nothing_else(access: str, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    place, clients = a_world(access)
    rows, roles = table(), ROLES
    if access != Access.OPEN:  # what differs is the way in: each route once, and inside one member for all
        rows = list({row.name: row for row in rows if "slug" in ROUTES[row.name]}.values())
        roles = (*OUTSIDE, "member")
    found = [
        wrong
        for row in rows
        for role in roles
        for wrong in wrongs(row, role, clients[role], place, *row.rule.verdicts(role, access))
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.django_db
def test_a_closed_door_leaves_no_trace(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    place, clients = a_world(Access.OPEN)
    Community.objects.filter(pk=place.community.pk).update(closed_doors=Door.values)
    behind = [row for row in table() if row.door]
    assert {row.door for row in behind} == set(Door.values)
    found = [
        wrong
        for row in behind
        for role in ("guest", "stranger", "author", "founder")
        if role in INSIDE or not row.ids  # others are told to come in first, whatever number they ask for
        for wrong in wrongs(row, role, clients[role], place, HIDDEN, HIDDEN)
    ]
    assert not found, "\n" + "\n".join(found)
    for role in INSIDE:
        words = [word for what, word in place.words.items() if what in ("topic", "entry", "gathering", "resource")]
        for page in ("communities:front", "communities:more", "today"):
            url = reverse(page, args=[place.slug] if page != "today" else [])
            text = clients[role].get(url).content.decode()
            assert [door for door in Door.values if f'href="/c/{place.slug}/{door}/"' in text] == [], f"{role} {url}"
        for word in words:
            results = clients[role].get(reverse("conversations:search", args=[place.slug]), {"q": word})
            listed = re.findall(rf'href="(/c/{place.slug}/[^"]+)"', results.content.decode())
            assert [url for url in listed if word in url or re.search(r"/\d+/", url)] == [], f"{role} finds {word}"
