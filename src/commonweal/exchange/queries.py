"""Reading the exchange: the board, and what is between two people."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from commonweal.communities.afterwards import Again
from commonweal.communities.models import Membership
from commonweal.conversations.models import Topic
from commonweal.people.queries import kept_apart
from commonweal.trail.actions import type_of
from commonweal.trail.models import Confirmation, Link

from .actions import today_in
from .models import Afterwards, Agreement, Companion, Entry, Handover


def board(
    entries: QuerySet[Entry], membership: Membership | None, *, kind: str = "", what: str = ""
) -> QuerySet[Entry]:
    """Those that are open and have not run out, one's own withheld ones too; of one kind or about one thing, if asked."""
    entries = entries.filter(closed_at__isnull=True)
    if kind in Entry.Kind.values:
        entries = entries.filter(kind=kind)
    if what in Entry.What.values:
        entries = entries.filter(what=what)
    return entries


def answers_to(entry: Entry, owner: Membership) -> list[Handover]:
    """Who answered, for the owner, oldest first, at most fifty, without anybody kept apart. Two queries."""
    apart = kept_apart(owner.person_id) if owner.person_id else set()
    found = entry.handovers.filter(taken_back_at__isnull=True, other__person__isnull=False)
    found = found.exclude(other__person__in=apart).select_related(
        "other", "agreement", "completion", "companion__membership"
    )
    return list(found.order_by("proposed_at", "pk")[:50])


def agreed_in(handovers: list[Handover]) -> Handover | None:
    """The one of these that is agreed and has not fallen through."""
    for handover in handovers:
        agreement = getattr(handover, "agreement", None)
        if agreement is not None and agreement.ended_at is None:
            return handover
    return None


def own_answer(entry: Entry, membership: Membership | None) -> Handover | None:
    """What this member answered to somebody else's entry, if it stands. One query."""
    if membership is None or entry.author_id == membership.pk:
        return None
    found = Handover.objects.select_related("other", "agreement", "completion", "companion__membership")
    return found.filter(entry=entry, other=membership, taken_back_at__isnull=True).first()


def asked_along(entry: Entry, membership: Membership | None) -> Companion | None:
    """The question to this member whether they come along, if it is at somebody's home and somebody asks. One query then."""
    if membership is None or not entry.at_home:
        return None
    asked = Companion.objects.filter(handover__entry=entry, membership=membership, handover__taken_back_at__isnull=True)
    return asked.select_related("handover__other").order_by("-pk").first()


def words_on(handover: Handover) -> dict[int, Confirmation]:
    """{membership id: what they said about it}. One query."""
    words = Confirmation.objects.filter(subject_type=type_of(handover), subject_id=handover.pk)
    return {word.membership: word for word in words}


def felt_of(handover: Handover, membership: Membership) -> Afterwards | None:
    """What this member said in private after it. One query."""
    return Afterwards.objects.filter(handover=handover, membership=membership).first()


def not_again(community_id: int, among: list[int] | None) -> Iterable[tuple[int, int]]:
    """The two of each handover after which one of them said "not again". One query."""
    no = Afterwards.objects.filter(handover__entry__community=community_id, again=Again.NO)
    if among is not None:
        no = no.filter(handover__other__in=among, handover__entry__author__in=among)
    return no.values_list("handover__other", "handover__entry__author")


def source_topic(entry: Entry, topics: QuerySet[Topic]) -> Topic | None:
    """The conversation it grew out of, if it is among `topics`, those the reader may read. Two queries at most."""
    links = Link.objects.filter(target_type=type_of(entry), target_id=entry.pk, source_type=type_of(Topic))
    sources = list(links.values_list("source_id", flat=True)[:1])
    return topics.filter(pk__in=sources).first() if sources else None


def waiting_for(memberships: list[int]) -> QuerySet[Handover]:
    """Answers to these members' entries that wait for a yes, oldest first."""
    return (
        Handover.objects.filter(
            entry__author__in=memberships,
            entry__closed_at__isnull=True,
            entry__withheld_at__isnull=True,
            taken_back_at__isnull=True,
            other__person__isnull=False,
            agreement__isnull=True,
        )
        .exclude(entry__in=Agreement.objects.filter(ended_at__isnull=True).values("entry"))
        .select_related("entry__community", "other")
        .order_by("proposed_at", "pk")
    )


def promised_by(memberships: list[int]) -> QuerySet[Handover]:
    """Agreed handovers in which these members are one of the two, that are not completed, oldest first."""
    return (
        Handover.objects.filter(Q(other__in=memberships) | Q(entry__author__in=memberships))
        .filter(agreement__isnull=False, agreement__ended_at__isnull=True, completion__isnull=True)
        .select_related("entry__community", "entry__author", "other", "agreement")
        .order_by("agreement__at", "pk")
    )


def open_today(entry: Entry) -> bool:
    """Whether somebody can still answer it."""
    return entry.is_open and not entry.is_over(today_in(entry.community))
