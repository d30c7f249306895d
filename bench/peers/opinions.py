"""Opinion maps beside scikit-learn's PCA and k-means on the same answers, filled with each statement's mean."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from commonweal.methods import opinions, vectors

DATA = Path(__file__).resolve().parents[2] / "../shared/data/opinions"
PUBLISHED = {
    "15-per-hour-seattle": 0.85,
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01": 0.85,
    "austria-climate.5twd2jsnkf.2022-08-08": 0.85,
    "vtaiwan.uberx": 0.80,
    "american-assembly.bowling-green": 0.70,
}


def measure(quick: bool) -> list[dict[str, Any]]:
    """Each real conversation against its published groups, then speed at two sizes (the large one unless `quick`)."""
    rows = [_published(name, least) for name, least in PUBLISHED.items() if (DATA / name).is_dir()]
    rows.append(_simulated(2_000, 900, 100, "under 1 s"))
    if not quick:
        rows.append(_simulated(100_000, 1_000, 50, "under 60 s, 2 GiB"))
    return [*rows, _words()]


def _published(name: str, least: float) -> dict[str, Any]:
    export = opinions.read_export(DATA / name)
    zero = export.zeroed_when_published
    found, seconds = _timed(lambda: opinions.opinion_map(export.votes, zero_moderated=zero))
    published = dict(zip(export.votes.people, export.groups, strict=True))
    theirs = np.array([published[one] for one in found.votes.people])
    known = theirs >= 0
    row = _row(f"opinions: {name} ({len(found.votes.people)} people)", seconds, f"adjusted Rand at least {least}")
    row["agreement"] = f"published groups: {opinions.adjusted_rand(theirs[known], found.labels[known]):.3f}"
    peer = _peer(found.votes, found.k)
    if peer:
        row["peer_seconds"] = peer[1]
        row["agreement"] += f" (peer {opinions.adjusted_rand(theirs[known], peer[0][known]):.3f})"
    return row


def _simulated(people: int, statements: int, each: int, target: str) -> dict[str, Any]:
    chance = np.random.default_rng(1)
    groups = chance.integers(0, 3, people)
    opinion = chance.normal(0, 1, (3, statements))
    rows = np.repeat(np.arange(people), np.maximum(7, chance.poisson(each, people)))
    columns = chance.integers(0, statements, len(rows))
    lean = opinion[groups[rows], columns] + chance.logistic(0, 1, len(rows))
    votes = opinions.Votes.of(
        range(people), range(statements), rows, columns, np.where(lean > 0.3, 1, np.where(lean < -0.3, -1, 0))
    )
    found, seconds = _timed(lambda: opinions.opinion_map(votes))
    known = groups[list(found.votes.people)]
    row = _row(f"opinions: {people:,} × {statements:,}, {votes.matrix.nnz:,} answers", seconds, target)
    row["agreement"] = f"simulated groups: {opinions.adjusted_rand(known, found.labels):.3f}"
    peer = _peer(found.votes, found.k)
    if peer:
        row["peer_seconds"] = peer[1]
        row["agreement"] += f" (peer {opinions.adjusted_rand(known, peer[0]):.3f})"
    return row


def _peer(votes: opinions.Votes, k: int) -> tuple[np.ndarray, float] | None:
    """scikit-learn: fill with means, PCA to two, k-means for 2 to 5 with the silhouette, on at most 20,000 × 1,000 dense."""
    try:
        from sklearn.cluster import KMeans
        from sklearn.decomposition import PCA
        from sklearn.metrics import silhouette_score
    except ImportError:
        return None

    def work() -> np.ndarray:
        table = np.zeros(votes.matrix.shape, dtype=np.float32)
        _, _, seen = votes.counts()
        means = np.asarray(votes.matrix.sum(axis=0)).ravel() / np.maximum(seen, 1)
        answered = np.repeat(np.arange(len(votes.people)), votes.cast)
        table[answered, votes.matrix.indices] = votes.matrix.data - means[votes.matrix.indices]
        places = PCA(2, svd_solver="randomized", random_state=0).fit_transform(table)
        runs = {n: KMeans(n, n_init=10, random_state=0).fit_predict(places) for n in range(2, 6)}
        for labels in runs.values():
            silhouette_score(places, labels, sample_size=min(5000, len(places)), random_state=0)
        return runs[k]

    return _timed(work)


def _words() -> dict[str, Any]:
    """TF-IDF and the three nearest of 5,000 short texts, beside scikit-learn's vectoriser and neighbours."""
    chance = np.random.default_rng(2)
    texts = [" ".join(f"w{n}" for n in chance.zipf(1.4, 20) % 5000) for _ in range(5000)]

    def ours() -> list[list[vectors.Neighbour]]:
        return vectors.neighbours(vectors.fit(texts).vectors(texts), count=3)

    found, seconds = _timed(ours)
    row = _row("vectors: 5,000 texts, three nearest each", seconds, "")
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.neighbors import NearestNeighbors
    except ImportError:
        return row

    def theirs() -> np.ndarray:
        table = TfidfVectorizer(analyzer=vectors.words, sublinear_tf=True).fit_transform(texts)
        return NearestNeighbors(n_neighbors=4, metric="cosine").fit(table).kneighbors(table)[0]

    far, row["peer_seconds"] = _timed(theirs)
    same = np.mean([abs(one[0].similarity - (1 - far[n][1])) < 1e-6 for n, one in enumerate(found) if one])
    row["agreement"] = f"same nearest similarity for {100 * same:.1f}%"
    return row


def _row(what: str, seconds: float, target: str) -> dict[str, Any]:
    return {
        "what": what,
        "ours_seconds": seconds,
        "peer": "scikit-learn",
        "peer_seconds": None,
        "agreement": "scikit-learn is not installed",
        "target": target,
    }


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = work()
    return found, time.perf_counter() - began


if __name__ == "__main__":
    for line in measure(quick=False):
        print(line)
