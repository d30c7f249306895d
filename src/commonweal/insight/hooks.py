"""What insight contributes to the registries of the layers below."""

from __future__ import annotations

from datetime import timedelta

from commonweal.communities.registries import DOOR_PAGES, DoorPage
from commonweal.kit import clock
from commonweal.trail.actions import CONSUMERS_OF_ALL
from commonweal.trail.models import Step
from commonweal.trail.outbox import CONSUMERS
from commonweal.trail.verbs import VERBS

from .models import PulseReport

#: Steps without contact or effect that change the figures or who waits.
OTHERS = ("support.", "circles.", "communities.")
#: While steps come thick and fast, a pulse is computed this often at most.
SOON = timedelta(seconds=20)


def mark_stale(step: Step) -> None:
    """The outbox consumer: the community's pulse has to be computed anew, soon. One query, two when it was fresh."""
    verb = VERBS.get(step.verb)
    if step.community is None or verb is None or not (verb.contact or verb.effect or verb.name.startswith(OTHERS)):
        return
    fresh = PulseReport.objects.filter(community=step.community, stale_since__isnull=True)
    if fresh.update(stale_since=clock.now()):
        _refresh_soon(step.community)


def _refresh_soon(community_id: int) -> None:
    """At once in a place where little happens; a busy or big one waits for the next round of the clock."""
    from .jobs import refresh_pulse
    from .pulse import QUICK_MS

    report = PulseReport.objects.get(community=community_id)
    if report.took_ms > QUICK_MS:
        return
    just_now = report.computed_at is not None and report.computed_at > clock.now() - SOON
    refresh_pulse.enqueue(community=community_id, after=SOON if just_now else None)


CONSUMERS_OF_ALL.add("insight")
CONSUMERS.add("insight", mark_stale)
DOOR_PAGES.add("pulse", DoorPage("pulse", "insight:pulse"))
