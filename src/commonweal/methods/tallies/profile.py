"""Ballots as arrays: ranked, approving or scoring, each kind grouped so that equal ballots are counted once.

Shapes: `order` is ballots × ranks and holds option numbers, first choice first, `NONE` after the last; `weight` says how
many people cast that ballot. Whole numbers throughout.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from .board import root

NONE = -1
#: Ballots in one file at most: sums over ballots stay far inside 64 bits.
MOST_BALLOTS = 10**12

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Ranked ballots. An option stands once on a ballot; `tiers` (ballots × options, 0 best) is there when ballots rank
    options equal, and then `order` holds only what is ranked alone (a shared rank counts as an overvote and is skipped).

    `blank` people marked nothing; `spoiled` people marked something, but nothing that can be counted. `notes` is what a
    reader of the result must know about the file.
    """

    options: tuple[str, ...]
    order: NDArray[np.int16]
    weight: Whole
    blank: int = 0
    spoiled: int = 0
    tiers: NDArray[np.int16] | None = None
    notes: tuple[str, ...] = ()

    @property
    def valid(self) -> int:
        """How many ballots rank at least one option alone."""
        return int(self.weight[self.order[:, 0] != NONE].sum()) if self.order.size else 0

    def ballot_root(self) -> bytes:
        """The Merkle root of the grouped ballots, written as text and sorted: the order of casting leaves no trace."""
        source = self.order if self.tiers is None else self.tiers
        return _root_of(self.options, source, self.weight)


@dataclass(frozen=True, slots=True)
class Scored:
    """Ballots with a whole number per option: `scores` is ballots × options, `given` marks what was answered at all.

    Approval ballots are scores of 0 and 1. `blank` people answered nothing.
    """

    options: tuple[str, ...]
    scores: Whole
    given: NDArray[np.bool_]
    weight: Whole
    blank: int = 0
    notes: tuple[str, ...] = ()

    def ballot_root(self) -> bytes:
        """As for ranked ballots."""
        return _root_of(self.options, np.where(self.given, self.scores, np.iinfo(np.int64).min), self.weight)


def ranked(
    options: Sequence[str],
    order: Any,
    weight: Any = None,
    *,
    blank: int = 0,
    spoiled: int = 0,
    tiers: Any = None,
    notes: tuple[str, ...] = (),
    group: bool = True,
) -> Ranked:
    """Build ranked ballots from an array: ballots × ranks with option numbers; anything negative is an empty rank.

    Empty ranks are skipped, and a second mention of an option on a ballot is dropped. Equal ballots become one with
    their weights added (`group=False` leaves them, where the caller knows that few are equal).
    Raises BadInput for an option number that does not exist, a weight below zero, or no option at all.
    """
    names = _named(options)
    # Column by column: every step below walks down one rank of all ballots.
    array = np.asfortranarray(np.atleast_2d(np.asarray(order, dtype=np.int16)))
    if array.size and int(array.max()) >= len(names):
        raise BadInput(f"a ballot names option {int(array.max())}, but there are only {len(names)} (the first is 0)")
    counts = _weights(weight, len(array))
    array = _compact(_without_repeats(array))
    held = None if tiers is None else np.asarray(tiers, dtype=np.int16)
    if group and len(array):
        array, held, counts = _grouped(array, held, counts, len(names))
    return Ranked(names, np.ascontiguousarray(array), counts, blank, spoiled, held, notes)


def scored(
    options: Sequence[str],
    scores: Any,
    weight: Any = None,
    *,
    given: Any = None,
    blank: int = 0,
    notes: tuple[str, ...] = (),
) -> Scored:
    """Build scoring or approval ballots: ballots × options of whole numbers; `given` says which were answered."""
    names = _named(options)
    array = np.asarray(scores, dtype=np.int64).reshape(-1, len(names))
    answered = np.ones(array.shape, bool) if given is None else np.asarray(given, dtype=bool).reshape(array.shape)
    return Scored(names, np.where(answered, array, 0), answered, _weights(weight, len(array)), blank, notes)


def _named(options: Sequence[str]) -> tuple[str, ...]:
    names = tuple(options)
    if not names:
        raise BadInput("there is no option to count; name at least one")
    if len(names) > np.iinfo(np.int16).max:
        raise BadInput(f"{len(names):,} options are more than can be counted (32,767)")
    if len(set(names)) != len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise BadInput(f"two options are named “{double}”; give each its own name")
    return names


def _weights(weight: Any, ballots: int) -> Whole:
    counts = np.ones(ballots, np.int64) if weight is None else np.asarray(weight, dtype=np.int64)
    if counts.shape != (ballots,):
        raise BadInput(f"there are {ballots} ballots but {counts.size} weights; give one weight per ballot")
    if counts.size and int(counts.min()) < 0:
        raise BadInput("a ballot cannot stand for fewer than 0 people")
    if sum(int(part) for part in (counts >> 32).sum(keepdims=True)) > MOST_BALLOTS >> 32:
        raise BadInput(f"more than {MOST_BALLOTS:,} ballots cannot be counted")
    return counts


def _without_repeats(array: NDArray[np.int16]) -> NDArray[np.int16]:
    array = np.where(array < 0, np.int16(NONE), array)
    for later in range(1, array.shape[1]):
        for earlier in range(later):
            again = (array[:, later] == array[:, earlier]) & (array[:, later] != NONE)
            if again.any():
                array[again, later] = NONE
    return np.asfortranarray(array)


def _compact(array: NDArray[np.int16]) -> NDArray[np.int16]:
    """Choices moved to the front, keeping their order; ballots without a gap stay as they are."""
    if array.shape[1] == 0:
        return np.full((len(array), 1), NONE, np.int16)
    gap = ((array[:, :-1] == NONE) & (array[:, 1:] != NONE)).any(axis=1) if array.shape[1] > 1 else np.zeros(0, bool)
    if gap.any():
        rows = array[gap]
        array[gap] = np.take_along_axis(rows, np.argsort(rows == NONE, axis=1, kind="stable"), axis=1)
    return array


def _grouped(
    array: NDArray[np.int16], held: NDArray[np.int16] | None, counts: Whole, options: int
) -> tuple[NDArray[np.int16], NDArray[np.int16] | None, Whole]:
    key = array if held is None else np.hstack([array, held])
    if (options + 2) ** key.shape[1] < 2**62:  # a ballot fits into one whole number: sorting those is fast
        code = np.zeros(len(key), np.int64)
        for column in range(key.shape[1]):
            code = code * (options + 2) + (key[:, column] + 1)
        _, first, where = np.unique(code, return_index=True, return_inverse=True)
    else:
        _, first, where = np.unique(np.ascontiguousarray(key), axis=0, return_index=True, return_inverse=True)
    if len(first) == len(key):
        return array, held, counts
    total = np.zeros(len(first), np.int64)
    np.add.at(total, where.reshape(-1), counts)
    return array[first], None if held is None else held[first], total


def _root_of(options: tuple[str, ...], rows: NDArray[Any], weight: Whole) -> bytes:
    """Ballots as text by option name, sorted, one leaf each; equal ones added up first."""
    label = hashlib.sha256("\x1f".join(options).encode()).hexdigest()
    big = np.ascontiguousarray(rows).astype(">i8")
    raw, size = big.tobytes(), big.shape[1] * big.itemsize
    found: dict[bytes, int] = {}
    for place, people in enumerate(weight.tolist()):
        if people:
            key = raw[place * size : (place + 1) * size]
            found[key] = found.get(key, 0) + people
    return root([label.encode(), *(key + b"\x1f%d" % people for key, people in sorted(found.items()))])
