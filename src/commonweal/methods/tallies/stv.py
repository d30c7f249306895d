"""The single transferable vote with the weighted inclusive Gregory method: several winners, in proportion.

`rules="scottish"` (Scottish Local Government Elections Order 2007, schedule 1, rules 46 to 52): quota ⌊V/(s+1)⌋+1; one
surplus at a time, the largest first; every ballot of the elected option moves on at (surplus × its worth ÷ votes held),
cut after five decimals; when no surplus is left, the option with the fewest votes is put out and its ballots move on at
the worth they came with; when as many stand as seats are free, they are elected and nothing more is moved. Ties: the
most recent stage at which the tied options differ, then the lot.

`rules="american"` (as in Minneapolis, Code of Ordinances chapter 167, and the tabulator RCTab): all who reach the quota
in a round are elected together and their surpluses move together; the surplus fraction (surplus ÷ votes) is cut after
four decimals first, and then its product with the worth of the ballot; undeclared write-ins are put out first; and, as
those cities publish it, one more round shows where the last surplus would go.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from ..errors import BadInput
from . import words
from .irv import WRITE_INS
from .piles import Piles
from .profile import Ranked
from .results import Number, Round, Tally
from .ties import Breaker

Rules = Literal["scottish", "american"]
DECIMALS = {"scottish": 5, "american": 4}


def quota_of(votes: int, seats: int, kind: str = "droop") -> int:
    """Votes that are enough for a seat: Droop ⌊V/(s+1)⌋+1, or Hare ⌈V/s⌉."""
    if kind == "droop":
        return votes // (seats + 1) + 1
    if kind == "hare":
        return -(-votes // seats)
    raise BadInput(f"there is no quota “{kind}”; choose droop or hare")


def count(
    ballots: Ranked,
    seats: int,
    *,
    rules: Rules = "scottish",
    decimals: int | None = None,
    quota: str = "droop",
    breaker: Breaker | None = None,
) -> Tally:
    """Count ranked ballots for `seats` winners.

    `decimals` (0 to 12) are kept of a transfer value. Raises BadInput for seats below one or when no ballot ranks
    anything. With no more options than seats everybody is elected.
    """
    if rules not in DECIMALS:
        raise BadInput(f"there are no rules “{rules}”; choose {' or '.join(DECIMALS)}")
    places = DECIMALS[rules] if decimals is None else decimals
    if seats < 1:
        raise BadInput(f"{seats} seats cannot be filled; at least one is needed")
    if not 0 <= places <= 12:
        raise BadInput(f"{places} decimals cannot be kept; choose from 0 to 12")
    return _Count(ballots, seats, rules, 10**places, quota, breaker).run()


class _Count:
    """One count under way: who is elected, whose surplus waits, what each round said."""

    def __init__(
        self, ballots: Ranked, seats: int, rules: Rules, unit: int, quota: str, breaker: Breaker | None
    ) -> None:
        self.ballots, self.seats, self.rules, self.unit = ballots, seats, rules, unit
        self.breaker = breaker or Breaker(ballot_root=ballots.ballot_root)
        self.piles = Piles(ballots, unit)
        if not self.piles.total:
            raise BadInput("no ballot ranks any option, so there is nothing to count")
        self.votes = self.piles.total // unit
        self.quota = quota_of(self.votes, seats, quota)
        self.names = ballots.options
        self.elected: list[str] = []
        self.out: list[str] = []
        self.waiting: list[int] = []
        self.rounds: list[Round] = []
        self.history: list[dict[str, Number]] = []

    def run(self) -> Tally:
        while True:
            tally, exhausted = self._tally(), self._exhausted()
            number = len(self.rounds) + 1
            reached, filled = self._elect()
            done = len(self.elected) == self.seats or not self.piles.standing()
            shows_last = done and self.rules == "american" and self.seats > 1
            moving = self._next_surpluses(number) if not done or shows_last else []
            leaving = [] if done or moving else [self._last(number)]
            said, surplus = self._pass_on(moving, leaving)
            opening = words.elected(number, reached, filled, tally, self.quota, len(self.elected), self.seats)
            more = {"surplus_of": list(surplus)} if surplus else {}
            out = tuple(self.names[option] for option in leaving)
            self.rounds.append(
                Round(number, tally, f"{opening} {said}".strip(), (*reached, *filled), out, exhausted, more)
            )
            self.history.append(tally)
            if shows_last:
                self.rounds.append(
                    Round(number + 1, self._tally(), words.closing(number + 1), (), (), self._exhausted())
                )
            if done:
                return self._result()

    def _exhausted(self) -> Fraction:
        return Fraction(self.piles.exhausted, self.unit) + self.ballots.spoiled

    def _tally(self) -> dict[str, Number]:
        """Votes of everybody who stands or is elected, as whole numbers where they are whole."""
        found: dict[str, Number] = {}
        for option, name in enumerate(self.names):
            if name not in self.out:
                votes = Fraction(self.piles.held[option], self.unit)
                found[name] = votes.numerator if votes.denominator == 1 else votes
        return found

    def _elect(self) -> tuple[list[str], list[str]]:
        """Elect who has the quota, and everybody left when they are no more than the seats left; each by votes."""
        piles, full = self.piles, self.quota * self.unit
        free = self.seats - len(self.elected)
        standing = self._by_votes(piles.standing())
        over = [option for option in standing if piles.held[option] >= full][:free]
        rest = [option for option in standing if option not in over] if len(standing) <= free else []
        piles.leave([*over, *rest])
        self.waiting += over
        reached, filled = [self.names[option] for option in over], [self.names[option] for option in rest]
        self.elected += [*reached, *filled]
        return reached, filled

    def _by_votes(self, options: Sequence[int]) -> list[int]:
        return sorted(options, key=lambda option: (-self.piles.held[option], self.names[option]))

    def _next_surpluses(self, number: int) -> list[int]:
        """Whose surplus moves in this round: the largest, or under American rules all that wait (with or without one)."""
        if self.rules == "american":
            moving, self.waiting = self.waiting, []
            return moving
        self.waiting = [option for option in self.waiting if self.piles.held[option] > self.quota * self.unit]
        return [self._largest_surplus(number)] if self.waiting else []

    def _pass_on(self, moving: Sequence[int], leaving: Sequence[int]) -> tuple[str, dict[str, Number]]:
        """Move surpluses, or all that those hold who are put out. In words, and by how much who was above the quota."""
        piles, full = self.piles, self.quota * self.unit
        before, gone = self._tally(), piles.exhausted
        surplus: dict[str, Number] = {
            self.names[option]: Fraction(piles.held[option] - full, self.unit)
            for option in moving
            if piles.held[option] > full
        }
        for option in moving:
            self._move_surplus(option)
        piles.leave(leaving)
        self.out += [self.names[option] for option in leaving]
        for option in leaving:
            piles.move(option, lambda worth: worth)
        after = self._tally()
        gained = {name: after[name] - before[name] for name in after if name not in surplus}
        lost = Fraction(piles.exhausted - gone, self.unit)
        return words.passed_on([self.names[option] for option in leaving], surplus, before, gained, lost), surplus

    def _move_surplus(self, option: int) -> None:
        full, held = self.quota * self.unit, self.piles.held[option]
        surplus = held - full
        if surplus <= 0:
            return
        if self.rules == "american":
            fraction = surplus * self.unit // held
            self.piles.move(option, lambda worth: worth * fraction // self.unit, keep=full)
        else:
            self.piles.move(option, lambda worth: surplus * worth // held, keep=full)

    def _largest_surplus(self, number: int) -> int:
        most = max(self.piles.held[option] for option in self.waiting)
        tied = [self.names[option] for option in self.waiting if self.piles.held[option] == most]
        chosen = self.names.index(
            self.breaker.choose(tied, number, "for the largest surplus", self.history, lowest=False)
        )
        self.waiting.remove(chosen)
        return chosen

    def _last(self, number: int) -> int:
        standing = self.piles.standing()
        if self.rules == "american":
            undeclared = [
                option
                for option in standing
                if self.names[option].strip().lower() in WRITE_INS and self.piles.held[option]
            ]
            if undeclared:
                return undeclared[0]
        fewest = min(self.piles.held[option] for option in standing)
        tied = [self.names[option] for option in standing if self.piles.held[option] == fewest]
        return self.names.index(self.breaker.choose(tied, number, "for last place", self.history))

    def _result(self) -> Tally:
        left = [self.names[option] for option in self._by_votes(self.piles.standing())]
        return Tally(
            method="the single transferable vote",
            options=self.names,
            winners=tuple(self.elected),
            order=(*self.elected, *left, *reversed(self.out)),
            rounds=tuple(self.rounds),
            valid=self.votes,
            blank=self.ballots.blank,
            spoiled=self.ballots.spoiled,
            quota=self.quota,
            ties=tuple(self.breaker.record),
            more={"rules": self.rules, "seats": self.seats},
        )
