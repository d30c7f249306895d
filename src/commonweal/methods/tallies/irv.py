"""Instant run-off: while nobody has a majority of the ballots still counting, the last are put out and passed on.

Rules as counted in Minneapolis (Code of Ordinances, chapter 167) and in most cities of the United States: the threshold
is more than half of the continuing ballots, worked out anew in each round; undeclared write-ins are put out first, on
their own; and, with `batch`, all options leave at once that could not overtake the next one above them even with every
vote from below. Batches never change who wins; they only save rounds. `batch=False` puts out one at a time.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import BadInput
from . import words
from .piles import Piles
from .profile import Ranked
from .results import Number, Round, Tally
from .ties import Breaker

#: How undeclared write-ins are labelled; they are counted as one option and put out first.
WRITE_INS = frozenset({"uwi", "undeclared", "undeclared write-ins", "undeclared write-in", "undeclared writeins"})


def count(ballots: Ranked, *, batch: bool = True, breaker: Breaker | None = None) -> Tally:
    """Count ranked ballots for one winner. Raises BadInput when no ballot ranks anything."""
    breaker = breaker or Breaker(ballot_root=ballots.ballot_root)
    piles = Piles(ballots)
    if not piles.total:
        raise BadInput("no ballot ranks any option, so there is nothing to count")
    rounds: list[Round] = []
    history: list[dict[str, Number]] = []
    out: list[str] = []
    names = ballots.options
    while True:
        standing = piles.standing()
        tally: dict[str, Number] = {names[option]: piles.held[option] for option in standing}
        active = sum(piles.held)
        threshold = active // 2 + 1
        exhausted = piles.exhausted + ballots.spoiled
        number = len(rounds) + 1
        leader = max(tally, key=lambda name: (tally[name], name))
        if tally[leader] >= threshold or len(standing) == 1:
            said = words.majority(number, leader, tally, active, threshold)
            rounds.append(Round(number, tally, said, (leader,), (), exhausted, {"threshold": threshold}))
            return _result(ballots, leader, tally, out, rounds, threshold, breaker)
        leaving = _leaving(tally, batch, number, history, breaker)
        held_before = dict(tally)
        history.append(tally)
        numbers = [option for option in standing if names[option] in leaving]
        piles.leave(numbers)
        for option in numbers:
            piles.move(option, lambda value: value)
        gained = {names[option]: piles.held[option] - held_before[names[option]] for option in piles.standing()}
        lost = piles.exhausted + ballots.spoiled - exhausted
        said = words.put_out(number, leaving, held_before, gained, lost, threshold, only_write_ins=_write_ins(leaving))
        rounds.append(Round(number, tally, said, (), tuple(leaving), exhausted, {"threshold": threshold}))
        out += sorted(leaving, key=lambda name: (held_before[name], name))


def _leaving(
    tally: dict[str, Number], batch: bool, number: int, history: Sequence[dict[str, Number]], breaker: Breaker
) -> list[str]:
    """Who is put out in this round."""
    undeclared = [name for name in tally if _write_ins([name]) and tally[name]]
    if undeclared:
        return undeclared
    rising = sorted(tally, key=lambda name: (tally[name], name))
    if batch:
        together, below = 0, 0
        for place, name in enumerate(rising[:-1]):
            below += int(tally[name])
            if below < tally[rising[place + 1]]:
                together = place + 1
        if together > 1:
            return rising[:together]
    lowest = [name for name in rising if tally[name] == tally[rising[0]]]
    return [breaker.choose(lowest, number, "for last place", history)]


def _write_ins(names: Sequence[str]) -> bool:
    return all(name.strip().lower() in WRITE_INS for name in names)


def _result(
    ballots: Ranked,
    winner: str,
    last: dict[str, Number],
    out: list[str],
    rounds: list[Round],
    threshold: int,
    breaker: Breaker,
) -> Tally:
    others = sorted((name for name in last if name != winner), key=lambda name: (-last[name], name))
    return Tally(
        method="instant run-off",
        options=ballots.options,
        winners=(winner,),
        order=(winner, *others, *reversed(out)),
        rounds=tuple(rounds),
        valid=ballots.valid,
        blank=ballots.blank,
        spoiled=ballots.spoiled,
        quota=threshold,
        ties=tuple(breaker.record),
    )
