"""Invitation links: up to a number of people, up to a date, and withdrawn at any time."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.people.actions import say_under_18
from commonweal.people.models import Person
from commonweal.trail.actions import record

from .. import verbs
from ..access import require_active
from ..models import Acceptance, Access, Invitation, Membership
from .joining import let_in

#: The most people one link lets in, and the most days it works: for members, for stewards.
MOST_PEOPLE = {False: 10, True: 200}
MOST_DAYS = {False: 14, True: 90}


@transaction.atomic
def invite(*, membership: Membership, people: int = 10, days: int = 14) -> Invitation:
    """Make a link that lets in up to `people` within `days`.

    Every member may where joining is open or by invitation; where stewards decide (by request, hidden), stewards only.
    Raises Refused otherwise or for numbers out of bounds, and TooMany past ten a day.
    """
    require_active(membership)
    if not may_invite(membership):
        raise Refused(_("Here the stewards decide who comes in. Ask one of them for an invitation."))
    steward = membership.is_steward
    if not 1 <= people <= MOST_PEOPLE[steward]:
        raise Refused(_("Choose between 1 and %(most)s people.") % {"most": MOST_PEOPLE[steward]}, field="people")
    if not 1 <= days <= MOST_DAYS[steward]:
        raise Refused(_("Choose between 1 and %(most)s days.") % {"most": MOST_DAYS[steward]}, field="days")
    limits.spend("invite", membership.pk, limit=10, window=timedelta(days=1))
    invitation = Invitation.objects.create(
        community=membership.community,
        made_by=membership,
        uses_left=people,
        expires_at=clock.now() + timedelta(days=days),
    )
    record(verbs.INVITED, subject=invitation, actor=membership.pk, community=membership.community_id)
    return invitation


def may_invite(membership: Membership) -> bool:
    """Whether this member may make invitations here. No query when its community is loaded."""
    if membership.community.access in (Access.OPEN, Access.INVITATION):
        return membership.is_active
    return membership.is_steward


@transaction.atomic
def accept_invitation(
    *, person: Person, invitation: Invitation, display_name: str = "", brought: str = "", under_18: bool = False
) -> Membership:
    """Come in by an invitation. A member who opens their own link uses nothing up.

    Raises Refused when it is used up, expired or withdrawn, also when the last place goes to somebody else just now.
    """
    community = invitation.community
    member = Membership.objects.filter(person=person, community=community).first()
    if member is not None and member.is_active:
        return member
    limits.spend("accept_invitation", person.pk, limit=20, window=timedelta(days=1))
    taken = Invitation.objects.filter(
        pk=invitation.pk, uses_left__gt=0, withdrawn_at__isnull=True, expires_at__gt=clock.now()
    ).update(uses_left=F("uses_left") - 1)
    if not taken:
        raise Refused(_("This invitation does not work any more. Ask whoever sent it for a new one."))
    if under_18:
        say_under_18(person=person, under_18=True)
    member = let_in(person=person, community=community, display_name=display_name, brought=brought)
    Acceptance.objects.create(invitation=invitation, membership=member)
    return member


@transaction.atomic
def withdraw_invitation(*, membership: Membership, invitation: Invitation) -> Invitation:
    """Stop a link from working. Whoever made it may, and every steward. Raises Refused for others."""
    require_active(membership)
    own = invitation.made_by_id == membership.pk
    if invitation.community_id != membership.community_id or not (own or membership.is_steward):
        raise Refused(_("Only the member who made this invitation or a steward can withdraw it."))
    if Invitation.objects.filter(pk=invitation.pk, withdrawn_at__isnull=True).update(withdrawn_at=clock.now()):
        record(verbs.INVITATION_WITHDRAWN, subject=invitation, actor=membership.pk, community=membership.community_id)
    invitation.refresh_from_db(fields=["withdrawn_at"])
    return invitation
