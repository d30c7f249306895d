"""The opinion map as SVG. People close together answered alike; groups of fewer than five people are not drawn."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from ..pictures import HUES, INK, LINE, SOFT, Picture, Scale

if TYPE_CHECKING:
    from .opinion_map import OpinionMap

#: More marks than this only make the file larger; a sample spread over all people stands for the rest.
MOST_MARKS = 1500
LEFT, TOP, RIGHT, BOTTOM = 20.0, 20.0, 620.0, 400.0


def draw(found: OpinionMap, texts: dict[Hashable, str]) -> str:
    """The map with a mark for each person, a shape and colour for each group, and what sets the group apart below."""
    grouped = found.k > 1 and (found.clarity is None or found.clear)
    shown = [n for n in range(found.k) if found.sizes[n] >= 5] if grouped else []
    lines = [_caption(found, n, texts) for n in shown] or ["No clear groups"]
    picture = Picture("Opinion map", found.sentence, 640, BOTTOM + 40 + 20 * len(lines))
    rows = _drawn(found, shown, grouped)
    across, up = _scales(found.positions[rows] if len(rows) else np.zeros((1, 2)))
    picture.line((across(0), TOP), (across(0), BOTTOM), LINE, 0.5, "2 4")
    picture.line((LEFT, up(0)), (RIGHT, up(0)), LINE, 0.5, "2 4")
    places = [(across(float(x)), up(float(y))) for x, y in found.positions[rows]]
    for n in shown:
        _outline(picture, [place for place, row in zip(places, rows, strict=True) if found.labels[row] == n], n)
    for place, row in zip(places, rows, strict=True):
        kind = int(found.labels[row]) if grouped else 0
        picture.mark(place, kind, 3.2, 0.75, "" if grouped else SOFT)
    for n, line in enumerate(lines):
        y = BOTTOM + 30 + 20 * n
        if shown:
            picture.mark((LEFT + 6, y - 4), shown[n], 4.5)
        picture.text((LEFT + 18, y), line, size=12, colour=INK)
    return picture.svg()


def _drawn(found: OpinionMap, shown: list[int], grouped: bool) -> np.ndarray:
    rows = np.flatnonzero(np.isin(found.labels, shown)) if grouped else np.arange(len(found.labels))
    if not grouped and len(rows) < 5:
        return rows[:0]
    if len(rows) <= MOST_MARKS:
        return rows
    return rows[np.linspace(0, len(rows) - 1, MOST_MARKS).astype(int)]


def _scales(positions: np.ndarray) -> tuple[Scale, Scale]:
    """One unit is as long across as up; a few people far out do not squeeze the rest."""
    reach = max(1e-9, float(np.quantile(np.abs(positions), 0.995)) * 1.15)
    half = (BOTTOM - TOP) / 2
    middle, level = (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2
    width = min((RIGHT - LEFT) / 2, half * 1.5)
    return _Clipped(-reach, reach, middle - width, middle + width), _Clipped(-reach, reach, level + half, level - half)


class _Clipped(Scale):
    """Whoever stands outside is drawn on the edge."""

    def __call__(self, value: float) -> float:
        return super().__call__(min(self.high, max(self.low, value)))


def _outline(picture: Picture, places: list[tuple[float, float]], n: int) -> None:
    """A light area around the nine tenths of a group closest to its centre."""
    points = np.array(places)
    if len(points) < 5:
        return
    far = np.linalg.norm(points - np.median(points, axis=0), axis=1)
    core = points[far <= np.quantile(far, 0.9)]
    try:
        corners = core[ConvexHull(core).vertices] if len(core) >= 3 else core[:0]
    except QhullError:
        return  # all on one line: nothing to enclose
    picture.polygon([(float(x), float(y)) for x, y in corners], HUES[n % len(HUES)], 0.1)


def _caption(found: OpinionMap, n: int, texts: dict[Hashable, str]) -> str:
    first = next(iter(found.representative[n]), None)
    said = ""
    if first is not None:
        words = " ".join((texts.get(first.statement) or f"statement {first.statement}").split())
        short = words if len(words) <= 60 else words[:59].rstrip() + "…"
        said = f"; {first.answers} of {first.seen} {first.direction}: {short}"
    return f"Group {n + 1}, {found.sizes[n]} people{said}"
