from __future__ import annotations

from commonweal.kit.jobs import job

from .actions.planning import begin_planned_duties
from .caring import look_after
from .escalation import escalate_due


@job(lane="safety", retries=1, schedule="* * * * *")
def watch_promises() -> None:
    """Every minute: take quiet requests further, and write down promises that were broken."""
    escalate_due()


@job(schedule="23 * * * *")
def look_after_supporters() -> None:
    """Every hour: tell supporters whose renewal comes near or passed; forget breaks that are over and old notes."""
    look_after()


@job(lane="safety", retries=1, schedule="*/5 * * * *")
def begin_shifts() -> None:
    """Every five minutes: the shifts of the rota that begin become duties."""
    begin_planned_duties()
