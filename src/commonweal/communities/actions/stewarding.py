"""What stewards and founders decide: settings, rules, doors, roles, and who has to go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.kit import clock, limits, markdown
from commonweal.kit.errors import Refused
from commonweal.people.models import Person
from commonweal.trail.actions import record

from .. import verbs
from ..access import require_steward
from ..models import Access, Community, Door, Membership, Removal, Role, RoleChange, State
from .counting import count_members
from .joining import forget_place, let_in

LONGEST_TEXT = 10_000


@transaction.atomic
def edit_community(
    *,
    membership: Membership,
    name: str,
    purpose: str,
    access: str,
    matters_most: str = "",
    place_name: str = "",
    cell: str = "",
    country: str = "",
    language: str = "en",
    time_zone: str = "UTC",
) -> Community:
    """Change what the community is called, what it is for, and who may see and join it.

    What was said among members stays among members: a community with others in it cannot be made readable by all.
    Raises Refused for that, for a non-steward, and for a missing name or purpose.
    """
    require_steward(membership)
    community = Community.objects.select_for_update().get(pk=membership.community_id)
    name, purpose = " ".join(name.split()), purpose.strip()
    if not name:
        raise Refused(_("Give the community a name."), field="name")
    if not purpose:
        raise Refused(_("Say in a sentence what it is for."), field="purpose")
    if access not in Access.values:
        raise Refused(_("Choose who may see and join it."), field="access")
    if access == Access.OPEN and community.access != Access.OPEN and _has_others(membership):
        raise Refused(
            _("People wrote here for members only, so it cannot become open. Found an open community beside it."),
            field="access",
        )
    if time_zone not in available_timezones():
        raise Refused(_("Choose a time zone from the list."), field="time_zone")
    community.name, community.purpose, community.access = name[:80], purpose[:300], access
    community.matters_most, community.place_name = matters_most.strip()[:300], place_name.strip()[:120]
    community.cell, community.country = cell, country.upper()[:2]
    community.language, community.time_zone = language, time_zone
    community.save()
    return _edited(membership, community, verbs.EDITED)


def _has_others(membership: Membership) -> bool:
    """Whether anybody besides this steward ever wrote here for members only."""
    return Membership.objects.filter(community=membership.community_id).exclude(pk=membership.pk).exists()


@transaction.atomic
def edit_rules(*, membership: Membership, rules: str, welcome: str) -> Community:
    """Change the rules and the welcome. Raises Refused for a non-steward and for over-long texts."""
    require_steward(membership)
    for field, text in (("rules", rules), ("welcome", welcome)):
        if len(text) > LONGEST_TEXT:
            raise Refused(_("This is too long; people read a page at most."), field=field)
    community = Community.objects.select_for_update().get(pk=membership.community_id)
    community.rules, community.rules_html = rules.strip(), markdown.render(rules.strip())
    community.welcome, community.welcome_html = welcome.strip(), markdown.render(welcome.strip())
    community.save(update_fields=["rules", "rules_html", "welcome", "welcome_html"])
    return _edited(membership, community, verbs.EDITED)


@transaction.atomic
def open_doors(*, membership: Membership, doors: Iterable[str]) -> Community:
    """Open these doors and close the others. A closed door leaves no trace; what is behind it is kept.

    Raises Refused for a non-steward, and when Talk would be closed: without it nobody can be answered.
    """
    require_steward(membership)
    wanted = set(doors)
    if Door.TALK not in wanted:
        raise Refused(_("Talk has to stay open: it is where people answer each other."), field="doors")
    community = Community.objects.select_for_update().get(pk=membership.community_id)
    community.closed_doors = [door for door in Door.values if door not in wanted]
    community.save(update_fields=["closed_doors"])
    return _edited(membership, community, verbs.DOORS_CHANGED)


def _edited(membership: Membership, community: Community, verb: object) -> Community:
    record(verb, subject=community, actor=membership.pk, community=community.pk)  # type: ignore[arg-type]
    membership.community = community
    return community


@transaction.atomic
def change_role(*, membership: Membership, member: Membership, role: str) -> RoleChange:
    """Give a member another role. Stewards name supporters; only founders name stewards and founders, or take that back.

    Raises Refused for anybody else, for one's own role unless another founder stays, and for people who are not members.
    """
    require_steward(membership)
    if role not in Role.values:
        raise Refused(_("Choose one of the roles."), field="role")
    if member.community_id != membership.community_id or not member.is_active:
        raise Refused(_("They are not a member of this community."))
    high = (Role.STEWARD, Role.FOUNDER)
    if membership.role != Role.FOUNDER and (role in high or member.role in high):
        raise Refused(_("Only founders choose stewards and founders. Ask one of them."), field="role")
    founders = Membership.objects.select_for_update().filter(
        community=membership.community_id, role=Role.FOUNDER, state=State.ACTIVE
    )
    if member.role == Role.FOUNDER and role != Role.FOUNDER and len(founders) == 1:
        raise Refused(_("A community needs a founder. Make somebody else one first."), field="role")
    if member.role == role:
        raise Refused(_("They have that role already."), field="role")
    limits.spend("change_role", membership.pk, limit=100, window=timedelta(days=1))
    Membership.objects.filter(pk=member.pk).update(role=role)
    member.role = role
    change = RoleChange.objects.create(membership=member, changed_by=membership, role=role)
    record(
        verbs.ROLE_CHANGED, subject=member, actor=membership.pk, community=membership.community_id, data={"role": role}
    )
    return change


@transaction.atomic
def appoint_founder(*, person: Person, community: Community, display_name: str = "") -> Membership:
    """Whoever runs this instance makes somebody a founder, because the last one is gone. Twice is once.

    `display_name` is for somebody who never was a member. Raises Refused for the removed, and for a name that is taken.
    """
    known = Membership.objects.filter(person=person, community=community).exists()
    member = let_in(person=person, community=community, display_name="" if known else display_name, brought="")
    if member.role != Role.FOUNDER:
        Membership.objects.filter(pk=member.pk).update(role=Role.FOUNDER)
        member.role = Role.FOUNDER
        RoleChange.objects.create(membership=member, changed_by=member, role=Role.FOUNDER)
        record(verbs.ROLE_CHANGED, subject=member, actor=None, community=community.pk, data={"role": Role.FOUNDER})
    return member


@transaction.atomic
def remove_member(*, membership: Membership, member: Membership, reason: str) -> Removal:
    """Remove a member. They read the reason, and cannot come back until a steward lets them in.

    Only founders remove stewards; nobody removes a founder or themselves. Raises Refused for these and without a reason.
    """
    require_steward(membership)
    reason = reason.strip()[:300]
    if not reason:
        raise Refused(_("Say why, in a sentence. They will read it."), field="reason")
    if member.community_id != membership.community_id or not member.is_active:
        raise Refused(_("They are not a member of this community."))
    if member.pk == membership.pk:
        raise Refused(_("You cannot remove yourself. You can leave."))
    if member.role == Role.FOUNDER or (member.role == Role.STEWARD and membership.role != Role.FOUNDER):
        raise Refused(_("Only a founder can remove a steward, and a founder has to step back first."))
    changed = Membership.objects.filter(pk=member.pk, state=State.ACTIVE).update(
        state=State.REMOVED, role=Role.MEMBER, welcomes=False, left_at=clock.now()
    )
    if not changed:
        raise Refused(_("They are not a member of this community."))
    member.refresh_from_db(fields=["state", "role", "welcomes", "left_at"])
    removal = Removal.objects.create(membership=member, removed_by=membership, reason=reason)
    forget_place(member)
    member.invitations.filter(withdrawn_at__isnull=True).update(withdrawn_at=clock.now())
    record(verbs.REMOVED, subject=member, actor=membership.pk, community=membership.community_id)
    count_members(membership.community_id, -1)
    return removal


@transaction.atomic
def readmit_member(*, membership: Membership, member: Membership) -> Membership:
    """Take a removal back: the person may join again, and is told. Raises Refused for a non-steward."""
    require_steward(membership)
    changed = Membership.objects.filter(pk=member.pk, community=membership.community_id, state=State.REMOVED).update(
        state=State.LEFT
    )
    if not changed:
        raise Refused(_("They were not removed, or somebody has let them in again already."))
    Removal.objects.filter(membership=member, lifted_at__isnull=True).update(
        lifted_at=clock.now(), lifted_by=membership
    )
    member.refresh_from_db(fields=["state"])
    record(verbs.READMITTED, subject=member, actor=membership.pk, community=membership.community_id)
    return member
