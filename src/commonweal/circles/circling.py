"""What members see of circles. Who is kept apart from somebody does not stand on a page they see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock
from commonweal.people.models import Block
from commonweal.people.queries import kept_apart

from .models import Attendance, Circle, CircleInvitation, Kind, Seat, Seen, Session
from .reading import willing
from .times import Start, Week, best_start, start_of

#: A time that suits most is told to whoever starts a circle only if it speaks for so many people at least.
FEWEST_ASKED, MOST_ASKED = 5, 500


def circles_seen_by(viewer: Membership) -> QuerySet[Circle]:
    """Open circles of the viewer's community: those in which they sit, and those without anybody kept apart from them."""
    found = Circle.objects.filter(community=viewer.community_id, opened_at__isnull=False)
    found = found.select_related("started_by", "facilitator", "offered_to")
    apart = kept_apart(viewer.person_id) if viewer.person_id else set()
    if not apart:
        return found
    taken = Seat.objects.filter(circle=OuterRef("pk"), left_at__isnull=True)
    theirs = Exists(taken.filter(membership__person__in=apart))
    started = Q(started_by__person__in=apart, started_by__isnull=False)
    return found.filter(Exists(taken.filter(membership=viewer)) | ~(started | theirs))


def circles_of(viewer: Membership, *, past: bool) -> QuerySet[Circle]:
    """Circles of the viewer's community that go on (or that ended), with how many seats are taken and when they next meet."""
    now = clock.now()
    found = circles_seen_by(viewer).filter(**({"last_at__lt": now} if past else {"last_at__gte": now}))
    ahead = Session.objects.filter(circle=OuterRef("pk"), cancelled_at__isnull=True, starts_at__gt=now)
    next_at = Subquery(ahead.order_by("starts_at").values("starts_at")[:1])
    return found.annotate(taken=Count("seats", filter=Q(seats__left_at__isnull=True)), next_at=next_at)


def invitations_of(viewer: Membership) -> list[CircleInvitation]:
    """Invitations of the viewer that have not run out, without those they declined or whose circle they sit in. One query."""
    seated = Seat.objects.filter(circle=OuterRef("circle"), membership=viewer, left_at__isnull=True)
    asked = CircleInvitation.objects.filter(membership=viewer, expires_at__gt=clock.now()).exclude(yes=False)
    apart = kept_apart(viewer.person_id) if viewer.person_id else set()
    asked = asked.exclude(circle__started_by__person__in=apart)
    return list(asked.exclude(Exists(seated)).select_related("circle").order_by("expires_at", "pk")[:5])


def state_of(asked: CircleInvitation) -> str:
    """How the one who was asked sees it: asked, waiting, declined, seated or over. One query.

    A circle that lapsed, one that filled up and one that opened without them look the same: over.
    """
    if Seat.objects.filter(circle=asked.circle_id, membership=asked.membership_id, left_at__isnull=True).exists():
        return "seated"
    if asked.yes is False:
        return "declined"
    if asked.is_over(clock.now()):
        return "over"
    return "waiting" if asked.yes else "asked"


def seats_of(circle: Circle, viewer: Membership) -> list[Seat]:
    """Who has a seat, as `viewer` may see it. Two queries."""
    seats = Seat.objects.filter(circle=circle, left_at__isnull=True).select_related("membership__person")
    if viewer.person_id:
        seats = seats.exclude(membership__person__in=kept_apart(viewer.person_id))
    return list(seats.order_by("joined_at", "pk"))


@dataclass(frozen=True)
class SessionRow:
    """A session on the page of its circle. came: how many say they were there; i_came: whether the viewer does.

    mine: whether the viewer has a seat, and had it before the session was over.
    """

    session: Session
    begun: bool
    over: bool
    came: int
    i_came: bool
    mine: bool


def sessions_of(circle: Circle, viewer: Membership, seat: Seat | None) -> list[SessionRow]:
    """The sessions with whether `viewer`, whose seat this is, said they were there and how many did. One query."""
    now = clock.now()
    mine = Count("attendances", filter=Q(attendances__membership=viewer), distinct=True)
    rows = circle.sessions.annotate(came=Count("attendances", distinct=True), i_came=mine).order_by("number")
    return [
        SessionRow(
            session=one,
            begun=one.starts_at <= now,
            over=one.ends_at <= now,
            came=one.came,
            i_came=bool(one.i_came),
            mine=seat is not None and seat.joined_at <= one.ends_at,
        )
        for one in rows
    ]


def conflicts_in(circle: Circle, viewer: Membership) -> list[tuple[str, str]]:
    """Pairs of names of people with a seat who are kept apart by a block; for whoever looks after the circle only.

    Never who blocked whom, and never a pair with the viewer. Two queries.
    """
    seats = Seat.objects.filter(circle=circle, left_at__isnull=True, membership__person__isnull=False)
    names = dict(seats.exclude(membership=viewer).values_list("membership__person", "membership__display_name"))
    blocks = Block.objects.filter(blocker__in=list(names), blocked__in=list(names))
    pairs = {tuple(sorted((names[one], names[other]))) for one, other in blocks.values_list("blocker", "blocked")}
    return [(one, other) for one, other in sorted(pairs)]


def weeks_of(seats: list[Seat]) -> list[Week]:
    """When the people of these seats are free, as far as they said. No query if their person is loaded."""
    people = [seat.membership.person for seat in seats]
    return [(person.availability, person.time_zone) for person in people if person]


def shared_time(seats: list[Seat], circle: Circle, coming: datetime) -> tuple[Start, Start] | None:
    """The hour that suits most of these people, and the numbers of the hour that stands; None if nothing is better."""
    weeks, zone = weeks_of(seats), circle.community.time_zone
    best, now = best_start(weeks, zone, coming, circle.minutes), start_of(coming, weeks, zone, circle.minutes)
    return (best, now) if best.suits > now.suits else None


def time_for_a_circle(community: Community) -> Start | None:
    """The hour that suits most of the people who would like a circle here; None if too few said when they are free.

    One query, and at most five hundred people.
    """
    free = willing(community, Kind.CIRCLE).exclude(person__availability=0).order_by("-joined_at", "-pk")
    weeks = list(free.values_list("person__availability", "person__time_zone")[:MOST_ASKED])
    return best_start(weeks, community.time_zone, clock.now()) if len(weeks) >= FEWEST_ASKED else None


def people_to_ask(community: Community, viewer: Membership) -> list[Membership]:
    """Whom a steward may ask into a circle: they agreed to it, and sit in none. Nobody kept apart from the steward."""
    apart = kept_apart(viewer.person_id) if viewer.person_id else set()
    found = willing(community, Kind.CIRCLE).exclude(person__in=apart)
    return list(found.order_by("display_name", "pk")[:200])


def seen_at(session: Session) -> set[int]:
    """Membership ids of whom the one who looks after the circle saw there. One query."""
    return set(Seen.objects.filter(session=session).values_list("membership", flat=True))


def said_they_came(session: Session) -> set[int]:
    """Membership ids of those who say they were there. One query."""
    return set(Attendance.objects.filter(session=session).values_list("membership", flat=True))
