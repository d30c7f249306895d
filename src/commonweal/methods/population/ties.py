"""Who knows whom, and how well: a sparse, sorted list of pairs that talking strengthens and time wears off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A tie of strength s becomes 1 − (1 − s)(1 − GAIN) with every reply, and s(1 − DECAY) with every week.
GAIN = 0.12
DECAY = 0.02
#: A tie weaker than this is forgotten.
FORGOTTEN = 0.03


class Ties:
    """Undirected ties among n people. `key` is low·n + high, ascending; `strength` lies between 0 and 1."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.key: Ints = np.zeros(0, np.int64)
        self.strength: Floats = np.zeros(0)

    def __len__(self) -> int:
        return len(self.key)

    def ends(self) -> tuple[Ints, Ints]:
        low, high = np.divmod(self.key, self.n)
        return low, high

    def strengthen(self, one: Ints, other: Ints, times: int = 1) -> None:
        """Each listed pair has talked (`times` counts a meeting for several replies); pairs may repeat."""
        apart = one != other
        pairs = np.minimum(one, other)[apart] * np.int64(self.n) + np.maximum(one, other)[apart]
        new, count = np.unique(pairs, return_counts=True)
        kept = (1 - GAIN) ** (count * times)
        at = np.searchsorted(self.key, new)
        known = np.zeros(len(new), bool)
        inside = at < len(self.key)
        known[inside] = self.key[at[inside]] == new[inside]
        self.strength[at[known]] = 1 - (1 - self.strength[at[known]]) * kept[known]
        self.key = np.insert(self.key, at[~known], new[~known])
        self.strength = np.insert(self.strength, at[~known], 1 - kept[~known])

    def age(self) -> None:
        """A week passes."""
        self.strength *= 1 - DECAY
        if len(self.key) and self.strength.min() < FORGOTTEN:
            kept = self.strength >= FORGOTTEN
            self.key, self.strength = self.key[kept], self.strength[kept]

    def of_each(self) -> Ints:
        """Number of ties per person."""
        low, high = self.ends()
        return np.bincount(low, minlength=self.n) + np.bincount(high, minlength=self.n)

    def matrix(self) -> csr_array:
        """Symmetric n × n matrix of strengths."""
        low, high = self.ends()
        both = (np.concatenate([low, high]), np.concatenate([high, low]))
        return csr_array((np.concatenate([self.strength, self.strength]), both), shape=(self.n, self.n))
