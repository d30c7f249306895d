"""What a case needs next and by when. Pure: no queries.

The order and the times follow Samaritans' and NSPA's guidance for online communities in substance; the exact times are
ours, for the stewards and a professional to review.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from ..models.desk import StepKind

#: By when each step should be taken, counted from the moment the concern was raised.
WITHIN: dict[str, timedelta] = {
    StepKind.ACKNOWLEDGED: timedelta(minutes=15),
    StepKind.ASSESSED: timedelta(hours=1),
    StepKind.PRIVATE: timedelta(hours=4),
    StepKind.PUBLIC: timedelta(hours=4),
    StepKind.SECOND: timedelta(hours=12),
    StepKind.DAY: timedelta(hours=24),
    StepKind.WEEK: timedelta(days=7),
    StepKind.DEBRIEF: timedelta(days=9),
    StepKind.CLOSED: timedelta(days=10),
}

#: How long before its time a check may be made.
EARLY = {StepKind.DAY: timedelta(hours=4), StepKind.WEEK: timedelta(days=1)}

#: What is enough to close a case in which two stewards found that nobody is in danger and the worry was a mistake.
ENOUGH_WHEN_MISTAKEN = (StepKind.ACKNOWLEDGED, StepKind.ASSESSED, StepKind.SECOND)


def missing(done: Collection[str], *, mistaken: bool = False) -> list[str]:
    """The steps still to be taken before a case can be closed, in order."""
    needed = ENOUGH_WHEN_MISTAKEN if mistaken and StepKind.SECOND in done else tuple(StepKind)[:-1]
    return [kind for kind in needed if kind not in done]


def next_step(done: Collection[str], *, mistaken: bool = False) -> str:
    """The one step to take next."""
    left = missing(done, mistaken=mistaken)
    return left[0] if left else StepKind.CLOSED


def due(opened_at: datetime, kind: str) -> datetime:
    return opened_at + WITHIN[kind]


def may_check(opened_at: datetime, kind: str, now: datetime) -> bool:
    """Whether the check after a day or a week can be made: not hours after the case was opened."""
    return now >= due(opened_at, kind) - EARLY[StepKind(kind)]
