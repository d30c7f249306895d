"""Sharing a car to a gathering: offered by somebody who comes, to people they have met before.

"Lifts only after the first meeting" (the safety rules, "Meeting offline"): nobody gets into the car of a stranger. Who
has met whom is what both sides confirmed, here and in other capabilities (`communities.queries.met_before`).
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership, State
from commonweal.communities.queries import met_before
from commonweal.communities.vetting import may_be_alone
from commonweal.conversations.actions import open_conversation
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.people.queries import are_apart, kept_apart
from commonweal.trail.actions import record

from . import verbs
from .access import is_cancelled, locked
from .models import Answer, Gathering, Lift, LiftSeat, Rsvp

MOST_SEATS = 8


@transaction.atomic
def offer_lift(*, membership: Membership, gathering: Gathering, seats: int, area: str, note: str = "") -> Lift:
    """Offer seats in one's car. Offering again changes the offer. Raises Refused for somebody who does not come."""
    gathering = _open_to(membership, gathering)
    limits.spend("offer_lift", membership.pk, limit=20, window=timedelta(days=1))
    area, note = area.strip().replace("\x00", "")[:120], note.strip().replace("\x00", "")[:200]
    if not area:
        raise Refused(_("Say roughly where you start. A part of town is enough."), field="area")
    if not 1 <= seats <= MOST_SEATS:
        raise Refused(_("Between one and eight seats."), field="seats")
    taken = LiftSeat.objects.filter(lift__gathering=gathering, lift__driver=membership, agreed_at__isnull=False)
    if seats < taken.filter(ended_at__isnull=True).count():
        raise Refused(_("More people than that have a seat already. Tell one of them first."), field="seats")
    lift, _made = Lift.objects.update_or_create(
        gathering=gathering,
        driver=membership,
        defaults={"seats": seats, "area": area, "note": note, "taken_back_at": None},
    )
    record(verbs.LIFT_OFFERED, subject=lift, actor=membership.pk, community=gathering.community_id)
    return lift


@transaction.atomic
def take_back_lift(*, membership: Membership, lift: Lift) -> None:
    """Take an offer back. Whoever had a seat or asked for one is told."""
    locked(lift.gathering)
    if lift.driver_id != membership.pk:
        raise Refused(_("Only who offered it can do this."))
    if Lift.objects.filter(pk=lift.pk, taken_back_at__isnull=True).update(taken_back_at=clock.now()):
        record(verbs.LIFT_TAKEN_BACK, subject=lift, actor=membership.pk, community=lift.gathering.community_id)


@transaction.atomic
def ask_for_seat(*, membership: Membership, lift: Lift) -> LiftSeat:
    """Ask for a seat. Asking twice is asking once.

    Raises Refused for somebody who does not come, for two people who have not met before (and says why), and when the
    car is full. For people kept apart the offer is not there: the same words as for one that was taken back.
    """
    gathering = _open_to(membership, lift.gathering)
    lift = Lift.objects.select_related("driver").get(pk=lift.pk)
    gone = lift.taken_back_at is not None or lift.driver.person_id is None or lift.driver_id == membership.pk
    apart = membership.person_id and lift.driver.person_id and are_apart(membership.person_id, lift.driver.person_id)
    if gone or apart or not may_be_alone(membership, lift.driver):
        raise Refused(_("This lift is not there any more."))
    if lift.driver_id not in met_before(membership, [lift.driver_id]):
        raise Refused(
            _(
                "Lifts come after a first meeting, and as far as we know you two have not met yet. Come with your own "
                "transport this time; when you have met here, next time you can share a car."
            )
        )
    if _given(lift) >= lift.seats:
        raise Refused(_("Every seat in this car is taken."))
    seat, made = LiftSeat.objects.get_or_create(lift=lift, passenger=membership)
    if not made and seat.ended_at is not None:
        seat.asked_at, seat.agreed_at, seat.ended_at, made = clock.now(), None, None, True
        seat.save(update_fields=["asked_at", "agreed_at", "ended_at"])
    if made:
        record(verbs.SEAT_ASKED, subject=seat, actor=membership.pk, community=gathering.community_id)
    return seat


