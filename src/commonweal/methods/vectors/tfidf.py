"""Texts as weighted words (Salton & Buckley 1988): a word counts more when a text repeats it and few texts hold it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .words import words


@dataclass(frozen=True)
class Tfidf:
    """What was learned from a set of texts: the number of each word, and its weight ln((1 + n)/(1 + df)) + 1."""

    vocabulary: dict[str, int]
    weights: np.ndarray
    texts: int

    def vectors(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """texts × words, CSR, each row of length 1. A text without a known word is a row of zeros."""
        columns: list[int] = []
        values: list[int] = []
        starts = [0]
        for text in texts:
            counted = Counter(self.vocabulary[word] for word in words(text) if word in self.vocabulary)
            columns += sorted(counted)
            values += [counted[column] for column in sorted(counted)]
            starts.append(len(columns))
        at = np.array(columns, dtype=np.int64)
        weighted = (1 + np.log(np.array(values, dtype=float))) * self.weights[at]
        rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        lengths = np.sqrt(np.bincount(rows, weights=weighted**2, minlength=len(starts) - 1))
        return sparse.csr_matrix(
            (weighted / lengths[rows] if len(at) else weighted, at, starts), shape=(len(starts) - 1, len(self.weights))
        )

    def shared_words(self, one: str, other: str, count: int = 3) -> tuple[str, ...]:
        """The words that make two texts alike, the weightiest first: the reason to show beside a suggestion."""
        common = set(words(one)) & set(words(other)) & self.vocabulary.keys()
        return tuple(sorted(common, key=lambda word: (-self.weights[self.vocabulary[word]], word))[:count])


def fit(texts: Sequence[str], rarest: int = 1) -> Tfidf:
    """Learns the words of `texts` that at least `rarest` of them hold. No texts, or no words, make an empty model."""
    held: Counter[str] = Counter()
    for text in texts:
        held.update(set(words(text)))
    kept = sorted(word for word, count in held.items() if count >= rarest)
    counts = np.array([held[word] for word in kept], dtype=float)
    weights = np.log((1 + len(texts)) / (1 + counts)) + 1
    return Tfidf({word: n for n, word in enumerate(kept)}, weights, len(texts))
