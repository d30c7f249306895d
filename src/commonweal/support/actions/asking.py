"""Asking for support, and the first topic of somebody new."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.conversations.actions import start_topic
from commonweal.conversations.models import Audience, Post, Topic
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from .. import tongues, verbs
from ..aftercare import plan_checks
from ..escalation import raise_alarm
from ..models import FIRST_TOPIC_PROMISE, SUPPORT_PROMISE, Circumstances, HelpKind, Need, SupportRequest


@transaction.atomic
def ask_for_support(
    *,
    membership: Membership,
    text: str,
    kinds: Iterable[str],
    title: str = "",
    anonymous: bool = False,
    audience: str = Audience.COMMUNITY,
    warning: str = "",
    urgency: str = "",
    country: str = "",
    language: str = "",
    submission: uuid.UUID | None = None,
) -> SupportRequest:
    """Open a support request: a topic, the kinds of help, the promise, and the people who are told at once.

    Two human replies are promised within four hours: exactly one reply lowers the chance of asking again, more raise
    it (Low 2021), and an answered newcomer comes back more often (Joyce & Kraut 2006). An empty title is made of the
    first words. `urgency`, in the author's own words, moves the request up the queue and is shown to those who answer;
    `country` is whose help lines the author sees, `language` the code of the one it is written in (the one in use when
    empty): those who speak it are told first. Sending the same `submission` twice returns the first request.
    Raises Refused without a kind or text.
    """
    require_active(membership)
    wanted = [kind for kind in HelpKind.values if kind in set(kinds)]
    if not wanted:
        raise Refused(_("Choose at least one thing that would help."), field="kinds")
    topic = start_topic(
        membership=membership,
        title=title.strip() or first_words(text),
        text=text,
        kind=Topic.Kind.SUPPORT,
        anonymous=anonymous,
        audience=audience,
        warning=warning,
        submission=submission,
    )
    if earlier := SupportRequest.objects.filter(topic=topic).first():
        return earlier
    urgency = " ".join(urgency.replace("\x00", "").split())[:200]
    request = _promise(topic, SupportRequest.Sort.SUPPORT, SUPPORT_PROMISE, urgent=bool(urgency), language=language)
    Circumstances.objects.create(request=request, urgency=urgency, country=country[:2].upper())
    plan_checks(request)
    Need.objects.bulk_create(Need(request=request, kind=kind) for kind in wanted)
    record(verbs.ASKED, subject=request, actor=membership.pk, community=membership.community_id)
    raise_alarm(request)
    return request


def first_words(text: str) -> str:
    """A title from the first words of a text: at most 60 characters, cut at a word."""
    line = next((line.strip(" #>*_") for line in text.splitlines() if line.strip(" #>*_")), "")
    short = Truncator(line).chars(60)
    return short.rpartition(" ")[0] + "…" if short.endswith("…") and " " in short else short


def _promise(topic: Topic, sort: str, within: timedelta, *, urgent: bool = False, language: str = "") -> SupportRequest:
    now = clock.now()
    return SupportRequest.objects.create(
        topic=topic,
        community=topic.community,
        sort=sort,
        asked_at=now,
        promise_due_at=now + within,
        urgent_at=now if urgent else None,
        language=tongues.known(language) or tongues.in_use(),
    )


def watch_first_topic(topic: Topic, post: Post) -> SupportRequest | None:
    """Put the first topic of a new member in the queue, to be answered by two people within a day.

    61% of newcomers got a reply, and a reply raised their return from 44% to 56% (Joyce & Kraut 2006). Called inside
    the transaction of the topic's first post. Stewards are no newcomers.
    """
    author = post.author
    if topic.kind == Topic.Kind.SUPPORT or author.is_steward:
        return None
    if author.topics.exclude(pk=topic.pk).exists():
        return None
    return _promise(topic, SupportRequest.Sort.FIRST, FIRST_TOPIC_PROMISE)
