from __future__ import annotations

from commonweal.kit.jobs import job

from .clockwork import forget_due, remind_due


@job(lane="safety", retries=1, schedule="*/5 * * * *")
def watch_cases() -> None:
    """Every five minutes: remind stewards of the step that is due in a case."""
    remind_due()


@job(schedule="41 2 * * *")
def forget_cases() -> None:
    """Every night: delete what was written in cases whose time is over."""
    forget_due()
