"""Taking a quiet request further, so that nobody waits in vain.

At once those on duty, or everybody who can help when nobody is; after 15 minutes without "I am on it" all supporters;
after another 15 the stewards; both again when less than a quarter of the time is left; after the deadline it stands on
the stewards' desk as a broken promise. Every step is a row that exists once, so this may run as often as it likes, in
several workers at once. After a pause it takes each request to where its time asks in one step, not through all of
them: nobody hears of the same person twice in a minute.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from commonweal.communities.access import STEWARDS, SUPPORTERS
from commonweal.communities.models import Membership, State
from commonweal.kit import clock
from commonweal.people.queries import kept_apart
from commonweal.trail.actions import record

from . import routing, verbs
from .models import ENOUGH_REPLIES, NEXT_TIER_AFTER, Acknowledgement, Duty, Escalation, Hold, SupportRequest

Level = Escalation.Level

#: The most people told of one request at one step. A community with more supporters has a rota.
MOST_TOLD = 200


def tier(request: SupportRequest, level: int) -> list[int]:
    """Ids of the memberships to tell at `level`: never the author, never somebody kept apart from them.

    Those on a break are left alone, and nothing is routed to those whose renewal date passed. When that leaves nobody
    of a wider tier, they are told after all: a person who waits comes first. So are all supporters of a broken promise
    that nobody but those on duty ever heard of. Two queries, three when nobody is left or a promise is broken, and those
    of `routing.told_first` for the ones on duty.
    """
    author, now = request.topic.author, clock.now()
    people = Membership.objects.filter(community=request.community_id, state=State.ACTIVE, person__isnull=False)
    wide = level == Level.BROKEN and not request.topic.withheld_at and not _was_told_widely(request)
    people = people.filter(role__in=STEWARDS if for_stewards(request, level) and not wide else SUPPORTERS)
    people = people.exclude(pk=author.pk)
    if author.person_id:
        people = people.exclude(person__in=kept_apart(author.person_id))
    if level == Level.ON_DUTY:
        running = Duty.objects.filter(membership=OuterRef("pk"), starts_at__lte=now, ends_at__gt=now)
        return routing.told_first(request, _ids(routing.routable(people.filter(Exists(running)), now)))
    left_alone = routing.not_resting if level in (Level.STEWARDS, Level.BROKEN) else routing.routable
    return _ids(left_alone(people, now)) or _ids(people)


def for_stewards(request: SupportRequest, level: int) -> bool:
    """The last tiers are theirs, and whatever only they can read because it is held."""
    return level in (Level.STEWARDS, Level.BROKEN) or request.topic.withheld_at is not None


def _was_told_widely(request: SupportRequest) -> bool:
    return request.escalations.filter(level__in=(Level.SUPPORTERS, Level.SHORT)).exists()


def _ids(people: QuerySet[Membership]) -> list[int]:
    return list(people.order_by("pk").values_list("pk", flat=True)[:MOST_TOLD])


@transaction.atomic
def escalate(request: SupportRequest, level: int) -> Escalation | None:
    """Take `request` to `level` and tell the people there. None when it was there before."""
    told = tier(request, level)
    row, new = Escalation.objects.get_or_create(
        request=request, level=level, defaults={"told": len(told), "at": clock.now()}
    )
    if not new:
        return None
    record(
        verbs.TOLD,
        subject=request,
        actor=None,
        community=request.community_id,
        data={"level": int(level), "to": told},
    )
    return row


def raise_alarm(request: SupportRequest) -> bool:
    """Tell people the moment a request is made. Returns whether anybody was on duty.

    With nobody on duty everybody who could help is told at once, rather than after a quarter of an hour. While a
    request is held, only the stewards can read it, so they are told.
    """
    if request.topic.withheld_at is not None:
        escalate(request, Level.STEWARDS)
        return False
    if tier(request, Level.ON_DUTY):
        escalate(request, Level.ON_DUTY)
        return True
    escalate(request, Level.SUPPORTERS)
    return False


@transaction.atomic
def break_promise(request: SupportRequest) -> bool:
    """Write down that the deadline passed with too few replies. Returns False when it was written down before."""
    now = clock.now()
    updated = SupportRequest.objects.filter(
        pk=request.pk, broken_at__isnull=True, answered_at__isnull=True, closed_at__isnull=True
    ).update(broken_at=now)
    if not updated:
        return False
    request.broken_at = now
    record(
        verbs.PROMISE_BROKEN,
        subject=request,
        actor=request.topic.author_id,
        community=request.community_id,
        data={"replies": request.replies, "sort": request.sort},
    )
    escalate(request, Level.BROKEN)
    return True


def due_level(request: SupportRequest, done: dict[int, datetime], taken_on: bool, now: datetime) -> int | None:
    """The level that `request` should be taken to at `now`, given when it was taken to others. Pure."""
    if request.replies >= ENOUGH_REPLIES or not request.is_waiting:
        return None
    if now >= request.promise_due_at:
        return None if Level.BROKEN in done else Level.BROKEN
    if Level.SHORT not in done and request.is_short_of_time(now):
        return Level.SHORT
    if not request.is_support or taken_on or request.replies:
        return None
    told = [done[level] for level in (Level.SUPPORTERS, Level.SHORT) if level in done]
    if not told:
        return Level.SUPPORTERS if now - request.waits_since >= NEXT_TIER_AFTER else None
    return Level.STEWARDS if Level.STEWARDS not in done and now - max(told) >= NEXT_TIER_AFTER else None


def escalate_due(limit: int = 500) -> int:
    """Take every waiting request as far as its time asks. Returns how many steps were taken.

    Looks at open requests only, whose number follows the people who wait, not the members. Three queries when quiet.
    """
    now = clock.now()
    held = Hold.objects.filter(post__topic=OuterRef("topic"), post__number=1, released=False)
    waiting = list(
        SupportRequest.objects.filter(
            answered_at__isnull=True,
            closed_at__isnull=True,
            broken_at__isnull=True,
            topic__closed_at__isnull=True,
        )
        .filter(Q(topic__withheld_at__isnull=True) | Exists(held))
        .select_related("topic__author", "community")
        .order_by("promise_due_at", "pk")[:limit]
    )
    ids = [request.pk for request in waiting]
    done: dict[int, dict[int, datetime]] = {}
    for pk, level, at in Escalation.objects.filter(request__in=ids).values_list("request", "level", "at"):
        done.setdefault(pk, {})[level] = at
    writing = Acknowledgement.objects.filter(request__in=ids, claimed_until__gt=now)
    taken_on = set(writing.values_list("request", flat=True))
    steps = 0
    for request in waiting:
        due = due_level(request, done.get(request.pk, {}), request.pk in taken_on, now)
        if due == Level.BROKEN:
            steps += break_promise(request)
        elif due is not None:
            steps += escalate(request, due) is not None
    return steps
