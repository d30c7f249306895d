"""Which texts are about the same thing: by shared words (TF-IDF, always there) or by meaning (the `semantic` extra).

Either gives one vector a text, of length 1, so that a product is a similarity; `neighbours` finds the nearest. The
semantic vectors are for a shortlist that people look at, never for a decision.
"""

from __future__ import annotations

from .neighbours import Neighbour, neighbours
from .semantic import Encoder, load_encoder
from .tfidf import Tfidf, fit
from .words import words

__all__ = ["Encoder", "Neighbour", "Tfidf", "fit", "load_encoder", "neighbours", "words"]
