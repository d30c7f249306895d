"""A text as words, in any script: accents folded, case folded, nothing thrown away but punctuation."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

#: Marks that a writer may leave out without writing another word: Latin, Greek and Cyrillic accents, Hebrew points,
#: Arabic vowel signs. Marks of Indic scripts are letters of the word and stay.
_OPTIONAL = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]")
#: Letters that folding by decomposition does not reach.
_FOLD = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h"})
#: Scripts written without spaces between words: Han, Kana, Thai, Lao, Khmer, Burmese, Tibetan.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)


def words(text: str) -> list[str]:
    """The words of a text, in order, folded so that "Élan", "elan" and "ÉLAN" are one.

    Scripts without spaces give pairs of neighbouring characters (and a lone character as itself), which serves a
    comparison of texts about as well as a dictionary of words would.
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = unicodedata.normalize("NFC", _OPTIONAL.sub("", folded)).casefold().translate(_FOLD)
    found: list[str] = []
    for run in _runs(folded):
        for piece in _pieces(run):
            if _UNSPACED.fullmatch(piece) and len(piece) > 1:
                found += [piece[n : n + 2] for n in range(len(piece) - 1)]
            else:
                found.append(piece)
    return found


def _runs(text: str) -> list[str]:
    """Stretches of letters, marks and digits."""
    return "".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in text).split()


def _pieces(run: str) -> list[str]:
    """A run cut where it changes between scripts with and without spaces."""
    cuts = [0, *(place for match in _UNSPACED.finditer(run) for place in match.span()), len(run)]
    return [run[start:end] for start, end in pairwise(cuts) if end > start]
