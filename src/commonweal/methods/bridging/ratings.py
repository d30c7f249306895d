"""Ratings as bridging works on them: sorted by rater, each pair of rater and item once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import BadInput

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Ratings:
    """`item[start[u]:start[u + 1]]` are the items that rater u rated, `rating` (0, ½ or 1) beside them.

    `start` int64 (raters + 1), `item` int32 and `rating` float32 (one entry per rating). `repeated` counts ratings that
    a later one by the same person of the same item replaced.
    """

    start: Ints
    item: NDArray[np.int32]
    rating: NDArray[np.float32]
    items: int
    repeated: int = 0
    item_names: Sequence[str] = field(default=(), repr=False)
    rater_names: Sequence[str] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        rater: ArrayLike,
        item: ArrayLike,
        rating: ArrayLike,
        *,
        raters: int | None = None,
        items: int | None = None,
        item_names: Sequence[str] = (),
        rater_names: Sequence[str] = (),
    ) -> Ratings:
        """Take ratings in any order: index of the rater, index of the item, and 0, ½ or 1.

        `raters` and `items` say how many there are when the last ones rated nothing or were not rated. Raises `BadInput`
        on lengths that differ, on an index below 0 or beyond its count, and on any other rating.
        """
        from .kernels import by_rater

        who, what = _index(rater, raters, "raters"), _index(item, items, "items")
        values = np.ascontiguousarray(rating, dtype=np.float32)
        if not len(who) == len(what) == len(values) or values.ndim != 1:
            raise BadInput("raters, items and ratings must be equally many")
        if not np.isin(values, np.array([0, 0.5, 1], np.float32)).all():
            raise BadInput("a rating is 0, 0.5 or 1")
        raters = raters if raters is not None else int(who.max(initial=-1)) + 1
        items = items if items is not None else int(what.max(initial=-1)) + 1
        start, sorted_item, sorted_rating, repeated = by_rater(who, what, values, raters, items)
        return cls(start, sorted_item, sorted_rating, items, int(repeated), item_names, rater_names)

    @property
    def raters(self) -> int:
        return len(self.start) - 1

    def __len__(self) -> int:
        return len(self.item)

    def per_rater(self) -> Ints:
        """How many items each person rated."""
        return np.diff(self.start)

    def per_item(self) -> tuple[Ints, Floats]:
        """How many people rated each item, and the sum of their ratings."""
        count = np.bincount(self.item, minlength=self.items)
        total = np.bincount(self.item, weights=self.rating, minlength=self.items)
        return count.astype(np.int64), total.astype(np.float64)

    def item_name(self, index: int) -> str:
        return str(self.item_names[index]) if len(self.item_names) else str(index)


def _index(values: ArrayLike, count: int | None, what: str) -> NDArray[np.int32]:
    array: NDArray[Any] = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise BadInput(f"{what} are given as whole numbers, counted from 0")
    if array.size and (array.min() < 0 or array.max() >= (count if count is not None else 2**31 - 1)):
        raise BadInput(f"the number of one of the {what} is below 0 or too high")
    return np.ascontiguousarray(array, dtype=np.int32)
