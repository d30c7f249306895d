"""What the clock does for campaigns, and the rest of a long telling."""

from __future__ import annotations

from commonweal.kit import clock
from commonweal.kit.jobs import job

from . import fan_out
from .models import Pledge


@job(schedule="*/5 * * * *")
def end_unmet_pledges() -> None:
    """Every five minutes: end the pledges whose deadline passed without enough people, and tell those who pledged."""
    from .pledges import end_unmet

    due = Pledge.objects.filter(started_at__isnull=True, unmet_at__isnull=True, deadline__lte=clock.now())
    for pledge in due.order_by("deadline")[:200]:
        end_unmet(pledge=pledge)


@job(lane="bulk")
def tell_more_of_outcome(*, campaign_id: int) -> None:
    """The next slice of those who took part hears what came of it."""
    fan_out.tell_outcome(campaign_id=campaign_id)


@job(lane="bulk")
def tell_more_of_pledge(*, pledge_id: int) -> None:
    """The next slice of those who pledged hears of it."""
    fan_out.tell_pledge(pledge_id=pledge_id)


@job(lane="bulk")
def tell_more_of_update(*, update_id: int, beyond: int) -> None:
    """The next slice of those who took part hears the news."""
    fan_out.tell_update(update_id=update_id, beyond=beyond)
