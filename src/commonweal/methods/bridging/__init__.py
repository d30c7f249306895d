"""Bridging: lifting what people who usually differ both find helpful.

>>> night = nightly(Ratings.of(rater, item, rating))
>>> night.sentence, night.scores.order[:10]

A person's place on the factor serves the computation only. It is in no representation, table, file or sentence.
"""

from __future__ import annotations

from .gate import Gate, gate
from .model import Fit, fit
from .nightly import Night, aligned, nightly, starts, to_review, with_rating
from .ratings import Ratings
from .score import Scores, labelled, score
from .words import LABEL, WHY_THIS_ORDER

__all__ = [
    "LABEL",
    "WHY_THIS_ORDER",
    "Fit",
    "Gate",
    "Night",
    "Ratings",
    "Scores",
    "aligned",
    "fit",
    "gate",
    "labelled",
    "nightly",
    "score",
    "starts",
    "to_review",
    "with_rating",
]
