"""The Schulze method: the option that no other beats along the strongest paths of pairwise victories.

d[a, b] people rank a above b (an option left out stands below all that are ranked). Where d[a, b] > d[b, a] the link
a→b has the strength d[a, b] ("winning votes"); a path is as strong as its weakest link; a beats b when the strongest
path from a to b is stronger than the one back (Floyd-Warshall; M. Schulze, Social Choice and Welfare 36, 2011). When
one option beats every other head to head, it wins, and the result names it as the Condorcet winner.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from ..results import Table
from .profile import NONE, Ranked, Whole
from .results import Number, Round, Tally, in_figures, listed
from .ties import Breaker

#: Ballots that are compared at once, so that a million of them never need more than a few megabytes of working room.
BLOCK = 1 << 16


def pairwise(ballots: Ranked) -> Whole:
    """How many people rank option a above option b: options × options, zero on the diagonal."""
    size = len(ballots.options)
    wins = np.zeros((size, size), np.int64)
    for start in range(0, len(ballots.weight), BLOCK):
        part = slice(start, start + BLOCK)
        wins += _pairwise_of(_places(ballots, part), ballots.weight[part])
    return wins


def _places(ballots: Ranked, part: slice) -> NDArray[Any]:
    """Options × ballots: the place of each option on each ballot, the number of options when left out."""
    size = len(ballots.options)
    if ballots.tiers is not None:
        return np.ascontiguousarray(ballots.tiers[part].T)
    order = ballots.order[part]
    places = np.full((size + 1, len(order)), size, np.int16)  # the last row takes what is NONE
    each = np.arange(len(order))
    for rank in range(order.shape[1]):
        places[order[:, rank], each] = rank
    return places[:size]


def _pairwise_of(places: NDArray[Any], weight: Whole) -> Whole:
    size = len(places)
    wins = np.zeros((size, size), np.int64)
    plain = bool((weight == 1).all())
    for a in range(size):
        for b in range(a + 1, size):
            above, below = places[a] < places[b], places[a] > places[b]
            if plain:
                wins[a, b], wins[b, a] = np.count_nonzero(above), np.count_nonzero(below)
            else:
                wins[a, b], wins[b, a] = weight[above].sum(), weight[below].sum()
    return wins


def strongest_paths(wins: Whole) -> Whole:
    """The strength of the strongest path between any two options, by winning votes."""
    strength = np.where(wins > wins.T, wins, 0)
    for through in range(len(wins)):
        strength = np.maximum(strength, np.minimum(strength[:, through, None], strength[None, through, :]))
    np.fill_diagonal(strength, 0)
    return strength


def count(ballots: Ranked, seats: int = 1, *, breaker: Breaker | None = None) -> Tally:
    """The Schulze order, and its first `seats` options as winners. Raises BadInput when nothing is ranked."""
    breaker = breaker or Breaker(ballot_root=ballots.ballot_root)
    people = int(ballots.weight[_says_something(ballots)].sum())
    if not people:
        raise BadInput("no ballot ranks any option, so there is nothing to count")
    if seats < 1:
        raise BadInput(f"{seats} winners cannot be named; at least one is needed")
    names = ballots.options
    wins = pairwise(ballots)
    strength = strongest_paths(wins)
    beats = strength > strength.T
    order = _order(names, beats, min(seats, len(names)), breaker)
    winners = tuple(order[:seats])
    beaten = {name: int(beats[n].sum()) for n, name in enumerate(names)}
    head_to_head = (wins > wins.T).sum(axis=1)
    best = int(head_to_head.argmax())
    condorcet = names[best] if int(head_to_head[best]) == len(names) - 1 else None
    tally: dict[str, Number] = dict(beaten)
    said = _words(names, winners, wins, strength, condorcet)
    return Tally(
        method="the Schulze method",
        options=names,
        winners=winners,
        order=tuple(order),
        rounds=(Round(1, tally, said, winners),),
        valid=people,
        blank=ballots.blank,
        spoiled=ballots.spoiled,
        ties=tuple(breaker.record),
        more={
            "condorcet_winner": condorcet,
            "pairwise": {a: {b: int(wins[i, j]) for j, b in enumerate(names) if i != j} for i, a in enumerate(names)},
            "strongest_paths": {
                a: {b: int(strength[i, j]) for j, b in enumerate(names) if i != j} for i, a in enumerate(names)
            },
        },
        extra_tables=(_matrix("Head to head: people who rank the row above the column", names, order, wins),),
        counts="Options that each beats",
    )


def _says_something(ballots: Ranked) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = ballots.order[:, 0] != NONE
    if ballots.tiers is not None:
        found = found | (ballots.tiers != ballots.tiers[:, :1]).any(axis=1) | (ballots.tiers[:, 0] == 0)
    return found


def _order(names: tuple[str, ...], beats: NDArray[np.bool_], seats: int, breaker: Breaker) -> list[str]:
    """Level by level: who is beaten by nobody still unplaced. Within a level the lot decides, reported when it matters."""
    left = list(range(len(names)))
    order: list[str] = []
    while left:
        unbeaten = [names[a] for a in left if not any(beats[b, a] for b in left)]
        if len(unbeaten) == 1:
            chosen = unbeaten[0]
        elif len(order) < seats:
            chosen = breaker.choose(unbeaten, 1, f"for place {len(order) + 1}")
        else:
            chosen = breaker.lot_order(unbeaten)[0]
        order.append(chosen)
        left.remove(names.index(chosen))
    return order


def _words(
    names: tuple[str, ...], winners: tuple[str, ...], wins: Whole, strength: Whole, condorcet: str | None
) -> str:
    first = names.index(winners[0])
    if condorcet is not None and condorcet == winners[0]:
        nearest = min(
            (n for n in range(len(names)) if n != first),
            key=lambda n: (wins[first, n] - wins[n, first], names[n]),
            default=None,
        )
        if nearest is None:
            return f"{winners[0]} is the only option."
        return (
            f"{condorcet} beats every other option head to head (the Condorcet winner); closest is {names[nearest]}, "
            f"with {in_figures(int(wins[first, nearest]))} against {in_figures(int(wins[nearest, first]))}."
        )
    level = [names[n] for n in range(len(names)) if n != first and strength[first, n] == strength[n, first]]
    stands = f"No option beats every other head to head. No option has a stronger path of victories to {winners[0]} than back"
    return f"{stands}, but {listed(level)} stand level with it." if level else f"{stands}."


def _matrix(title: str, names: tuple[str, ...], order: list[str], values: Whole) -> Table:
    at = [names.index(name) for name in order]
    rows = tuple((names[a], *(int(values[a, b]) if a != b else None for b in at)) for a in at)
    return Table(title, ("", *(names[b] for b in at)), rows)
