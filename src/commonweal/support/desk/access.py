"""Who may get at a case: stewards who are no part of it. Its words are for those on the case only."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from commonweal.communities.access import STEWARDS
from commonweal.communities.models import Membership, State
from commonweal.conversations.access import apart_from
from commonweal.kit.access import audited
from commonweal.people.models import Person
from commonweal.people.queries import kept_apart

from ..models.desk import Concern, PrivateReply
from ..models.services import LocalService


def may_look_after(steward: Membership, concern: Concern) -> bool:
    """A steward of the place who is not the person it is about, nor kept apart from them by a block."""
    if not (steward.is_active and steward.is_steward) or steward.community_id != concern.community_id:
        return False
    return steward.pk != concern.about_id and concern.about.person_id not in apart_from(steward)


def stewards_beside(member: Membership) -> QuerySet[Membership]:
    """The stewards who may look after `member`: not they themself, nobody kept apart from them. One query for the blocks."""
    stewards = Membership.objects.filter(
        community=member.community_id, role__in=STEWARDS, state=State.ACTIVE, person__isnull=False
    ).exclude(pk=member.pk)
    return stewards.exclude(person__in=kept_apart(member.person_id)) if member.person_id else stewards


@audited
def get_concern_for(steward: Membership, concern_id: int) -> Concern:
    """A case for a steward who may look after it. Raises Http404 otherwise. Two queries, also when there is none."""
    found = Concern.objects.select_related("about", "topic", "post")
    found = found.exclude(about=steward.pk).exclude(about__person__in=apart_from(steward))
    concern = found.filter(pk=concern_id, community=steward.community_id).first()
    if concern is None or not may_look_after(steward, concern):
        raise Http404
    concern.community = concern.topic.community = steward.community
    concern.post.topic = concern.topic
    return concern


def is_on_case(steward: Membership, concern: Concern) -> bool:
    """Whether this steward joined the case, and so may read what was written. One query."""
    return concern.on_case.filter(steward=steward).exists()


@audited
def get_letter_for(person: Person, letter_id: int) -> PrivateReply:
    """What a steward wrote to this person. Raises Http404 for everybody else. One query."""
    letters = PrivateReply.objects.select_related("by", "concern__community")
    letter = letters.filter(pk=letter_id, concern__about__person=person).first()
    if letter is None:
        raise Http404
    return letter


@audited
def get_service_for(steward: Membership, service_id: int) -> LocalService:
    """An entry of the steward's own community that is not retired. Raises Http404 otherwise. One query."""
    found = LocalService.objects.filter(pk=service_id, community=steward.community_id, retired_at__isnull=True).first()
    if found is None or not steward.is_steward:
        raise Http404
    return found
