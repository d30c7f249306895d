"""Ties: earlier rounds, read backwards; then a lot that everybody can draw again.

The lot is SHA-256(election ‖ ballot root ‖ beacon): the beacon is a public number named before the vote (or committed
to by two scrutineers), the ballot root is the Merkle root of the counted ballots, so neither alone decides. Each tied
option draws SHA-256(lot ‖ option); the lowest draw is first. Every tie is reported, whichever rule resolved it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from .results import Number, Tie

EARLIER = "the votes in an earlier round"
LOT = "the public lot"


class Breaker:
    """Resolves the ties of one count and keeps the record of them.

    `ballot_root` is called at the first lot only, since the root of a million ballots takes a moment.
    """

    def __init__(self, election: str = "", beacon: str = "", ballot_root: Callable[[], bytes] = lambda: b"") -> None:
        self._election, self._beacon, self._root = election, beacon, ballot_root
        self._lot: bytes | None = None
        self.record: list[Tie] = []

    def lot_order(self, options: Sequence[str]) -> list[str]:
        """The options by their draw, first to last. The same for everybody who knows the three public parts."""
        if self._lot is None:
            self._lot = hashlib.sha256(self._election.encode() + self._root() + self._beacon.encode()).digest()
        lot = self._lot
        return sorted(options, key=lambda option: (hashlib.sha256(lot + option.encode()).digest(), option))

    def choose(
        self,
        options: Sequence[str],
        number: int,
        purpose: str,
        history: Sequence[Mapping[str, Number]] = (),
        lowest: bool = True,
    ) -> str:
        """One of the tied `options`.

        `history` holds the tallies of the rounds before this one, oldest first: at the latest of them where the options
        differ, those with the fewest votes stay (the most, with `lowest=False`), and so on backwards; what is still
        equal after the first round is left to the lot.
        """
        if len(options) == 1:
            return options[0]
        left = list(options)
        for tally in reversed(history):
            held = [tally.get(option, 0) for option in left]
            edge = min(held) if lowest else max(held)
            left = [option for option, votes in zip(left, held, strict=True) if votes == edge]
            if len(left) == 1:
                break
        chosen, rule = (left[0], EARLIER) if len(left) == 1 else (self.lot_order(left)[0], LOT)
        self.record.append(Tie(number, tuple(options), (chosen,), purpose, rule))
        return chosen

    def rank(self, scores: Mapping[str, Number], places: int | None = None) -> list[str]:
        """All options by falling score, equal ones by lot. A lot that decides one of the first `places` is reported."""
        by_score: dict[Number, list[str]] = {}
        for option, score in scores.items():
            by_score.setdefault(score, []).append(option)
        order: list[str] = []
        for score in sorted(by_score, reverse=True):
            equal = by_score[score]
            drawn = self.lot_order(equal) if len(equal) > 1 else equal
            before, after = len(order), len(order) + len(equal)
            if places is not None and before < places < after:
                chosen = tuple(drawn[: places - before])
                self.record.append(Tie(1, tuple(equal), chosen, "for the last place", LOT))
            order += drawn
        return order
