"""Coming in, asking to, being answered, and going."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.people.actions import say_under_18
from commonweal.people.models import Person
from commonweal.trail.actions import record

from .. import verbs
from ..access import require_steward
from ..models import Access, Community, JoinAnswer, Membership, Role, State, Welcome
from .counting import count_members
from .naming import checked_name
from .vetting import end_vettings
from .welcoming import hand_over_greetings, name_welcomer

#: After a no, how long until one may ask again.
ASK_AGAIN = timedelta(days=7)


@transaction.atomic
def join(
    *, person: Person, community: Community, display_name: str = "", brought: str = "", under_18: bool = False
) -> Membership:
    """Join an open community, or come back to one. A returning member may keep their name.

    `under_18` says so of oneself; leaving it out takes nothing back.

    Raises Refused when the community is not open, when a steward removed the person, and for a name already taken.
    """
    if community.access != Access.OPEN:
        raise Refused(_("This community is not open to everyone. You can ask to join or use an invitation."))
    limits.spend("join", person.pk, limit=20, window=timedelta(days=1))
    if under_18:
        say_under_18(person=person, under_18=True)
    return let_in(person=person, community=community, display_name=display_name, brought=brought)


def let_in(*, person: Person, community: Community, display_name: str, brought: str) -> Membership:
    """Make somebody an active member, count them, and name their welcomer. Doing it twice is doing it once.

    For actions that have checked that the person may come in. Raises Refused for the removed and for a taken name.
    """
    member = Membership.objects.filter(person=person, community=community).first()
    if member is not None and member.is_active:
        return member
    _refuse_the_removed(member)
    fields = {
        "state": State.ACTIVE,
        "joined_at": clock.now(),
        "left_at": None,
        "brought": _short(brought) or (member.brought if member else ""),
        "display_name": checked_name(
            display_name or (member.display_name if member else ""), community=community, member=member
        ),
    }
    member = _write(person, community, member, fields)
    member.community, member.person = community, person
    record(verbs.JOINED, subject=member, actor=member.pk, community=community.pk)
    name_welcomer(member)
    count_members(community.pk, +1)
    return member


@transaction.atomic
def ask_to_join(
    *, person: Person, community: Community, display_name: str, brought: str = "", under_18: bool = False
) -> Membership:
    """Ask the stewards of a community by request. They are told at once, and again after two days.

    Raises Refused when nobody need ask there, when already asked or in, and within a week of a no.
    """
    if community.access != Access.REQUEST:
        raise Refused(_("This community does not take requests to join."))
    member = Membership.objects.filter(person=person, community=community).first()
    if member is not None and member.is_active:
        raise Refused(_("You are a member already."))
    if member is not None and member.state == State.ASKED:
        return member
    _refuse_the_removed(member)
    if member is not None and _said_no_lately(member):
        raise Refused(_("The stewards answered you a few days ago. You can ask again a week after their answer."))
    limits.spend("ask_to_join", person.pk, limit=10, window=timedelta(days=1))
    if under_18:
        say_under_18(person=person, under_18=True)
    fields = {
        "state": State.ASKED,
        "asked_at": clock.now(),
        "reminded_at": None,
        "left_at": None,
        "brought": _short(brought) or (member.brought if member else ""),
        "display_name": checked_name(display_name, community=community, member=member),
    }
    member = _write(person, community, member, fields)
    member.community = community
    record(verbs.ASKED_TO_JOIN, subject=member, actor=member.pk, community=community.pk)
    return member


@transaction.atomic
def answer_join_request(*, membership: Membership, asker: Membership, accepted: bool, reason: str = "") -> JoinAnswer:
    """A steward says yes or no. A no carries a reason, which the asker reads.

    Raises Refused for a non-steward, for a no without a reason, and when another steward was faster.
    """
    require_steward(membership)
    reason = reason.strip()[:300]
    if not accepted and not reason:
        raise Refused(_("Say why, in a sentence. They will read it."), field="reason")
    now = clock.now()
    fields = {"state": State.ACTIVE, "joined_at": now} if accepted else {"state": State.LEFT, "left_at": now}
    waiting = Membership.objects.filter(pk=asker.pk, community=membership.community_id, state=State.ASKED)
    if accepted:
        checked_name(asker.display_name, community=membership.community, member=asker)
    if not waiting.update(**fields):
        raise Refused(_("This request has been answered already, or they took it back."))
    asker.refresh_from_db(fields=["state", "joined_at", "left_at"])
    answer = JoinAnswer.objects.create(membership=asker, answered_by=membership, accepted=accepted, reason=reason)
    record(
        verbs.ANSWERED_JOIN_REQUEST,
        subject=asker,
        actor=membership.pk,
        community=membership.community_id,
        data={"answer": answer.pk, "accepted": accepted},
    )
    if accepted:
        record(verbs.JOINED, subject=asker, actor=asker.pk, community=membership.community_id)
        name_welcomer(asker)
        count_members(membership.community_id, +1)
    return answer


@transaction.atomic
def leave(*, membership: Membership) -> Membership:
    """Leave a community, or take back a request to join. One can come back to what one said and the name one had.

    Leaving can be healthy (Yang & Kraut 2017): nobody is asked why. Raises Refused for the only founder of others.
    """
    if membership.state == State.ASKED:
        Membership.objects.filter(pk=membership.pk, state=State.ASKED).update(state=State.LEFT, left_at=clock.now())
        membership.refresh_from_db(fields=["state", "left_at"])
        return membership
    if membership.role == Role.FOUNDER and _is_only_founder(membership):
        raise Refused(_("You are the only founder. Make somebody else a founder first; then you can leave."))
    changed = Membership.objects.filter(pk=membership.pk, state=State.ACTIVE).update(
        state=State.LEFT, role=Role.MEMBER, welcomes=False, left_at=clock.now()
    )
    if changed:
        forget_place(membership)
        record(verbs.LEFT, subject=membership, actor=membership.pk, community=membership.community_id)
        count_members(membership.community_id, -1)
    membership.refresh_from_db(fields=["state", "role", "welcomes", "left_at"])
    return membership


def forget_place(membership: Membership) -> None:
    """What ends with being a member: a greeting one waited for, those one owed to others, and a vetting."""
    Welcome.objects.filter(newcomer=membership, greeted_at__isnull=True).delete()
    hand_over_greetings(membership)
    end_vettings(membership)


def _is_only_founder(membership: Membership) -> bool:
    """Whether others stay behind without a founder when this one goes."""
    others = Membership.objects.filter(community=membership.community_id, state=State.ACTIVE).exclude(pk=membership.pk)
    return others.exists() and not others.filter(role=Role.FOUNDER).exists()


def _refuse_the_removed(member: Membership | None) -> None:
    if member is not None and member.state == State.REMOVED:
        raise Refused(
            _("A steward removed you from this community. You can come back when a steward lets you in again.")
        )


def _said_no_lately(member: Membership) -> bool:
    return member.answers.filter(accepted=False, at__gt=clock.now() - ASK_AGAIN).exists()


def _write(person: Person, community: Community, member: Membership | None, fields: dict[str, object]) -> Membership:
    """Save the membership, new or returning. Raises Refused when the same person comes in twice at the same moment."""
    if member is None:
        try:
            with transaction.atomic():
                return Membership.objects.create(person=person, community=community, **fields)
        except IntegrityError as error:
            raise Refused(_("You did this a moment ago already. Load the page again.")) from error
    for name, value in fields.items():
        setattr(member, name, value)
    member.save(update_fields=[*fields, "name_key"])
    return member


def _short(brought: str) -> str:
    return " ".join(brought.split())[:500]