@transaction.atomic
def answer_seat(*, membership: Membership, seat: LiftSeat, agree: bool) -> LiftSeat:
    """The driver gives the seat, or not. A yes opens a conversation of the two. Answering twice is answering once."""
    gathering = _open_to(membership, seat.lift.gathering)
    seat = LiftSeat.objects.select_related("lift", "passenger").get(pk=seat.pk)
    if seat.lift.driver_id != membership.pk:
        raise Refused(_("Only who offered it can do this."))
    if seat.ended_at is not None or (seat.agreed_at is not None and agree):
        return seat
    if not agree:
        return _end(seat, membership)
    if _given(seat.lift) >= seat.lift.seats:
        raise Refused(_("Every seat in this car is taken."))
    seat.agreed_at = clock.now()
    seat.conversation = open_conversation(
        community=gathering.community,
        members=[membership, seat.passenger],
        subject=gathering.title,
        started_by=membership,
    )
    seat.save(update_fields=["agreed_at", "conversation"])
    record(verbs.SEAT_GIVEN, subject=seat, actor=membership.pk, community=gathering.community_id)
    return seat


@transaction.atomic
def give_up_seat(*, membership: Membership, seat: LiftSeat) -> LiftSeat:
    """The passenger does not need it any more; the driver is told if they had agreed."""
    locked(seat.lift.gathering)
    seat = LiftSeat.objects.select_related("lift__gathering").get(pk=seat.pk)
    if seat.passenger_id != membership.pk:
        raise Refused(_("Only whose seat it is can do this."))
    return seat if seat.ended_at is not None else _end(seat, membership)


def _end(seat: LiftSeat, by: Membership) -> LiftSeat:
    seat.ended_at = clock.now()
    seat.save(update_fields=["ended_at"])
    record(verbs.SEAT_ENDED, subject=seat, actor=by.pk, community=by.community_id)
    return seat


def _given(lift: Lift) -> int:
    return LiftSeat.objects.filter(lift=lift, agreed_at__isnull=False, ended_at__isnull=True).count()


def _open_to(membership: Membership, gathering: Gathering) -> Gathering:
    """The gathering with its row locked, if this member comes to it and it is still ahead."""
    require_active(membership)
    gathering = locked(gathering)
    if gathering.has_started or is_cancelled(gathering) or gathering.withheld_at is not None:
        raise Refused(_("This gathering is not ahead any more."))
    if not Rsvp.objects.filter(gathering=gathering, membership=membership, answer=Answer.YES).exists():
        raise Refused(_("Lifts are among people who come. Say first that you come."))
    return gathering


class Offered:
    """One lift as one reader sees it: whether they have met the driver, their own seat, and for a driver who asked."""

    def __init__(self, lift: Lift, viewer: Membership, met: set[int], apart: set[int]) -> None:
        self.lift, self.own = lift, lift.driver_id == viewer.pk
        standing = [seat for seat in lift.taken.all() if seat.ended_at is None]
        self.met = lift.driver_id in met
        self.free = max(0, lift.seats - sum(seat.agreed_at is not None for seat in standing))
        self.full = not self.free
        self.mine = next((seat for seat in standing if seat.passenger_id == viewer.pk), None)
        here = [s for s in standing if s.passenger.is_active and s.passenger.person_id not in apart]
        self.asked = here if self.own else []


def lifts_for(gathering: Gathering, viewer: Membership | None, rsvp: Rsvp | None) -> list[Offered] | None:
    """The lifts of a gathering for somebody who comes; None for everybody else. Three queries, three more with any lift.

    Without those of people kept apart: for them they are not there.
    """
    if viewer is None or rsvp is None or rsvp.answer != Answer.YES or not gathering.in_person:
        return None
    apart = kept_apart(viewer.person_id) if viewer.person_id else set()
    coming = Rsvp.objects.filter(gathering=gathering, answer=Answer.YES).values("membership")
    found = Lift.objects.filter(gathering=gathering, taken_back_at__isnull=True, driver__in=coming)
    found = found.filter(driver__state=State.ACTIVE).exclude(driver__person__in=apart)
    lifts = list(found.select_related("driver").prefetch_related("taken__passenger").order_by("offered_at", "pk")[:20])
    met = met_before(viewer, [lift.driver_id for lift in lifts]) if lifts else set()
    return [Offered(lift, viewer, met, apart) for lift in lifts]
