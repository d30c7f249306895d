"""Planning duty ahead: slots, signing up, and standing in for one another."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_steward, require_supporter
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from .. import verbs
from ..models import Duty, PlannedDuty, SlotCover, SlotOffer, SlotSignUp, WeeklySlot
from ..rota import SWAPS_AHEAD, Shift, coming, shift_on, slots_of, span

MOST_SLOTS = 60


@transaction.atomic
def open_slot(*, membership: Membership, weekday: int, hour: int, hours: int, needed: int = 1) -> WeeklySlot:
    """A steward says that somebody should be on duty then, every week. Opening it again changes length and number.

    Raises Refused for anybody but a steward and for times outside the week.
    """
    require_steward(membership)
    if not (0 <= weekday <= 6 and 0 <= hour <= 23):
        raise Refused(_("Choose a day and an hour."), field="hour")
    if not 1 <= hours <= 12:
        raise Refused(_("Choose between one and twelve hours; nobody should be on duty for longer."), field="hours")
    if not 1 <= needed <= 10:
        raise Refused(_("Choose from one to ten people."), field="needed")
    open_ones = WeeklySlot.objects.filter(community=membership.community_id, retired_at__isnull=True)
    if open_ones.count() >= MOST_SLOTS:
        raise Refused(_("Sixty slots a week are enough. Close one first."))
    slot, _new = WeeklySlot.objects.update_or_create(
        community_id=membership.community_id,
        weekday=weekday,
        hour=hour,
        retired_at=None,
        defaults={"hours": hours, "needed": needed},
    )
    return slot


@transaction.atomic
def close_slot(*, membership: Membership, slot: WeeklySlot) -> None:
    """A steward takes a slot out of the week. Duties that it became stay. Twice is once."""
    require_steward(membership)
    WeeklySlot.objects.filter(pk=slot.pk, retired_at__isnull=True).update(retired_at=clock.now())


@transaction.atomic
def sign_up(*, membership: Membership, slot: WeeklySlot) -> SlotSignUp:
    """Cover a slot every week from now on. Twice is once. Raises Refused for people who give no support."""
    require_supporter(membership)
    _still_open(slot)
    return SlotSignUp.objects.get_or_create(slot=slot, membership=membership, defaults={"at": clock.now()})[0]


@transaction.atomic
def leave_slot(*, membership: Membership, slot: WeeklySlot) -> None:
    """Cover it no more. No reason is asked."""
    SlotSignUp.objects.filter(slot=slot, membership=membership).delete()
    SlotOffer.objects.filter(slot=slot, membership=membership, cover__isnull=True).delete()


@transaction.atomic
def offer_shift(*, membership: Membership, slot: WeeklySlot, on: date) -> SlotOffer:
    """Ask who comes in one's place on one day. Until somebody does, one is still expected.

    Raises Refused for a day on which one is not expected, and for one too far ahead.
    """
    require_supporter(membership)
    shift = _shift(slot, on)
    if membership.pk not in shift.holders:
        raise Refused(_("You are not expected then."))
    offer, new = SlotOffer.objects.get_or_create(slot=slot, membership=membership, on=on, defaults={"at": clock.now()})
    if new:
        record(verbs.SHIFT_OFFERED, subject=offer, actor=membership.pk, community=membership.community_id)
    return offer


@transaction.atomic
def keep_shift(*, membership: Membership, slot: WeeklySlot, on: date) -> None:
    """Come after all. Does nothing once somebody stands in."""
    SlotOffer.objects.filter(slot=slot, membership=membership, on=on, cover__isnull=True).delete()


@transaction.atomic
def take_shift(*, membership: Membership, slot: WeeklySlot, on: date) -> SlotCover:
    """Come on one day: for the first who asked to be stood in for, or because somebody is missing.

    Raises Refused when one is expected already, when one gave this day away, and when nobody is needed any more.
    """
    require_supporter(membership)
    WeeklySlot.objects.select_for_update().get(pk=slot.pk)  # two who take the last place at once: one of them gets it
    if SlotOffer.objects.filter(slot=slot, membership=membership, on=on, cover__isnull=False).exists():
        raise Refused(_("Somebody stands in for you that day already. Thank you both."))
    if earlier := SlotCover.objects.filter(slot=slot, membership=membership, on=on).first():
        return earlier
    shift = _shift(slot, on)
    if membership.pk in shift.holders:
        raise Refused(_("You are expected then already."))
    offer = min(shift.offers, key=lambda one: (one.at, one.pk), default=None)
    if offer is None and not shift.missing:
        raise Refused(_("Somebody was quicker; enough people come. Thank you."))
    cover = SlotCover.objects.create(slot=slot, membership=membership, on=on, offer=offer, at=clock.now())
    if offer is not None:
        record(verbs.SHIFT_TAKEN, subject=offer, actor=membership.pk, community=membership.community_id)
    return cover


def _still_open(slot: WeeklySlot) -> None:
    if slot.retired_at is not None:
        raise Refused(_("This slot is no longer part of the week. Look at the plan again."))


def _shift(slot: WeeklySlot, on: date) -> Shift:
    """That day of the slot, read anew. Raises Refused unless it is one and still to come."""
    _still_open(slot)
    fresh = next((one for one in slots_of([slot.community_id]) if one.pk == slot.pk), None)
    last = (clock.now() + SWAPS_AHEAD).date()
    if fresh is None or on.weekday() != slot.weekday or on > last or span(fresh, on)[1] <= clock.now():
        raise Refused(_("This slot is not on that day. Look at the plan again."))
    return shift_on(fresh, on)


def begin_planned_duties(within: timedelta = timedelta(minutes=5)) -> int:
    """Make a duty of every shift that runs or begins within `within`, for each person expected. Returns how many.

    Each is made once, however often this runs, also after its owner went off duty early.
    """
    now, made = clock.now(), 0
    today = now.date().weekday()
    near = WeeklySlot.objects.filter(retired_at__isnull=True, weekday__in=[(today + n) % 7 for n in (-2, -1, 0, 1)])
    for shift in coming(slots_of(near.values_list("community", flat=True).distinct()), ahead=within):
        done = set(PlannedDuty.objects.filter(slot=shift.slot, on=shift.on).values_list("membership_id", flat=True))
        made += sum(_begin(shift, member) for member in shift.people if member.pk not in done)
    return made


def _begin(shift: Shift, member: Membership) -> bool:
    try:
        with transaction.atomic():
            duty = Duty.objects.create(
                membership=member,
                community_id=member.community_id,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
            )
            PlannedDuty.objects.create(duty=duty, slot=shift.slot, membership=member, on=shift.on)
            record(verbs.ON_DUTY, subject=duty, actor=member.pk, community=member.community_id)
    except IntegrityError:
        return False  # another worker made it first
    return True
