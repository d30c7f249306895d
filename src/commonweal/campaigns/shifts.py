"""Tasks and shifts: offering places, taking one, giving it back, and two words that it was done."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.trail.actions import confirm, record

from . import verbs
from .models import Action, Campaign, Taking
from .parts import locked, require_organiser, require_running, take_part


@transaction.atomic
def offer_work(
    *,
    membership: Membership,
    campaign: Campaign,
    title: str,
    places: int,
    details: str = "",
    place: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    submission: uuid.UUID | None = None,
) -> Action:
    """Offer a task, or with a time a shift, with places to fill. Organisers only; at most a hundred in one campaign."""
    if submission and (sent := Action.objects.filter(made_by=membership, submission=submission).first()):
        return sent
    campaign = locked(campaign)
    require_organiser(campaign, membership)
    if campaign.closed_at is not None:
        raise Refused(_("This campaign is closed."))
    if not title.strip():
        raise Refused(_("Say what is to be done."), field="title")
    if not 1 <= places <= 500:
        raise Refused(_("Choose between 1 and 500 places."), field="places")
    if ends_at is not None and (starts_at is None or ends_at <= starts_at):
        raise Refused(_("The end comes after the beginning."), field="ends_at")
    if starts_at is not None and starts_at < clock.now() - timedelta(days=1):
        raise Refused(_("Choose a time that is still to come."), field="starts_at")
    if campaign.actions.count() >= 100:
        raise Refused(_("A hundred tasks are plenty for one campaign."))
    action = Action.objects.create(
        campaign=campaign,
        title=title.strip(),
        details=details.strip(),
        place=place.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        places=places,
        made_by=membership,
        made_at=clock.now(),
        submission=submission,
    )
    record(verbs.OFFERED_WORK, subject=action, actor=membership.pk, community=campaign.community_id)
    return action


@transaction.atomic
def take(*, membership: Membership, action: Action) -> Taking:
    """Take a place; the action's row lock keeps two people from taking the last one. Taking twice is taking once."""
    found = Action.objects.select_for_update().select_related("campaign").get(pk=action.pk)
    require_running(found.campaign, membership)
    if mine := _mine(found, membership):
        return mine
    if found.is_over(clock.now()):
        raise Refused(_("This shift is over. There may be another one on this page."))
    if found.free < 1:
        raise Refused(_("Somebody took the last place a moment ago. There may be another one on this page."))
    limits.spend("take_place", membership.pk, limit=30, window=timedelta(days=1))
    taking = Taking.objects.create(action=found, membership=membership, taken_at=clock.now())
    found.taken_count += 1
    found.save(update_fields=["taken_count"])
    take_part(found.campaign, membership)
    record(verbs.TOOK_PLACE, subject=taking, actor=membership.pk, community=found.campaign.community_id)
    return taking


def _mine(action: Action, membership: Membership) -> Taking | None:
    return Taking.objects.filter(action=action, membership=membership, given_back_at__isnull=True).first()


@transaction.atomic
def give_back(*, membership: Membership, action: Action) -> None:
    """Give a place back so that somebody else can have it. Raises Refused once it was said to be done."""
    require_active(membership)
    found = Action.objects.select_for_update().select_related("campaign").get(pk=action.pk)
    mine = _mine(found, membership)
    if mine is None:
        return
    if mine.done_at is not None:
        raise Refused(_("You said it is done, so the place stays yours."))
    mine.given_back_at = clock.now()
    mine.save(update_fields=["given_back_at"])
    found.taken_count -= 1
    found.save(update_fields=["taken_count"])
    record(verbs.GAVE_BACK, subject=mine, actor=membership.pk, community=found.campaign.community_id)


@transaction.atomic
def say_done(*, membership: Membership, action: Action) -> Taking:
    """ "I did it." It counts once an organiser has said so too. Saying it twice is saying it once."""
    require_active(membership)
    found = Action.objects.select_for_update().select_related("campaign").get(pk=action.pk)
    mine = _mine(found, membership)
    if mine is None:
        raise Refused(_("You have no place in this one."))
    if found.starts_at is not None and found.starts_at > clock.now():
        raise Refused(_("This shift has not begun yet."))
    if mine.done_at is None:
        mine.done_at = clock.now()
        mine.save(update_fields=["done_at"])
        community = found.campaign.community_id
        confirm(subject=mine, membership=membership.pk, community=community, happened=True)
        record(verbs.SAID_DONE, subject=mine, actor=membership.pk, community=community)
        _count(mine, found)
    return mine


@transaction.atomic
def answer_done(*, membership: Membership, taking: Taking, happened: bool) -> Taking:
    """An organiser says whether it was done; nobody confirms themself. A yes after the member's yes is counted, once."""
    found = Action.objects.select_for_update().select_related("campaign").get(pk=taking.action_id)
    require_organiser(found.campaign, membership)
    taking = Taking.objects.select_for_update().get(pk=taking.pk)
    if taking.membership_id == membership.pk:
        raise Refused(_("Somebody else has to confirm your own work. Ask another organiser."))
    if taking.given_back_at is not None:
        raise Refused(_("This place was given back."))
    if taking.counted_at is None:
        taking.happened, taking.answered_at, taking.answered_by = happened, clock.now(), membership
        taking.save(update_fields=["happened", "answered_at", "answered_by"])
        community = found.campaign.community_id
        confirm(subject=taking, membership=membership.pk, community=community, happened=happened)
        record(verbs.ANSWERED_DONE, subject=taking, actor=membership.pk, community=community)
        _count(taking, found)
    return taking


def _count(taking: Taking, action: Action) -> None:
    """Record the offline effect when both sides said yes and it was not counted before."""
    if not (taking.done_at and taking.happened) or taking.counted_at is not None:
        return
    taking.counted_at = clock.now()
    taking.save(update_fields=["counted_at"])
    record(
        verbs.WORK_DONE,
        subject=action.campaign,
        actor=taking.membership_id,
        community=action.campaign.community_id,
        data={"action": action.pk},
    )
