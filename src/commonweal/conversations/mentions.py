"""Naming a member with @: "@Marta", or "@[Marta Ruiz]" where the name has spaces."""

from __future__ import annotations

import re

from commonweal.communities.models import Membership, State

from .models import Mention, Post, Topic

_NAMED = re.compile(r"(?<![\w@])@(?:\[([^\]\n]{1,60})\]|([\w.-]{1,60}))")
MOST = 10


def named_in(text: str, *, topic: Topic, author: Membership) -> list[Membership]:
    """The active members that a text names, at most ten, never the author or somebody kept apart.

    Two queries, none without an @.
    """
    names = {(bracketed or bare).rstrip(".-") for bracketed, bare in _NAMED.findall(text)}
    if not names:
        return []
    from commonweal.people.queries import kept_apart

    apart = kept_apart(author.person_id) if author.person_id else set()
    found = Membership.objects.filter(community=topic.community_id, state=State.ACTIVE, display_name__in=names)
    return [member for member in found[:MOST] if member.pk != author.pk and member.person_id not in apart]


def write(post: Post, named: list[Membership]) -> None:
    """Record who a post names."""
    Mention.objects.bulk_create([Mention(post=post, membership=member) for member in named], ignore_conflicts=True)
