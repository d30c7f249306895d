"""Computing the pulse of a community from its trail, and keeping it fresh without doing the work twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db.models import Q

from commonweal.circles.models import Introduction
from commonweal.communities.models import Membership, Role, State, Welcome
from commonweal.kit import clock
from commonweal.support.models import SupportRequest
from commonweal.trail.models import Confirmation, Helped, Link, Step
from commonweal.trail.verbs import VERBS

from . import flow
from .models import PulseReport

WINDOW = timedelta(weeks=8)
#: A page shows a report up to this old; after that, the next reader brings it up to date.
FRESH = timedelta(minutes=10)
#: The same when something happened since: the worker does it within the minute; a page does it when the worker is down.
FRESH_WHEN_STALE = timedelta(minutes=1)
#: A claim older than this belongs to a process that died.
STALE_CLAIM = timedelta(minutes=2)
#: Reports that take longer than this are computed by the worker only, never while somebody waits for a page.
QUICK_MS = 2_000
CHUNK = 400


def report_for(community_id: int) -> PulseReport:
    """The newest report, computed now when there is none or it is old, unless somebody else is at it. One query if fresh."""
    report = PulseReport.objects.filter(community=community_id).first()
    if report is None:
        report, _made = PulseReport.objects.get_or_create(community_id=community_id)
    rest = FRESH_WHEN_STALE if report.stale_since else FRESH
    if report.computed_at is not None and report.computed_at >= clock.now() - rest:
        return report
    if report.took_ms > QUICK_MS:
        from .jobs import refresh_pulse

        refresh_pulse.enqueue(community=community_id)
    elif refresh(community_id):
        report.refresh_from_db()
    return report


def refresh(community_id: int) -> bool:
    """Compute and store the report. False when another process is computing it."""
    now = clock.now()
    PulseReport.objects.get_or_create(community_id=community_id)
    mine = PulseReport.objects.filter(community=community_id).filter(
        Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - STALE_CLAIM)
    )
    if not mine.update(claimed_at=now, stale_since=None):
        return False
    started = monotonic()
    try:
        data = compute(community_id, now)
    except BaseException:
        PulseReport.objects.filter(community=community_id).update(claimed_at=None, stale_since=now)
        raise
    PulseReport.objects.filter(community=community_id).update(
        computed_at=now,
        window_start=now - WINDOW,
        data=data,
        took_ms=int((monotonic() - started) * 1000),
        claimed_at=None,
    )
    return True


def compute(community_id: int, now: datetime) -> dict[str, Any]:
    """The numbers of the eight weeks before `now`: the flow, the figures, and who waits. Counts only."""
    start = now - WINDOW
    contacts = list(_happenings(community_id, start, now, "contact"))
    effects = list(_happenings(community_id, start, now, "effect"))
    counted = flow.flow(contacts, effects, _sources({effect.thing for effect in effects}))
    return {
        "people": counted.people,
        "across": counted.across,
        "pairs": [[contact, effect, n] for (contact, effect), n in counted.pairs.items()],
        **_requests(community_id, start, now),
        "helped": _helped(community_id, start, now),
        **_newcomers(community_id, start, now),
        "introductions_waiting": Introduction.objects.filter(
            community=community_id, expires_at__gt=start, expires_at__lte=now, opened_at__isnull=True
        ).count(),
    }


def _happenings(community_id: int, start: datetime, now: datetime, side: str) -> Iterable[flow.Happening]:
    keys = {verb.name: getattr(verb, side) for verb in VERBS if getattr(verb, side)}
    steps = Step.objects.filter(
        community=community_id, verb__in=list(keys), at__gte=start, at__lte=now, actor__isnull=False
    )
    columns = ("actor", "verb", "at", "subject_type", "subject_id")
    for actor, verb, at, kind, pk in steps.values_list(*columns).iterator(chunk_size=2000):
        if actor is not None:
            yield flow.Happening(actor, keys[verb], at, (kind, pk))


def _sources(things: set[flow.Thing]) -> dict[flow.Thing, list[flow.Thing]]:
    """What led to these things, and what led to that, up to six hops. One query per hop, kind of thing and 400 of them."""
    found: dict[flow.Thing, list[flow.Thing]] = {}
    layer = things
    for _hop in range(flow.HOPS):
        seen = set(found) | layer
        for kind in {kind for kind, _pk in layer}:
            pks = sorted(pk for one, pk in layer if one == kind)
            for first in range(0, len(pks), CHUNK):
                edges = Link.objects.filter(target_type=kind, target_id__in=pks[first : first + CHUNK])
                for target, source_kind, source in edges.values_list("target_id", "source_type", "source_id"):
                    found.setdefault((kind, target), []).append((source_kind, source))
        layer = {one for thing in layer for one in found.get(thing, [])} - seen
        if not layer:
            break
    return found


def _requests(community_id: int, start: datetime, now: datetime) -> dict[str, Any]:
    """First replies, promises kept and promises broken, of the requests of the window. One query."""
    waits: list[float | None] = []
    kept = due = waiting = 0
    from commonweal.methods.figures import quantile

    columns = ("asked_at", "promise_due_at", "first_reply_at", "answered_at", "closed_at")
    asked = SupportRequest.objects.filter(community=community_id, asked_at__gte=start, asked_at__lte=now)
    for asked_at, due_at, first_at, answered_at, closed_at in asked.values_list(*columns):
        over = due_at <= now
        if first_at is not None:
            waits.append((first_at - asked_at).total_seconds() / 60)
        elif over and closed_at is None:
            waits.append(None)
        if answered_at is not None or (over and (closed_at is None or closed_at > due_at)):
            due += 1
            kept += answered_at is not None and answered_at <= due_at
        waiting += over and answered_at is None and closed_at is None
    return {
        "first_reply": {"minutes": quantile(waits, 0.5), "n": len(waits)},
        "promise": {"kept": kept, "n": due},
        "requests_waiting": waiting,
    }


def _helped(community_id: int, start: datetime, now: datetime) -> dict[str, int]:
    """What receivers said when asked whether it helped: yes or a little, of all who said. One query."""
    said = Confirmation.objects.filter(community=community_id, at__gte=start, at__lte=now).exclude(helped="")
    answers = list(said.values_list("helped", flat=True))
    return {"yes": sum(answer != Helped.NO for answer in answers), "n": len(answers)}


def _newcomers(community_id: int, start: datetime, now: datetime) -> dict[str, Any]:
    """Who joined in the window, how many of them a person greeted, and how many wait for it over a day. Two queries."""
    joined = Membership.objects.filter(
        community=community_id, state=State.ACTIVE, joined_at__gte=start, joined_at__lte=now
    ).exclude(role=Role.FOUNDER)
    greeted = joined.filter(welcome__greeted_at__isnull=False).count()
    waiting = Welcome.objects.filter(
        newcomer__community=community_id,
        newcomer__state=State.ACTIVE,
        greeted_at__isnull=True,
        # From the joining on, not from the asking: passing a greeting on to somebody else ends nobody's wait.
        newcomer__joined_at__gte=start,
        newcomer__joined_at__lt=now - timedelta(days=1),
    )
    return {"welcomed": {"greeted": greeted, "n": joined.count()}, "newcomers_waiting": waiting.count()}
