"""What people wrote on joining, compared by weighted words (TF-IDF). Only jobs load this; nothing of it is quoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from commonweal.methods.matching import Lists, People
from commonweal.methods.vectors import fit, neighbours

#: How many numbers stand for a text. A fixed random projection of its words (Achlioptas 2003) keeps cosines to about
#: one in the square root of it, so that a likeness of ALIKE is well above chance.
WIDTH, ALIKE = 256, 0.3
#: Beyond so many texts nobody is compared with everybody; the score still counts likeness where two people come up.
MOST_COMPARED, NEAREST = 5_000, 20


def vectors_of(words: dict[int, str]) -> Mapping[int, Sequence[float]]:
    """A vector of length one (or zero) for each text, by membership id."""
    ids = sorted(words)
    texts = [words[pk] for pk in ids]
    weighted = fit(texts).vectors(texts)
    if weighted.shape[1] > WIDTH:
        rng = np.random.default_rng(0)
        signs = rng.choice(np.array([-1.0, 1.0], dtype=np.float32), size=(weighted.shape[1], WIDTH))
        rows = np.asarray(weighted @ signs, dtype=np.float32)
    else:
        rows = np.asarray(weighted.toarray(), dtype=np.float32)
    # Rows of an array do all that a sequence of numbers does here, in a tenth of the room.
    return cast("Mapping[int, Sequence[float]]", dict(zip(ids, rows, strict=True)))


def alike_lists(words: dict[int, str], people: People) -> Lists | None:
    """For each row of people, the rows whose texts are most alike, to be looked at as well in a big round."""
    if not 1 < len(words) <= MOST_COMPARED:
        return None
    ids = sorted(words)
    texts = [words[pk] for pk in ids]
    rows = people.rows(np.array(ids, dtype=np.int64))
    near: list[list[int]] = [[] for _person in range(len(people))]
    for row, found in zip(rows, neighbours(fit(texts).vectors(texts), count=NEAREST, at_least=ALIKE), strict=True):
        near[row] = [int(rows[one.row]) for one in found]
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(one) for one in near], dtype=np.int64)])
    return Lists(starts, np.array([one for row in near for one in row], dtype=np.int32))


def are_alike(people: People, pairs: Sequence[tuple[int, int]]) -> list[bool]:
    """Whether the two people (ids) of each pair wrote about similar things."""
    text, ends = people.columns.text, np.array(pairs, dtype=np.int64).reshape(-1, 2)
    if not text.shape[1]:
        return [False] * len(ends)
    one, other = people.rows(ends[:, 0]), people.rows(ends[:, 1])
    return (np.einsum("ij,ij->i", text[one], text[other]) >= ALIKE).tolist()  # type: ignore[no-any-return]
