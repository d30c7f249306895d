"""The columns of a round, packed into seven arrays: compiled code passes few arrays fast, and reads a person's numbers
from one or two lines of memory instead of twenty."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .people import Columns, Lists

#: Columns of `numbers`.
(OFFSET, PLACE, SCALE, REACH, RESPONSE, STAGE, AGE, AGE_APART, WAYS, IN_PERSON, SUPPORTER, VETTED, ACUTE) = range(13)
TOTALS, POINT, NEED, GIVE, WIDTH = 13, 15, 18, 23, 28
#: Pairs of columns of `spans`: where a person's list begins and ends in `items` (or, for wants, among the rows).
EXPERIENCES, INTERESTS, CONTACTS, APART, WANTS = 0, 2, 4, 6, 8


class Packed(NamedTuple):
    """bits: (n, 1 + L + 2F) free slots, L words of languages, F of facts, F of refusals. numbers: (n, 28), see above;
    each of them a whole number under 2**24 or a measure for which 24 bits are plenty. spans: (n, 10). items: the lists
    of experiences, interests (numbered after the experiences), contacts and people apart. idf: of both kinds of tag.
    wants: (m, F). text: (n, d). words: (L, F).
    """

    bits: NDArray[np.uint64]
    numbers: NDArray[np.float32]
    spans: NDArray[np.int64]
    items: NDArray[np.int32]
    idf: NDArray[np.float32]
    wants: NDArray[np.uint64]
    text: NDArray[np.float32]
    words: tuple[int, int]


def pack(c: Columns) -> Packed:
    """Copy the columns; about 200 bytes and the lists for each person."""
    n = len(c.free)
    numbers = np.zeros((n, WIDTH), dtype=np.float32)
    single = (c.offset, c.place, c.scale, c.reach, c.response, c.stage, c.age, c.age_apart, c.ways)
    flags = (c.in_person, c.supporter, c.vetted, c.acute)
    numbers[:, :TOTALS] = np.column_stack([*single, *flags])
    numbers[:, TOTALS], numbers[:, TOTALS + 1] = c.experience_total, c.interest_total
    known = c.place >= 0
    numbers[known, POINT : POINT + 3] = c.points[c.place[known]]
    numbers[:, NEED:GIVE], numbers[:, GIVE:WIDTH] = c.need, c.give
    shifted = Lists(c.interests.start, c.interests.items + np.int32(len(c.experience_idf)))
    lists = (c.experiences, shifted, c.contacts, c.apart)
    spans = np.empty((n, 10), dtype=np.int64)
    base = 0
    for column, one in zip((EXPERIENCES, INTERESTS, CONTACTS, APART), lists, strict=True):
        spans[:, column], spans[:, column + 1] = one.start[:-1] + base, one.start[1:] + base
        base += len(one.items)
    spans[:, WANTS], spans[:, WANTS + 1] = c.want_start[:-1], c.want_start[1:]
    return Packed(
        bits=np.ascontiguousarray(np.hstack([c.free.reshape(-1, 1), c.languages, c.facts, c.refuses])),
        numbers=numbers,
        spans=spans,
        items=np.concatenate([one.items for one in lists]).astype(np.int32),
        idf=np.concatenate([c.experience_idf, c.interest_idf]),
        wants=np.ascontiguousarray(c.wants),
        text=np.ascontiguousarray(c.text),
        words=(c.languages.shape[1], c.facts.shape[1]),
    )
