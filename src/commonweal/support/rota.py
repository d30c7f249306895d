"""The week as it is planned: which shifts come, who is expected, and where nobody is. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from commonweal.communities.models import Membership
from commonweal.kit import clock

from .models import SlotCover, SlotOffer, SlotSignUp, WeeklySlot

#: How far ahead gaps are shown, and how far ahead a swap can be offered.
SHOWN_AHEAD = timedelta(days=7)
SWAPS_AHEAD = timedelta(days=28)


@dataclass(frozen=True)
class Shift:
    """One slot on one day: who is expected, and who asked to be stood in for."""

    slot: WeeklySlot
    on: date
    starts_at: datetime
    ends_at: datetime
    people: tuple[Membership, ...]
    offers: tuple[SlotOffer, ...]

    @property
    def missing(self) -> int:
        return max(0, self.slot.needed - len(self.people))

    @property
    def holders(self) -> set[int]:
        return {member.pk for member in self.people}

    @property
    def offered_by(self) -> set[int]:
        return {offer.membership_id for offer in self.offers}


def span(slot: WeeklySlot, on: date) -> tuple[datetime, datetime]:
    """From when to when a slot lasts on one day, in UTC. The hour is the community's own, also when clocks change."""
    local = datetime.combine(on, time(slot.hour), tzinfo=ZoneInfo(slot.community.time_zone))
    starts = local.astimezone(UTC)
    return starts, starts + timedelta(hours=slot.hours)


def slots_of(communities: Iterable[int]) -> list[WeeklySlot]:
    """The slots of some communities with everybody who signed up, offered and took. One query without any, else five."""
    people = "membership__supporter", "membership__rest"
    found = WeeklySlot.objects.filter(community__in=list(communities), retired_at__isnull=True)
    since = (clock.now() - timedelta(days=2)).date()
    return list(
        found.select_related("community").prefetch_related(
            Prefetch("sign_ups", SlotSignUp.objects.select_related(*people).order_by("at", "pk")),
            Prefetch("offers", SlotOffer.objects.filter(on__gte=since).select_related("membership", "cover")),
            Prefetch("covers", SlotCover.objects.filter(on__gte=since).select_related(*people).order_by("at", "pk")),
        )
    )


def shift_on(slot: WeeklySlot, on: date) -> Shift:
    """One day of a slot that `slots_of` loaded. No query."""
    starts, ends = span(slot, on)
    offers = [offer for offer in slot.offers.all() if offer.on == on]
    given_away = {offer.membership_id for offer in offers if hasattr(offer, "cover")}
    expected = [row.membership for row in slot.sign_ups.all()]
    expected += [row.membership for row in slot.covers.all() if row.on == on]
    people = {m.pk: m for m in expected if m.pk not in given_away and _can_come(m, starts)}
    still_asked = tuple(o for o in offers if not hasattr(o, "cover") and o.membership_id in people)
    return Shift(slot, on, starts, ends, tuple(people.values()), still_asked)


def _can_come(member: Membership, at: datetime) -> bool:
    """Not somebody who left, lost the role, will rest then, or whose preparation will have run out."""
    if not member.is_supporter or member.person_id is None:
        return False
    rest, supporter = getattr(member, "rest", None), getattr(member, "supporter", None)
    return not (rest and rest.ends_at > at) and not (supporter and supporter.has_lapsed(at))


def coming(slots: Iterable[WeeklySlot], ahead: timedelta = SHOWN_AHEAD) -> list[Shift]:
    """Every shift that has not ended and starts within `ahead`, soonest first. No query after `slots_of`."""
    now = clock.now()
    found = []
    for slot in slots:
        first = now.astimezone(ZoneInfo(slot.community.time_zone)).date() - timedelta(days=1)
        for step in range(ahead.days + 3):
            on = first + timedelta(days=step)
            if on.weekday() != slot.weekday:
                continue
            starts, ends = span(slot, on)
            if ends > now and starts <= now + ahead:
                found.append(shift_on(slot, on))
    return sorted(found, key=lambda shift: (shift.starts_at, shift.slot.pk))


def gaps(slots: Iterable[WeeklySlot]) -> list[Shift]:
    """Shifts of the coming week for which somebody is missing. No query after `slots_of`."""
    return [shift for shift in coming(slots) if shift.missing]
