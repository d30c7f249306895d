"""Raw mean against score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..pictures import GREEN, LINE, SOFT, Picture, Scale, axis_below, axis_left

if TYPE_CHECKING:
    from .score import Scores

MOST = 2_000


def mean_and_score(scores: Scores) -> Picture:
    """One mark per item; those on the line are where the plain mean would have them."""
    shown = scores.order
    if len(shown) > MOST:
        shown = shown[np.linspace(0, len(shown) - 1, MOST).astype(np.int64)]
    picture = Picture("What the order lifts and what it lowers", scores.sentence, 560, 460)
    across, up = Scale(0, 1, 60, 520), Scale(0, 1, 390, 40)
    picture.line((across(0), up(0)), (across(1), up(1)), LINE, 1, "4 4")
    for n in shown:
        label = bool(scores.label[n])
        at = (across(float(scores.mean[n])), up(float(scores.score[n])))
        picture.mark(at, 3 if label else 0, 5 if label else 3, 0.9 if label else 0.45, GREEN if label else SOFT)
    axis_below(picture, across, 390, "mean of all ratings")
    axis_left(picture, up, 60, "score")
    if scores.label.any():
        picture.mark((385, 372), 3, 5, 0.9, GREEN)
        picture.text((396, 376), "valued across sides", size=12)
    return picture
