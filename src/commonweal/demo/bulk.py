"""Fills a database with very many members, topics and posts, for benchmarks and tests of scale.

Rows are made by the database itself (one INSERT … SELECT a table), so a million members take seconds, not hours. They
are plain and look alike; whoever wants a community to read builds the demonstration instead.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

from commonweal.communities.models import Access, Community, Kind, Membership
from commonweal.conversations.models import Post, Topic
from commonweal.kit import clock, markdown
from commonweal.people.models import Person
from commonweal.support.models import HelpKind, Need, SupportRequest

#: How long each post is, in characters, and how many different ones there are.
LENGTH, VARIETY = 620, 20

STORIES = Path(__file__).parent / "stories"
START = 1_767_225_600  # 2026-01-01 00:00 UTC, in seconds


def texts() -> list[str]:
    """Different posts of about 620 characters, in paragraphs, out of what people say in the demonstration."""
    said: list[str] = []
    for story in sorted(STORIES.glob("talk_*.toml")):
        for topic in tomllib.loads(story.read_text(encoding="utf-8"))["topics"]:
            said += [topic["text"], *(words for _by, words, *_rest in topic["replies"])]
    posts, post = [], ""
    for words in said:
        post = f"{post}\n\n{words}" if post else words
        if len(post) >= LENGTH:
            posts.append(post[:LENGTH])
            post = ""
    return posts[:VARIETY]


def moment(seconds: str) -> str:
    """SQL for a moment, given SQL for seconds since 1970."""
    if connection.vendor == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%S', {seconds}, 'unixepoch')"
    return f"to_timestamp({seconds})"


def insert(model: type[models.Model], count: int, **expressions: str) -> int:
    """Insert `count` rows; `expressions` give SQL per column, in which `i` runs from 1. Other fields get their default.

    Returns the number of the row before the first, so that row i has the key `returned + i`.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    offset = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
    columns, values, parameters = [], [], []
    for field in model._meta.concrete_fields:
        columns.append(connection.ops.quote_name(str(field.column)))
        if field.primary_key:
            values.append(f"{offset} + i")
        elif field.name in expressions:
            values.append(expressions[field.name].replace("%", "%%"))  # no place for a parameter in these
        else:
            values.append("%s")
            parameters.append(field.get_db_prep_save(field.get_default(), connection))
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    with connection.cursor() as cursor:
        # Names and expressions come from this module and the models, never from outside.
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) {numbers} SELECT {', '.join(values)} FROM n",
            parameters,
        )
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
    return offset


def fill(*, members: int, topics: int, posts_a_topic: int, slug: str = "large") -> Community:
    """A community with `members` members and `topics` topics of `posts_a_topic` posts each. Returns it."""
    community = Community.objects.create(
        slug=slug,
        name="A large community",
        purpose="Very many people, to see whether the pages stay quick.",
        kind=Kind.NEIGHBOURHOOD,
        access=Access.OPEN,
        members_count=members,
    )
    people = insert(Person, members, email=f"'{slug}-' || i || '@example.org'", password="'!'")
    first = insert(
        Membership,
        members,
        person=f"{people} + i",
        community=str(community.pk),
        display_name="'Neighbour ' || i",
        name_key="'neighbour ' || i",
    )
    about = insert(
        Topic,
        topics,
        community=str(community.pk),
        author=f"{first} + 1 + i % {members}",
        title="'Who can come along on Friday? ' || i",
        posts_count=str(posts_a_topic),
        last_number=str(posts_a_topic),
        started_at=moment(f"{START} + i * 60"),
        last_post_at=moment(f"{START} + i * 60 + 3600"),
    )
    posts = texts()
    insert(
        Post,
        topics * posts_a_topic,
        topic=f"{about} + 1 + (i - 1) / {posts_a_topic}",
        number=f"1 + (i - 1) % {posts_a_topic}",
        author=f"{first} + 1 + (i * 7) % {members}",
        text=_one_of(posts),
        html=_one_of([markdown.render(post) for post in posts]),
        to_index="FALSE",
        posted_at=moment(f"{START} + (i / {posts_a_topic}) * 60 + (i % {posts_a_topic}) * 60"),
    )
    refresh_statistics()
    return community


def fill_requests(community: Community, requests: int) -> None:
    """So many requests for support that wait for an answer, by its members in turn, each with a post and two kinds of help.

    The deadlines lie ahead, a second apart.
    """
    members = Membership.objects.filter(community=community)
    first, several = members.order_by("pk").values_list("pk", flat=True)[0], members.count()
    due, author = clock.now().timestamp() + 3600, f"{first} + i % {several}"
    about = insert(
        Topic,
        requests,
        community=str(community.pk),
        author=author,
        title="'Somebody to talk to ' || i",
        kind="'support'",
        posts_count="1",
        last_number="1",
        started_at=moment(f"{START} + i"),
        last_post_at=moment(f"{START} + i"),
    )
    insert(Post, requests, topic=f"{about} + i", number="1", author=author, text="'The nights are long.'",
           html="'<p>The nights are long.</p>'", to_index="FALSE", posted_at=moment(f"{START} + i"))  # fmt: skip
    asked = insert(SupportRequest, requests, topic=f"{about} + i", community=str(community.pk),
                   asked_at=moment(f"{START} + i"), promise_due_at=moment(f"{int(due)} + i"),
                   turn_at=moment(f"{int(due)} + i"), language="'en'")  # fmt: skip
    for kind in (HelpKind.EMOTIONAL, HelpKind.NETWORK):
        insert(Need, requests, request=f"{asked} + i", kind=f"'{kind.value}'")
    refresh_statistics()


def refresh_statistics() -> None:
    """Tell the planner what is there now, as a database does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _one_of(choices: list[str]) -> str:
    """SQL for one of several texts, in turn."""
    cases = " ".join(f"WHEN {number} THEN {_quoted(text)}" for number, text in enumerate(choices))
    return f"CASE i % {len(choices)} {cases} END"


def _quoted(text: str) -> Any:
    return "'" + text.replace("'", "''") + "'"
