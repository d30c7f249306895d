from __future__ import annotations

from commonweal.kit.jobs import job

from .actions.covering import tell_of_gaps
from .actions.planning import begin_planned_duties
from .aftercare import ask_those_due
from .caring import look_after
from .escalation import escalate_due
from .watching import forget_old_matches


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


@job(schedule="11 * * * *")
def look_for_gaps() -> None:
    """Every hour: tell stewards, and those who may step in, of shifts of the coming week that nobody has taken."""
    tell_of_gaps()


@job(schedule="*/15 * * * *")
def ask_how_it_is_now() -> None:
    """Every quarter of an hour: ask authors how it is, a day and a week after they asked."""
    ask_those_due()


@job(lane="bulk", schedule="41 3 * * *")
def forget_matches() -> None:
    """Nightly: delete what the list of phrases found half a year ago."""
    forget_old_matches()
