from __future__ import annotations

from commonweal.kit.jobs import job

from .escalation import escalate_due


@job(lane="safety", retries=1, schedule="* * * * *")
def watch_promises() -> None:
    """Every minute: take quiet requests further, and write down promises that were broken."""
    escalate_due()
