from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Post, Topic
from commonweal.kit import clock
from commonweal.people.queries import kept_apart
from commonweal.trail.actions import type_of
from commonweal.trail.models import Confirmation, FollowUp

from .models import Afterwards, Introduction, IntroductionAnswer, Kind, MeetingPlace, Pause, Round
from .reading import willing
from .reasons import change_in_words, in_words

MOST_PARTICIPANTS = 12


@dataclass(frozen=True)
class Seen:
    """An introduction as one of the two sees it. `other` is None until it opened.

    state: "asked" (say yes or not), "waiting" (you said yes), "declined" (you said not this time), "over", "opened".
    A no by the other side shows nowhere: until the time is up it is "asked" or "waiting" like any other.
    """

    introduction: Introduction
    state: str
    reasons: list[str]
    other: Membership | None
    asker_is_other: bool
    asker_is_me: bool
    proposer: Membership | None
    change: str = ""
    i_help: bool = False
    they_help: bool = False
    asks_whether_met: bool = False


def seen_by(membership: Membership, introduction: Introduction, *, asks: bool = False) -> Seen:
    """How `membership` sees it. Needs `answers`, `first`, `second` and `proposed_by` loaded; no query then."""
    other = introduction.other_of(membership.pk)
    mine = next((a.yes for a in introduction.answers.all() if a.membership_id == membership.pk), None)
    proposer = introduction.proposed_by
    third = proposer is not None and proposer.pk not in (introduction.first_id, introduction.second_id)
    return Seen(
        introduction=introduction,
        state=_state(introduction, mine),
        reasons=in_words(introduction.reasons, membership.pk)[:3],
        change=change_in_words(introduction.reasons, membership.pk),
        i_help=introduction.helper_id == membership.pk,
        they_help=introduction.helper_id == other.pk,
        other=other if introduction.opened_at else None,
        asker_is_other=introduction.asker_id == other.pk,
        asker_is_me=introduction.asker_id == membership.pk,
        proposer=proposer if third else None,
        asks_whether_met=asks,
    )


def _state(introduction: Introduction, mine: bool | None) -> str:
    if introduction.opened_at:
        return "opened"
    if mine is False:
        return "declined"
    if introduction.is_over(clock.now()):
        return "over"
    return "waiting" if mine else "asked"


def introductions_of(memberships: list[Membership]) -> QuerySet[Introduction]:
    """Introductions of these members with everything `seen_by` needs. People kept apart since then are left out."""
    ids = [m.pk for m in memberships]
    apart = kept_apart(memberships[0].person_id) if memberships and memberships[0].person_id else set()
    found = Introduction.objects.filter(Q(first__in=ids) | Q(second__in=ids))
    if apart:
        found = found.exclude(first__person__in=apart).exclude(second__person__in=apart)
    return found.select_related("first", "second", "proposed_by", "topic", "community").prefetch_related(
        Prefetch("answers", queryset=IntroductionAnswer.objects.filter(membership__in=ids))
    )


def due_questions(memberships: list[Membership]) -> set[int]:
    """Ids of the introductions about which one of these members is to be asked now. One query."""
    due = FollowUp.objects.filter(
        subject_type=type_of(Introduction),
        membership__in=[m.pk for m in memberships],
        closed_at__isnull=True,
        due_at__lte=clock.now(),
    )
    return set(due.values_list("subject_id", flat=True)[:50])


def said_of(introduction: Introduction, membership: Membership) -> Confirmation | None:
    """What this member said of whether they met. One query."""
    return Confirmation.objects.filter(
        subject_type=type_of(Introduction), subject_id=introduction.pk, membership=membership.pk
    ).first()


def can_be_introduced(topic: Topic, viewer: Membership) -> list[Membership]:
    """People in a conversation whom `viewer` may introduce: willing, not themselves, not kept apart. Two queries.

    The author of a fresh support request is left out (see `reading.willing`).
    """
    writers = Post.objects.filter(topic=topic, deleted_at__isnull=True, withheld_at__isnull=True).values("author")
    found = willing(topic.community).filter(Q(pk__in=writers) | Q(pk=topic.author_id)).exclude(pk=viewer.pk)
    apart = kept_apart(viewer.person_id) if viewer.person_id else set()
    return list(found.exclude(person__in=apart).order_by("display_name", "pk")[:MOST_PARTICIPANTS])


def pauses_for(steward: Membership) -> QuerySet[Pause]:
    """What stewards have to look at: never one about themselves, or that they asked for. Newest first."""
    found = (
        Pause.objects.filter(community=steward.community_id).exclude(membership=steward.pk).exclude(told_by=steward.pk)
    )
    return found.select_related("membership", "told_by", "looked_by").order_by("-at", "-pk")


def places_of(community_id: int) -> list[MeetingPlace]:
    """The community's public places for a first meeting, by name. One query."""
    found = MeetingPlace.objects.filter(community=community_id, withdrawn_at__isnull=True)
    return list(found.order_by("name", "pk")[:30])


def felt_of(introduction: Introduction, membership: Membership) -> Afterwards | None:
    """What this member said in private after meeting. One query."""
    return Afterwards.objects.filter(introduction=introduction, membership=membership).first()


def last_rounds(community: Community) -> list[tuple[str, Round | None, list[Round]]]:
    """For each kind of introduction its name, its last round and the last seven that somebody took part in. Two queries."""
    found = []
    for kind in Kind:
        rows = list(Round.objects.filter(community=community, kind=kind, planned_at__isnull=False).order_by("-id")[:30])
        found.append((str(kind.label), rows[0] if rows else None, [row for row in rows if row.result.get("n")][:7]))
    return found
