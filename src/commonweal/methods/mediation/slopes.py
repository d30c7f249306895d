"""Slopes that differ from cluster to cluster: their means, covariance and residual variances by maximum likelihood.

What EM needs of a cluster is its within cross-products, so thousands of resamples of clusters are fitted side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import BadInput

#: EM stops when no figure (on standardised scales) moves by more than this, or after so many rounds.
STILL, ROUNDS, ROUNDS_RESAMPLED = 1e-8, 5000, 30


@dataclass(frozen=True)
class Stats:
    """Per cluster: within cross-products `xx, xm, mm, xy, my, yy`, rows less one `freedom`, and the means of x, m, y."""

    xx: np.ndarray
    xm: np.ndarray
    mm: np.ndarray
    xy: np.ndarray
    my: np.ndarray
    yy: np.ndarray
    freedom: np.ndarray
    means: np.ndarray
    scale: np.ndarray

    @property
    def clusters(self) -> int:
        return len(self.freedom)

    @classmethod
    def of(cls, groups: np.ndarray, columns: np.ndarray, held: np.ndarray) -> Stats:
        size = np.bincount(groups)
        centred = columns - means_of(groups, columns, size)[groups]
        if held.shape[1]:
            aside = held - means_of(groups, held, size)[groups]
            centred = centred - aside @ np.linalg.lstsq(aside, centred, rcond=None)[0]
        tiny = 1e-12 * np.maximum(1e-300, np.abs(columns).max(axis=0))
        scale = np.sqrt((centred**2).mean(axis=0))
        if (scale <= tiny).any():
            name = ("x", "m", "y")[int(np.argmax(scale <= tiny))]
            raise BadInput(f"{name} never differs within a cluster, so nothing can be said about what happens within")
        x, m, y = (centred / scale).T
        if len(groups) - len(size) < held.shape[1] + 4:
            raise BadInput("too few rows within clusters for a model within clusters")

        def sums(one: np.ndarray, other: np.ndarray) -> np.ndarray:
            return np.bincount(groups, weights=one * other)

        products = (sums(x, x), sums(x, m), sums(m, m), sums(x, y), sums(m, y), sums(y, y))
        if products[1].sum() ** 2 >= products[0].sum() * products[2].sum() * (1 - 1e-10):
            raise BadInput("m is determined by x within clusters; their effects cannot be told apart")
        return cls(*products, freedom=size - 1.0, means=means_of(groups, columns, size), scale=scale)


@dataclass(frozen=True)
class Slopes:
    """On standardised scales, per resample: `mean` (× 3) of a_j, b_j and c′_j, their covariance `spread` (× 3 × 3), and
    the `residual` variances (× 2) of m and y."""

    mean: np.ndarray
    spread: np.ndarray
    residual: np.ndarray

    @classmethod
    def first(cls, stats: Stats) -> Slopes:
        """Where EM begins: slopes that do not differ, and some room around them."""
        xx, xm, mm = stats.xx.sum(), stats.xm.sum(), stats.mm.sum()
        b, c = np.linalg.solve([[mm, xm], [xm, xx]], [stats.my.sum(), stats.xy.sum()])
        return cls(np.array([[xm / xx, b, c]]), 0.1 * np.eye(3)[None], np.full((1, 2), 0.5))

    def spread_out(self, size: int) -> Slopes:
        return Slopes(
            *(np.broadcast_to(v, (size, *v.shape[1:])).copy() for v in (self.mean, self.spread, self.residual))
        )

    def moved(self, other: Slopes) -> float:
        return float(max(np.abs(self.mean - other.mean).max(), np.abs(self.spread - other.spread).max()))


def fitted(stats: Stats, counts: np.ndarray, start: Slopes | None = None) -> Slopes:
    """Maximum likelihood for each row of `counts` (resamples × clusters), from `start` with fewer rounds if given.

    Three rounds of EM at a time, the second and third from where the first two point to (SQUAREM; Varadhan and Roland
    2008): it ends where EM ends, in a fraction of the rounds.
    """
    now = (start or Slopes.first(stats)).spread_out(len(counts))
    for _ in range((ROUNDS if start is None else ROUNDS_RESAMPLED) // 3):
        first = _round(stats, counts, now)
        second = _round(stats, counts, first)
        if second.moved(first) < STILL:
            return second
        now = _round(stats, counts, _ahead(now, first, second))
    return now


def _round(stats: Stats, counts: np.ndarray, now: Slopes) -> Slopes:
    """One round of EM."""
    weight = counts / counts.sum(axis=1, keepdims=True)
    freedom = np.maximum((counts * stats.freedom).sum(axis=1), 1.0)
    slopes, loose = _of_each(stats, now)
    mean = np.einsum("rj,rjk->rk", weight, slopes)
    apart = slopes - mean[:, None]
    spread = np.swapaxes(apart * weight[..., None], 1, 2) @ apart
    spread += np.einsum("rj,rjkl->rkl", weight, loose) + 1e-10 * np.eye(3)
    return Slopes(mean, spread, _residual(stats, counts, slopes, loose, freedom))


def _ahead(start: Slopes, first: Slopes, second: Slopes) -> Slopes:
    """Extrapolated from three points on the way, row by row; the third point where that leaves what is possible."""
    a, b, c = (np.column_stack([s.mean, s.spread.reshape(len(s.mean), 9), s.residual]) for s in (start, first, second))
    step, bend = b - a, (c - b) - (b - a)
    length = np.linalg.norm(step, axis=1) / np.maximum(np.linalg.norm(bend, axis=1), 1e-300)
    length = np.clip(length, 1.0, 100.0)[:, None]
    far = a + 2 * length * step + length**2 * bend
    spread = far[:, 3:12].reshape(-1, 3, 3)
    spread = (spread + np.swapaxes(spread, 1, 2)) / 2
    possible = (np.linalg.eigvalsh(spread)[:, 0] > 1e-10) & (far[:, 12:] > 1e-10).all(axis=1)
    far = np.where(possible[:, None], far, c)
    spread = np.where(possible[:, None, None], spread, second.spread)
    return Slopes(far[:, :3], spread, far[:, 12:])


def _of_each(stats: Stats, now: Slopes) -> tuple[np.ndarray, np.ndarray]:
    """The slopes that each cluster is expected to have, and how uncertain they are."""
    prior = np.linalg.inv(now.spread)
    vm, vy = now.residual[:, :1], now.residual[:, 1:]
    drawn = (prior @ now.mean[:, :, None])[:, :, 0]
    pull = (stats.xm / vm + drawn[:, :1], stats.my / vy + drawn[:, 1:2], stats.xy / vy + drawn[:, 2:])
    loose = _inverted(
        (stats.xx / vm + prior[:, 0, :1], prior[:, 0, 1:2], prior[:, 0, 2:]),
        (stats.mm / vy + prior[:, 1, 1:2], stats.xm / vy + prior[:, 1, 2:]),
        stats.xx / vy + prior[:, 2, 2:],
    )
    slopes = np.stack([sum(loose[..., r, c] * pull[c] for c in range(3)) for r in range(3)], axis=-1)
    return slopes, loose


def _inverted(
    first: tuple[np.ndarray, np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray], last: np.ndarray
) -> np.ndarray:
    """Inverses of symmetric 3 × 3 matrices from their upper triangles, by cofactors: several times as fast as LAPACK."""
    (aa, ab, ac), (bb, bc), cc = first, second, last
    one, two, three = bb * cc - bc * bc, ac * bc - ab * cc, ab * bc - ac * bb
    whole = aa * one + ab * two + ac * three
    found = np.empty((*whole.shape, 3, 3))
    found[..., 0, 0] = one / whole
    found[..., 0, 1] = found[..., 1, 0] = two / whole
    found[..., 0, 2] = found[..., 2, 0] = three / whole
    found[..., 1, 1] = (aa * cc - ac * ac) / whole
    found[..., 1, 2] = found[..., 2, 1] = (ab * ac - aa * bc) / whole
    found[..., 2, 2] = (aa * bb - ab * ab) / whole
    return found


def _residual(
    stats: Stats, counts: np.ndarray, slopes: np.ndarray, loose: np.ndarray, freedom: np.ndarray
) -> np.ndarray:
    """Expected residual variances of m and of y."""
    a, b, c = slopes[..., 0], slopes[..., 1], slopes[..., 2]
    of_m = stats.mm - 2 * a * stats.xm + (a * a + loose[..., 0, 0]) * stats.xx
    of_y = stats.yy - 2 * b * stats.my - 2 * c * stats.xy + (b * b + loose[..., 1, 1]) * stats.mm
    of_y = of_y + 2 * (b * c + loose[..., 1, 2]) * stats.xm + (c * c + loose[..., 2, 2]) * stats.xx
    both = np.stack([(counts * of_m).sum(axis=1), (counts * of_y).sum(axis=1)], axis=1)
    return np.maximum(both / freedom[:, None], 1e-10)


def means_of(groups: np.ndarray, columns: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The mean of each column in each group: groups × columns."""
    return np.column_stack([np.bincount(groups, weights=column) / size for column in columns.T])
