"""Who may get at a proposal, a map or a statement, given that the community was entered. Hidden and absent give 404."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from commonweal.communities.models import Community, Membership
from commonweal.kit.access import audited
from commonweal.people.queries import are_apart, kept_apart

from .models import OpinionMap, Proposal, Statement


def readable_proposals(community: Community, membership: Membership | None) -> QuerySet[Proposal]:
    """The proposals a reader may see in a list. A vote concerns everyone, so a block hides no proposal. No query."""
    return Proposal.objects.filter(_visible(membership), community=community).select_related("author")


def readable_maps(community: Community, membership: Membership | None) -> QuerySet[OpinionMap]:
    """The opinion maps a reader may see in a list. No query."""
    return OpinionMap.objects.filter(_visible(membership), community=community)


def _visible(membership: Membership | None) -> Q:
    if membership is not None and membership.is_steward:
        return Q()
    if membership is not None:
        return Q(withheld_at__isnull=True) | Q(author=membership)
    return Q(withheld_at__isnull=True)


def readable_statements(opinion_map: OpinionMap, membership: Membership | None) -> QuerySet[Statement]:
    """The statements of a map that this reader may see: none withheld, none by people kept apart. One query at most."""
    statements = Statement.objects.filter(opinion_map=opinion_map, withheld_at=None)
    if membership is not None and membership.person_id:
        apart = kept_apart(membership.person_id)
        if apart:
            statements = statements.exclude(author__person__in=apart)
    return statements


@audited
def get_proposal_for(membership: Membership | None, community: Community, proposal_id: int) -> Proposal:
    """A proposal of a community that was entered. Raises Http404 when absent or withheld from this reader. One query."""
    proposal = readable_proposals(community, membership).filter(pk=proposal_id).first()
    if proposal is None:
        raise Http404
    proposal.community = community
    return proposal


@audited
def get_map_for(membership: Membership | None, community: Community, map_id: int) -> OpinionMap:
    """An opinion map of a community that was entered. Raises Http404 when absent or withheld. One query."""
    opinion_map = readable_maps(community, membership).filter(pk=map_id).first()
    if opinion_map is None:
        raise Http404
    opinion_map.community = community
    return opinion_map


@audited
def get_statement_for(membership: Membership | None, opinion_map: OpinionMap, statement_id: int) -> Statement:
    """A statement of a map that was fetched. Raises Http404 when absent, withheld, or by somebody kept apart."""
    statement = Statement.objects.select_related("author").filter(pk=statement_id, opinion_map=opinion_map).first()
    if statement is None or (statement.withheld_at is not None and not (membership and membership.is_steward)):
        raise Http404
    author = statement.author.person_id
    if membership and membership.person_id and author and are_apart(membership.person_id, author):
        raise Http404
    statement.opinion_map = opinion_map
    return statement
