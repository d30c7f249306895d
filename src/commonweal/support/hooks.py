"""What support contributes to the registries of the layers below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonweal.communities.models import Door, Membership
from commonweal.communities.registries import DESK, DOOR_PAGES, NEED_YOU, TODAY, DoorPage, Row
from commonweal.conversations.models import Audience, Post, Topic
from commonweal.conversations.registries import ON_CHANGE, ON_POST, ON_POST_STANDING, REPLY_HELPS, TOPIC_PANELS
from commonweal.kit import clock
from commonweal.people.queries import kept_apart
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS

from . import hooks_supporters, personal
from .actions import count_again, count_reply, watch_first_topic
from .lines import lines_of
from .models import ENOUGH_REPLIES, SupportRequest
from .panels import topic_panel
from .queries_watching import open_holds
from .replying import reply_help
from .watching import watch

if TYPE_CHECKING:
    from commonweal.people.models import Person


def on_post(topic: Topic, post: Post) -> None:
    held = watch(topic, post)
    if post.number == 1:
        watch_first_topic(topic, post)
    elif not held:
        count_reply(topic, post)


def on_change(topic: Topic, post: Post) -> None:
    watch(topic, post)


def on_post_standing(topic_id: int, post: Post, stands: bool) -> None:
    if post.number == 1:
        return
    if stands:
        count_reply(Topic.objects.get(pk=topic_id), post)
    else:
        count_again(topic_id, post)


def _still_waiting(request: SupportRequest) -> str:
    missing = max(0, ENOUGH_REPLIES - request.replies)
    return ngettext("%(n)d answer still to come", "%(n)d answers still to come", missing) % {"n": missing}


def today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Requests that wait for somebody like this person: most urgent first, five at most. Two queries.

    Supporters see everything that waits where they serve; members see what was asked of everyone.
    """
    open_ones = [m for m in memberships if Door.SUPPORT not in m.community.closed_doors]
    helping = {m.community_id: m for m in open_ones if m.is_supporter}
    if not open_ones:
        return
    readable = Q(community__in=[m.community_id for m in open_ones], topic__audience=Audience.COMMUNITY, sort="support")
    waiting = (
        SupportRequest.objects.filter(Q(community__in=list(helping)) | readable)
        .filter(
            answered_at__isnull=True,
            closed_at__isnull=True,
            topic__withheld_at__isnull=True,
            topic__closed_at__isnull=True,
        )
        .exclude(topic__author__person=person)
        .exclude(topic__author__person__in=kept_apart(person.pk))
        .exclude(human_replies__membership__in=[m.pk for m in open_ones])
        .select_related("topic__author", "community")
        .order_by("promise_due_at", "pk")[:5]
    )
    now = clock.now()
    for request in waiting:
        hidden = request.topic.anonymous
        yield Row(
            title=request.topic.title,
            detail=_("%(community)s · %(missing)s")
            % {"community": request.community.name, "missing": _still_waiting(request)},
            url=reverse("conversations:topic", args=[request.community.slug, request.topic_id]),
            action=_("Answer"),
            group=NEED_YOU,
            due=request.promise_due_at,
            face=None if hidden else request.topic.author,
            icon="support" if hidden else "",
            tag=_("Late")
            if request.promise_due_at <= now
            else _("Asks for support")
            if request.is_support
            else _("New here"),
            tone="wait",
        )


def did_it_help(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """One's own requests that two people answered in the last fortnight: did it help? One query."""
    open_ones = [m.pk for m in memberships if Door.SUPPORT not in m.community.closed_doors]
    if not open_ones:
        return
    mine = SupportRequest.objects.filter(
        topic__author__in=open_ones,
        sort=SupportRequest.Sort.SUPPORT,
        closed_at__isnull=True,
        answered_at__gt=clock.now() - timedelta(days=14),
    )
    for request in mine.select_related("topic", "community").order_by("-answered_at", "-pk")[:3]:
        yield Row(
            title=_("Two people answered you. Did it help?"),
            detail=_("%(community)s · %(title)s") % {"community": request.community.name, "title": request.topic.title},
            url=reverse("conversations:topic", args=[request.community.slug, request.topic_id]),
            action=_("Read and say so"),
            group=NEED_YOU,
            icon="support",
        )


def desk(steward: Membership) -> Iterable[Row]:
    """Broken promises first, then help lines that nobody checked for ninety days. Two queries."""
    if Door.SUPPORT not in steward.community.closed_doors:
        yield from _broken(steward)
    unchecked = [line for line in lines_of(steward.community.country.upper()) if line.checked_at is None]
    if unchecked:
        yield Row(
            title=ngettext("%(n)d help line is unverified", "%(n)d help lines are unverified", len(unchecked))
            % {"n": len(unchecked)},
            detail=_("Compare each with its source. A check counts for ninety days."),
            url=reverse("support:lines", args=[steward.community.slug]),
            action=_("Check them"),
            icon="crisis",
        )


def held(steward: Membership) -> Iterable[Row]:
    """What waits until a steward has read it. Two queries."""
    if holds := open_holds(steward):
        yield Row(
            title=ngettext("%(n)d message is held", "%(n)d messages are held", len(holds)) % {"n": len(holds)},
            detail=_("Only its author and stewards see it. Read it, answer, and decide."),
            url=reverse("support:held", args=[steward.community.slug]),
            action=_("Read it"),
            due=holds[0].at,
            icon="eye",
            tag=_("Waits for a human"),
            tone="harm",
        )


def _broken(steward: Membership) -> Iterable[Row]:
    late = (
        SupportRequest.objects.filter(
            community=steward.community_id,
            broken_at__isnull=False,
            answered_at__isnull=True,
            closed_at__isnull=True,
            topic__closed_at__isnull=True,
        )
        .select_related("topic")
        .order_by("promise_due_at", "pk")[:5]
    )
    for request in late:
        yield Row(
            title=request.topic.title,
            detail=_("The promise was broken: %(missing)s.") % {"missing": _still_waiting(request)},
            url=reverse("conversations:topic", args=[steward.community.slug, request.topic_id]),
            action=_("Answer"),
            due=request.promise_due_at,
            icon="support",
            tag=_("Late"),
            tone="harm",
        )


DOOR_PAGES.add("support", DoorPage("support", "support:requests"))
ON_POST.add("support", on_post)
ON_CHANGE.add("support", on_change)
ON_POST_STANDING.add("support", on_post_standing)
TOPIC_PANELS.add("support", topic_panel)
REPLY_HELPS.add("support", reply_help)
TODAY.add("support", today)
TODAY.add("support answered", did_it_help)
DESK.add("held for a human", held)
DESK.add("support", desk)
TODAY.add("giving support", hooks_supporters.today)
DESK.add("giving support", hooks_supporters.desk)
TODAY.add("gaps in the rota", hooks_supporters.gaps_of_today)
DESK.add("gaps in the rota", hooks_supporters.gaps_of_desk)
EXPORT_SECTIONS.add("support", personal.export)
ERASERS.add("support", personal.erase)
