"""A network of ties between people, as the guards read it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import BadInput

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = tuple[Ints, NDArray[np.int32], NDArray[np.float32]]


@dataclass(frozen=True)
class Network:
    """Directed ties, each ordered pair once. `target[start[n]:start[n + 1]]` is whom n replied to (or reached).

    `weight` (float32) is empty when all ties weigh 1. `loops` and `repeats` count what was dropped and merged: a tie of a
    person to themselves is none, and a repeated pair is one tie (its weights added).
    """

    start: Ints
    target: NDArray[np.int32]
    weight: NDArray[np.float32]
    loops: int = 0
    repeats: int = 0

    @classmethod
    def of(
        cls, source: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None, *, nodes: int | None = None
    ) -> Network:
        """From indices of nodes (whole numbers from 0) and, perhaps, weights above 0. Raises `BadInput` on others."""
        from .kernels import rows

        one, two = _index(source, nodes), _index(target, nodes)
        heavy = np.zeros(0, np.float32) if weight is None else np.ascontiguousarray(weight, dtype=np.float32)
        if len(one) != len(two) or (weight is not None and len(heavy) != len(one)):
            raise BadInput("sources, targets and weights must be equally many")
        if weight is not None and not (np.isfinite(heavy).all() and (heavy > 0).all()):
            raise BadInput("a weight is a number above 0")
        nodes = nodes if nodes is not None else int(max(one.max(initial=-1), two.max(initial=-1))) + 1
        return cls(*rows(one, two, heavy, nodes))

    @property
    def nodes(self) -> int:
        return len(self.start) - 1

    @property
    def ties(self) -> int:
        return len(self.target)

    @cached_property
    def reverse(self) -> Rows:
        """The same ties by the node they reach."""
        from .kernels import turned

        found: Rows = turned(self.start, self.target, self.weight)
        return found

    def sent(self) -> Floats:
        """Weight of the ties that each node sends."""
        return _summed(self.start, self.weight)

    def received(self) -> Floats:
        """Weight of the ties that each node receives."""
        if len(self.weight):
            return np.bincount(self.target, weights=self.weight, minlength=self.nodes).astype(np.float64)
        return np.bincount(self.target, minlength=self.nodes).astype(np.float64)

    def among(self, inside: NDArray[np.bool_]) -> Network:
        """The network among some of the nodes, which are numbered anew in the same order."""
        if inside.all():
            return self
        number = np.cumsum(inside, dtype=np.int32) - 1
        source = np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.start))
        kept = inside[source] & inside[self.target]
        weight = self.weight[kept] if len(self.weight) else None
        return Network.of(number[source[kept]], number[self.target[kept]], weight, nodes=int(inside.sum()))


def _summed(start: Ints, weight: NDArray[np.float32]) -> Floats:
    if not len(weight):
        return np.diff(start).astype(np.float64)
    running = np.concatenate([[0.0], np.cumsum(weight, dtype=np.float64)])
    return running[start[1:]] - running[start[:-1]]


def _index(values: ArrayLike, nodes: int | None) -> NDArray[np.int32]:
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise BadInput("nodes are given as whole numbers, counted from 0")
    if array.size and (array.min() < 0 or array.max() >= (nodes if nodes is not None else 2**31 - 2)):
        raise BadInput("the number of a node is below 0 or too high")
    return np.ascontiguousarray(array, dtype=np.int32)
