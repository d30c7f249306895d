"""What the people who give support find on Today, and stewards on their desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonweal.communities.models import Door, Membership
from commonweal.communities.registries import NEED_YOU, YOU_SAID, Row
from commonweal.kit import clock

from .models import Supporter, WeeklySlot
from .queries_supporters import open_applications
from .rota import Shift, gaps, slots_of
from .standing import TOLD_BEFORE

if TYPE_CHECKING:
    from commonweal.people.models import Person


def today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """A renewal that comes near or passed. One query, none for people who give no support."""
    serving = {m.pk: m for m in memberships if m.is_supporter and Door.SUPPORT not in m.community.closed_doors}
    if not serving:
        return
    now = clock.now()
    near = Supporter.objects.filter(membership__in=list(serving), renew_by__lte=now + TOLD_BEFORE)
    for row in near.order_by("renew_by", "pk")[:5]:
        community = serving[row.membership_id].community
        lapsed = row.has_lapsed(now)
        yield Row(
            title=_("Your time as a supporter has run out") if lapsed else _("Renew as a supporter"),
            detail=_("%(community)s · no requests come to you until you renew") % {"community": community.name}
            if lapsed
            else community.name,
            url=reverse("support:giving", args=[community.slug]),
            action=_("Renew"),
            group=YOU_SAID,
            due=row.renew_by,
            icon="support",
            tone="wait",
        )


def desk(steward: Membership) -> Iterable[Row]:
    """Who would like to give support and waits for an answer. Two queries."""
    if Door.SUPPORT in steward.community.closed_doors:
        return
    unanswered = [made for made in open_applications(steward) if not hasattr(made, "answer")]
    for made in unanswered[:5]:
        yield Row(
            title=_("%(name)s would like to give support") % {"name": made.membership.display_name},
            detail=_("Read why, and answer."),
            url=reverse("support:supporters", args=[steward.community.slug]),
            action=_("Answer"),
            group=NEED_YOU,
            face=made.membership,
            due=None,
        )


def gaps_of_today(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Shifts of the coming week for which somebody is missing, where this person gives support.

    One query where no week is planned, six otherwise.
    """
    serving = [m.community_id for m in memberships if m.is_supporter and Door.SUPPORT not in m.community.closed_doors]
    return _rows_of_gaps(slots_of(serving)) if serving else ()


def gaps_of_desk(steward: Membership) -> Iterable[Row]:
    """The same for the stewards' desk."""
    if Door.SUPPORT in steward.community.closed_doors:
        return ()
    return _rows_of_gaps(slots_of([steward.community_id]))


def _rows_of_gaps(slots: list[WeeklySlot]) -> Iterable[Row]:
    """One row per community, for its soonest gap."""
    found: dict[int, list[Shift]] = {}
    for shift in gaps(slots):
        found.setdefault(shift.slot.community_id, []).append(shift)
    for shifts in list(found.values())[:5]:
        first = shifts[0].slot
        yield Row(
            title=_("Nobody is planned for %(day)s, %(hours)s") % {"day": first.day, "hours": first.from_to}
            if not shifts[0].people
            else _("Somebody is missing on %(day)s, %(hours)s") % {"day": first.day, "hours": first.from_to},
            detail=ngettext(
                "%(community)s · %(n)d gap in the coming week",
                "%(community)s · %(n)d gaps in the coming week",
                len(shifts),
            )
            % {"community": first.community.name, "n": len(shifts)},
            url=reverse("support:rota", args=[first.community.slug]),
            action=_("See the week"),
            group=YOU_SAID,
            icon="calendar",
        )
