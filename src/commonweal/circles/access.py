"""Who may get at an introduction or a circle. Hidden and absent look the same: 404."""

from __future__ import annotations

from django.http import Http404

from commonweal.communities.models import Membership
from commonweal.kit.access import audited
from commonweal.people.queries import kept_apart

from .circling import circles_seen_by
from .models import Circle, CircleInvitation, Introduction, MeetingPlace, Pause, Session
from .queries import introductions_of, pauses_for


@audited
def get_introduction_for(membership: Membership, introduction_id: int) -> Introduction:
    """An introduction that this member is one side of. Stewards do not get in. Raises Http404. Three queries."""
    found = introductions_of([membership]).filter(pk=introduction_id, community=membership.community_id).first()
    if found is None:
        raise Http404
    return found


@audited
def get_circle_for(membership: Membership, circle_id: int) -> Circle:
    """An open circle of the member's community. Raises Http404. Three queries at most.

    Without a seat in it, one is not there for somebody kept apart from whoever started it or sits in it.
    """
    circle = circles_seen_by(membership).filter(pk=circle_id).first()
    if circle is None:
        raise Http404
    circle.community = membership.community
    return circle


@audited
def get_circle_to_look_after(membership: Membership, circle_id: int) -> Circle:
    """Such a circle that this member looks after. Raises Http404."""
    circle = get_circle_for(membership, circle_id)
    if circle.facilitator_id != membership.pk:
        raise Http404
    return circle


@audited
def get_session_for(membership: Membership, circle_id: int, number: int) -> Session:
    """One session of such a circle. Raises Http404."""
    circle = get_circle_for(membership, circle_id)
    session = circle.sessions.filter(number=number).first()
    if session is None:
        raise Http404
    session.circle = circle
    return session


@audited
def get_invitation_for(membership: Membership, invitation_id: int) -> CircleInvitation:
    """An invitation into a circle that was sent to this member. Raises Http404, also when who asks is kept apart."""
    asked = CircleInvitation.objects.select_related("circle__community", "circle__started_by", "moves_from")
    asked = asked.exclude(
        circle__started_by__person__in=kept_apart(membership.person_id) if membership.person_id else ()
    )
    found = asked.filter(pk=invitation_id, membership=membership).first()
    if found is None:
        raise Http404
    found.membership = membership
    return found


@audited
def get_pause_for(steward: Membership, pause_id: int) -> Pause:
    """A pause for a steward whom it is not about and who did not ask for it. Raises Http404."""
    found = pauses_for(steward).filter(pk=pause_id).first() if steward.is_steward else None
    if found is None:
        raise Http404
    return found


@audited
def get_place_for(steward: Membership, place_id: int) -> MeetingPlace:
    """A place on the community's list. Raises Http404."""
    found = MeetingPlace.objects.filter(pk=place_id, community=steward.community_id, withdrawn_at__isnull=True).first()
    if found is None or not steward.is_steward:
        raise Http404
    return found
