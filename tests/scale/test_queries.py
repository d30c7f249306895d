"""A page asks the database as often for fifty thousand members as for fifty, and never reads a big table from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Topic
from commonweal.demo import bulk
from commonweal.people.models import Person
from commonweal.support.actions import ask_for_support, go_on_duty
from commonweal.trail.models import Step

pytestmark = [pytest.mark.scale, pytest.mark.django_db]

SMALL, LARGE = 50, 50_000
BIG_TABLES = ("people_person", "communities_membership", "conversations_post", "conversations_topic", "trail_step")
#: Views, with who looks at them.
VIEWS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "landing": ("guest", lambda town: "/"),
    "Today of a steward": ("steward", lambda town: "/"),
    "Today of a member": ("member", lambda town: "/"),
    "front": ("member", lambda town: town.url("communities:front")),
    "people": ("member", lambda town: town.url("communities:people")),
    "people by name": ("member", lambda town: town.url("communities:people") + "?q=Neighbour+43"),
    "member": ("member", lambda town: town.url("communities:member", town.other.pk)),
    "topics": ("member", lambda town: town.url("conversations:topics")),
    "topics as a guest": ("guest", lambda town: town.url("conversations:topics")),
    "topic": ("member", lambda town: town.url("conversations:topic", town.topic.pk)),
    "topic as a guest": ("guest", lambda town: town.url("conversations:topic", town.topic.pk)),
    "people I met": ("member", lambda town: reverse("communities:met")),
    "messages": ("member", lambda town: reverse("conversations:private")),
    "support": ("member", lambda town: town.url("support:requests")),
    "measured": ("steward", lambda town: town.url("support:measured")),
    "held": ("steward", lambda town: town.url("support:held")),
    "queue of a steward": ("steward", lambda town: town.url("support:queue")),
    "queue": ("supporter", lambda town: town.url("support:queue")),
    "meet": ("member", lambda town: town.url("gatherings:list")),
    "introductions": ("member", lambda town: town.url("circles:introductions")),
    "circles": ("member", lambda town: town.url("circles:circles")),
    "ask into a circle": ("steward", lambda town: town.url("circles:invite")),
    "rounds": ("steward", lambda town: town.url("circles:rounds")),
    "exchange": ("member", lambda town: town.url("exchange:list")),
    "act": ("member", lambda town: town.url("campaigns:list")),
    "decisions": ("member", lambda town: town.url("decisions:list")),
    "library": ("member", lambda town: town.url("library:list")),
    "pulse": ("member", lambda town: town.url("insight:pulse")),
    "desk": ("steward", lambda town: town.url("moderation:desk")),
    "requests to join": ("steward", lambda town: town.url("communities:requests")),
    "vettings": ("steward", lambda town: town.url("communities:vettings")),
    "vetting": ("steward", lambda town: town.url("communities:vet", town.other.pk)),
    "roles": ("member", lambda town: town.url("communities:roles")),
    "inbox": ("member", lambda town: reverse("notices:inbox")),
}


class Town:
    """A community of `size` members with talk to match, and three of them signed in."""

    def __init__(self, size: int) -> None:
        slug = f"town{size}"
        self.community: Community = bulk.fill(members=size, topics=max(30, size // 25), posts_a_topic=5, slug=slug)
        members = Membership.objects.filter(community=self.community).order_by("pk")
        roles = dict(zip(("steward", "supporter", "member", "other", "asker"), members[:5], strict=True))
        for role in ("steward", "supporter"):
            Membership.objects.filter(pk=roles[role].pk).update(role=role)
        self.other, self.topic = roles["other"], Topic.objects.filter(community=self.community).latest("pk")
        steps = (
            Step(verb="conversations.posted", subject_type="conversations.topic", subject_id=self.topic.pk,
                 actor=roles["steward"].pk + n % size, community=self.community.pk)
            for n in range(size // 2)
        )  # fmt: skip
        Step.objects.bulk_create(steps, batch_size=2000)
        for who in (roles["asker"], roles["other"]):
            who = Membership.objects.select_related("community", "person").get(pk=who.pk)
            ask_for_support(membership=who, text="Somebody to talk to", kinds=["emotional"])
        go_on_duty(membership=Membership.objects.select_related("community").get(pk=roles["supporter"].pk), hours=4)
        bulk.refresh_statistics()
        self.clients = {"guest": Client()}
        for role in ("steward", "supporter", "member"):
            self.clients[role] = Client()
            self.clients[role].force_login(Person.objects.get(pk=roles[role].person_id))

    def url(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.community.slug, *args])

    def look(self, view: str) -> list[dict[str, str]]:
        """The queries of one look at a page that was looked at before."""
        role, where = VIEWS[view]
        url, client = where(self), self.clients[role]
        assert client.get(url).status_code == 200, url
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return list(captured.captured_queries)


@pytest.fixture(scope="module")
def towns(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Town, Town]]:
    """Both towns in one database, built once and gone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Town(SMALL), Town(LARGE)
        transaction.set_rollback(True)


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_asks_as_often_for_fifty_thousand_as_for_fifty(towns: tuple[Town, Town], view: str) -> None:
    small, large = (town.look(view) for town in towns)
    assert len(small) == len(large), "\n".join(query["sql"][:200] for query in large)
    assert len(large) <= 40


def scans(sql: str) -> list[str]:
    """The big tables that the database would read from end to end for this query."""
    big = "|".join(BIG_TABLES)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            return re.findall(rf"Seq Scan on ({big})\b", plan)
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = "\n".join(row[3] for row in cursor.fetchall())
    named = re.findall(rf'"({big})"(?: "?(\b[A-Z]\d+\b)"?)?', sql)
    aliases = {alias or table: table for table, alias in named}
    found = re.findall(r"^SCAN (\w+)(.*)$", plan, re.M)
    stops = " LIMIT " in sql  # reading along an index in its order ends with the page
    names = [aliases.get(name, name) for name, how in found if not (stops and "USING" in how)]
    return [name for name in names if name in BIG_TABLES]


@pytest.mark.parametrize("view", VIEWS)
def test_no_page_reads_a_big_table_from_end_to_end(towns: tuple[Town, Town], view: str) -> None:
    found = {
        f"{table}: {query['sql'][:400]}"
        for query in towns[1].look(view)
        if query["sql"].lstrip().upper().startswith(("SELECT", "WITH"))
        for table in scans(query["sql"])
    }
    assert not found, "\n".join(found)


def test_the_check_sees_a_scan_when_there_is_one(towns: tuple[Town, Town]) -> None:
    assert scans("SELECT COUNT(*) FROM conversations_post WHERE text LIKE '%zebra%'") == ["conversations_post"]
    assert scans('SELECT T3."id" FROM "conversations_topic" T3 WHERE T3.title LIKE \'%z%\'') == ["conversations_topic"]
