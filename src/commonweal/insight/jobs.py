from __future__ import annotations

from datetime import timedelta

from commonweal.kit import clock
from commonweal.kit.jobs import job

from . import pulse
from .models import PulseReport


@job(lane="bulk")
def refresh_pulse(*, community: int) -> None:
    """Bring one community's pulse up to date, unless that was done moments ago."""
    pulse.refresh(community)


@job(lane="bulk", schedule="* * * * *")
def refresh_stale_pulses() -> None:
    """Every minute: reports after which something happened; big ones every ten minutes; all others every hour."""
    now = clock.now()
    stale = PulseReport.objects.filter(stale_since__isnull=False, claimed_at__isnull=True)
    old = PulseReport.objects.filter(computed_at__lt=now - timedelta(hours=1))
    for report in (stale | old).order_by("computed_at")[:50]:
        rest = pulse.FRESH if report.took_ms > pulse.QUICK_MS else timedelta(seconds=50)
        if report.computed_at is None or report.computed_at < now - rest:
            refresh_pulse(community=report.community_id)
