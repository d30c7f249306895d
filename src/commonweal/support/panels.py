"""The panel that stands above the posts of a topic in which somebody waits for two answers."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery

from commonweal.communities.models import Membership
from commonweal.conversations.models import Topic
from commonweal.kit import clock
from commonweal.trail.actions import type_of
from commonweal.trail.models import Confirmation, Helped

from .desk.access import stewards_beside
from .lines import Help, help_for
from .models import (
    CHECK_STANDS,
    ENOUGH_REPLIES,
    Acknowledgement,
    AfterCheck,
    Escalation,
    Hold,
    NameLook,
    PhraseMatch,
    SupportRequest,
)


def topic_panel(topic: Topic, viewer: Membership | None) -> tuple[str, dict[str, Any]] | None:
    """The promise, the kinds of help, and what happens next and by when. Two queries for a support request.

    Ordinary topics cost nothing: that a newcomer waits for a first answer stands in the queue and on Today.
    """
    if topic.kind != Topic.Kind.SUPPORT:
        return None
    is_author = viewer is not None and viewer.pk == topic.author_id
    is_supporter = viewer is not None and viewer.is_supporter
    request = _request(topic)
    if request is None:
        return None
    needs = [need.get_kind_display() for need in request.needs.all()]
    return "support/_panel.html", {
        "request_here": request,
        "topic": topic,
        "community": topic.community,
        "needs": needs,
        "is_author": is_author,
        "is_supporter": is_supporter and not is_author,
        "is_steward": viewer is not None and viewer.is_steward and not is_author,
        "missing": max(0, ENOUGH_REPLIES - request.replies),
        "answers": Helped.choices,
        "said": dict(Helped.choices).get(request.said or "", "") if request.closed_at else "",  # type: ignore[attr-defined]
        "asks_whether": is_author and request.replies >= ENOUGH_REPLIES and request.closed_at is None,
        "how_it_is": AfterCheck.Answer.choices if is_author and request.check_day else (),  # type: ignore[attr-defined]
        "urgency": request.circumstances.urgency if hasattr(request, "circumstances") else "",
        "held_alone": bool(is_author and request.held_at and not stewards_beside(topic.author).exists()),  # type: ignore[attr-defined]
        "help": _help(request, topic) if is_author and _may_need_lines(request) else None,
    }


def _may_need_lines(request: SupportRequest) -> bool:
    return bool(request.urgent_at or request.held_at or request.was_found)  # type: ignore[attr-defined]


def _help(request: SupportRequest, topic: Topic) -> Help:
    """The lines of the country the author chose, else of the community. One query."""
    chosen = request.circumstances.country if hasattr(request, "circumstances") else ""
    return help_for(chosen or topic.community.country)


def _request(topic: Topic) -> SupportRequest | None:
    """The topic's request with who is on it, what its author said, and who looked at the name. One query."""
    now = clock.now()
    taken_on = Acknowledgement.objects.filter(request=OuterRef("pk"), claimed_until__gt=now).order_by("at", "pk")
    found = PhraseMatch.objects.filter(post__topic=OuterRef("topic"), post__author=topic.author_id)
    held = Hold.objects.filter(post__topic=OuterRef("topic"), post__number=1, released=False)
    checks = AfterCheck.objects.filter(
        request=OuterRef("pk"), asked_at__gt=now - CHECK_STANDS, answered_at__isnull=True
    ).order_by("-day")
    said = Confirmation.objects.filter(
        subject_type=type_of(SupportRequest), subject_id=OuterRef("pk"), membership=topic.author_id
    )
    looks = NameLook.objects.filter(topic=OuterRef("topic")).order_by("-at")
    told = Escalation.objects.filter(request=OuterRef("pk"))
    return (
        SupportRequest.objects.filter(topic=topic)
        .select_related("circumstances")
        .annotate(
            taken_on_by=Subquery(taken_on.values("membership__display_name")[:1]),
            said=Subquery(said.values("helped")[:1]),
            looks=Subquery(looks.order_by().values("topic").annotate(n=Count("pk")).values("n")),
            looked_at=Subquery(looks.values("at")[:1]),
            look_reason=Subquery(looks.values("reason")[:1]),
            looked_by=Subquery(looks.values("steward__display_name")[:1]),
            was_found=Exists(found),
            held_at=Subquery(held.values("at")[:1]),
            held_reason=Subquery(held.values("reason")[:1]),
            check_day=Subquery(checks.values("day")[:1]),
            duty_was_told=Exists(told.filter(level=Escalation.Level.ON_DUTY)),
            told_widely=Subquery(told.filter(level=Escalation.Level.SUPPORTERS).values("told")[:1]),
        )
        .first()
    )
