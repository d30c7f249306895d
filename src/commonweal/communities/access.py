"""Who may get at a community, and as whom. Hidden and absent look the same: 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from commonweal.kit.access import audited
from commonweal.kit.errors import Refused
from commonweal.kit.prepared import Prepared

from .models import Community, Door, Invitation, Membership, Removal, Role, State

if TYPE_CHECKING:
    from commonweal.people.models import Person


class Seen(HttpRequest):
    """For types only: a request that has passed `enter`, with the community and one's membership (or None) in it."""

    community: Community
    membership: Membership | None


class SeenByMember(Seen):
    """For types only: a request that has passed `enter_as_member` (or a stricter door)."""

    membership: Membership


_community: Prepared[Community] = Prepared(lambda slug: Community.objects.filter(slug=slug)[:1])
_membership: Prepared[Membership] = Prepared(
    lambda person, community: Membership.objects.filter(person=person, community=community)[:1]
)


def person_of(request: HttpRequest) -> Person | None:
    return request.user if request.user.is_authenticated else None  # type: ignore[return-value]


def membership_of(person: Person | None, community: Community) -> Membership | None:
    """The person's membership in any state, or None. One query, none for a guest."""
    if person is None:
        return None
    return _membership.first(person=person.pk, community=community.pk)


@audited
def enter(request: HttpRequest, slug: str, *, door: str | None = None, front: bool = False) -> Community:
    """The community a request asks for, if its person may read it. Sets request.community and request.membership.

    front: the front page, which everyone may see of a listed community. door: one of the six doors; a closed door
    leaves no trace. Raises Http404 otherwise. Two queries, one for a guest.
    """
    community = _community.first(slug=slug)
    if community is None:
        raise Http404
    membership = membership_of(person_of(request), community)
    inside = membership is not None and membership.is_active
    if membership is not None and membership.state == State.REMOVED and not community.readable_by_all:
        raise Http404
    if not inside and not community.readable_by_all and not (front and community.listed):
        raise Http404
    if door is not None and door in Door.values and door in community.closed_doors:
        raise Http404
    if membership is not None:
        membership.community = community  # saves the query for what is known
        membership.person = person_of(request)
    request.community = community  # type: ignore[attr-defined]
    request.membership = membership if inside else None  # type: ignore[attr-defined]
    request.shell_here = door  # type: ignore[attr-defined]
    return community


@audited
def enter_as_member(
    request: HttpRequest, slug: str, *, door: str | None = None, roles: tuple[str, ...] = ()
) -> Membership:
    """Like `enter`, for pages and forms that only an active member (of one of `roles`, if given) may use.

    Raises NeedsSignIn for a guest of a place they may read, NeedsMembership for somebody who could join, Http404 else.
    """
    community = enter(request, slug, door=door)
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    if membership is None:
        if person_of(request) is None:
            raise NeedsSignIn
        raise NeedsMembership(community)
    if roles and membership.role not in roles:
        raise Http404
    return membership


STEWARDS = (Role.STEWARD, Role.FOUNDER)
SUPPORTERS = (Role.SUPPORTER, Role.STEWARD, Role.FOUNDER)


class NeedsSignIn(Exception):
    """A guest asked for something members do. The middleware sends them to sign in and back."""


class NeedsMembership(Exception):
    """Somebody signed in asked for something members do. The middleware sends them to the front page to join."""

    def __init__(self, community: Community) -> None:
        self.community = community


def require_active(membership: Membership) -> None:
    """For actions: raises Refused unless the membership may act in its community."""
    if not membership.is_active:
        raise Refused(_("Only members can do this. Join the community first."))


def require_steward(membership: Membership) -> None:
    """For actions: raises Refused unless the membership is a steward or founder."""
    if not membership.is_steward:
        raise Refused(_("Only stewards can do this. Ask one of them; they are named on the people page."))


def require_supporter(membership: Membership) -> None:
    """For actions: raises Refused unless the membership is a supporter, steward or founder."""
    if not membership.is_supporter:
        raise Refused(_("Only supporters can do this. Ask a steward if you would like to become one."))


@audited
def get_member_for(viewer: Membership | None, community: Community, member_id: int) -> Membership:
    """A fellow member's persona. Raises Http404 when absent, gone, or when either blocked the other. Two queries."""
    from commonweal.people.queries import are_apart

    member = Membership.objects.select_related("person").filter(pk=member_id, community=community).first()
    if member is None or viewer is None or not member.is_active:
        raise Http404
    if viewer.person_id and member.person_id and are_apart(viewer.person_id, member.person_id):
        raise Http404
    member.community = community
    return member


@audited
def get_asker_for(steward: Membership, asker_id: int) -> Membership:
    """Somebody who asked to join and waits. For stewards. Raises Http404 when absent or answered. One query."""
    asker = Membership.objects.filter(pk=asker_id, community=steward.community_id, state=State.ASKED).first()
    if asker is None or not steward.is_steward:
        raise Http404
    asker.community = steward.community
    return asker


@audited
def get_removed_for(steward: Membership, member_id: int) -> Membership:
    """Somebody who was removed. For stewards. Raises Http404 when absent. One query."""
    member = Membership.objects.filter(pk=member_id, community=steward.community_id, state=State.REMOVED).first()
    if member is None or not steward.is_steward:
        raise Http404
    member.community = steward.community
    return member


@audited
def get_invitation(token: str) -> Invitation:
    """The invitation of a link, whether it still works or not. Whoever has the link may look. Raises Http404. One query."""
    invitation = Invitation.objects.select_related("community", "made_by").filter(token=token).first()
    if invitation is None:
        raise Http404
    return invitation


@audited
def get_invitation_for(membership: Membership, invitation_id: int) -> Invitation:
    """An invitation to look after: one's own, or any for a steward. Raises Http404 otherwise. One query."""
    found = Invitation.objects.filter(pk=invitation_id, community=membership.community_id)
    if not membership.is_steward:
        found = found.filter(made_by=membership)
    invitation = found.first()
    if invitation is None:
        raise Http404
    invitation.community = membership.community
    return invitation


@audited
def get_own_removal(person: Person | None, slug: str) -> Removal:
    """The standing removal of the person who asks, so that they can read why. Raises Http404 for everybody else."""
    removal = (
        Removal.objects.select_related("membership__community")
        .filter(membership__person=person, membership__community__slug=slug, lifted_at__isnull=True)
        .first()
        if person is not None
        else None
    )
    if removal is None:
        raise Http404
    return removal
