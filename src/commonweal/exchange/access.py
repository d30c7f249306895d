"""Who may see which ask or offer, and what passes between two people about it. Hidden and absent look the same: 404."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from commonweal.communities.models import Community, Membership
from commonweal.kit.access import audited
from commonweal.people.queries import are_apart, kept_apart

from .models import Companion, Entry, Handover


def visible_entries(community: Community, membership: Membership | None) -> QuerySet[Entry]:
    """The asks and offers of a community that this member (None: a guest) may see in a list.

    Those of people kept apart by a block are left out. At most one extra query, for the blocks.
    """
    entries = Entry.objects.filter(community=community).select_related("author")
    if membership is None:
        return entries.filter(withheld_at__isnull=True)
    if not membership.is_steward:
        entries = entries.filter(Q(withheld_at__isnull=True) | Q(author=membership))
    apart = kept_apart(membership.person_id) if membership.person_id else set()
    return entries.exclude(author__person__in=apart) if apart else entries


@audited
def get_entry_for(membership: Membership | None, community: Community, entry_id: int) -> Entry:
    """An ask or offer of a community that was entered. Raises Http404 when absent or not for this reader. Two queries."""
    entry = Entry.objects.select_related("author", "closure").filter(pk=entry_id, community=community).first()
    if entry is None:
        raise Http404
    entry.community = community
    own = membership is not None and entry.author_id == membership.pk
    if own or (membership is not None and membership.is_steward):
        return entry
    if entry.withheld_at is not None:
        raise Http404
    author = entry.author.person_id
    if membership is not None and membership.person_id and author and are_apart(membership.person_id, author):
        raise Http404
    return entry


@audited
def get_own_entry_for(membership: Membership, community: Community, entry_id: int) -> Entry:
    """An ask or offer of this member's own. Raises Http404 otherwise."""
    entry = get_entry_for(membership, community, entry_id)
    if entry.author_id != membership.pk:
        raise Http404
    return entry


@audited
def get_asked_along(membership: Membership, community: Community, handover_id: int) -> Companion:
    """The question to this member whether they come along on a home visit. Raises Http404 for everybody else. Two queries."""
    found = (
        Companion.objects.select_related("handover__entry__author", "handover__other")
        .filter(handover__pk=handover_id, membership=membership, handover__entry__community=community)
        .filter(handover__taken_back_at__isnull=True)
        .first()
    )
    if found is None:
        raise Http404
    get_entry_for(membership, community, found.handover.entry_id)
    return found


@audited
def get_handover_for(membership: Membership, community: Community, handover_id: int) -> Handover:
    """A handover that this member is one of the two of. Nobody else gets in, stewards neither.

    Raises Http404 for everybody else, and when either blocked the other. Two queries.
    """
    handover = (
        Handover.objects.select_related("entry__author", "other", "agreement", "completion")
        .filter(Q(other=membership) | Q(entry__author=membership), pk=handover_id, entry__community=community)
        .first()
    )
    if handover is None:
        raise Http404
    one, other = handover.other.person_id, handover.entry.author.person_id
    if one and other and are_apart(one, other):
        raise Http404
    handover.entry.community = community
    return handover


def locked_entry(entry: Entry) -> Entry:
    """The entry, fresh and with its row locked until the transaction ends."""
    found = Entry.objects.select_for_update(of=("self",)).select_related("community", "author")
    return found.get(pk=entry.pk)
