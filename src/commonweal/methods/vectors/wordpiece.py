"""Cuts a text into the pieces that an uncased BERT model knows (Wu et al. 2016; Devlin et al. 2019)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

UNKNOWN, BEGIN, END = "[UNK]", "[CLS]", "[SEP]"
LONGEST_WORD = 100
_IDEOGRAPHS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def pieces(text: str, vocabulary: Mapping[str, int], longest: int) -> list[int]:
    """Numbers of the pieces, between the signs for begin and end, at most `longest` in all."""
    found = [piece for word in _words(text) for piece in _cut(word, vocabulary)]
    return [vocabulary[BEGIN], *found[: longest - 2], vocabulary[END]]


def _words(text: str) -> Iterator[str]:
    """Lower case, without accents; punctuation and ideographs each a word of their own."""
    cleaned = "".join(_clean(one) for one in text)
    bare = "".join(one for one in unicodedata.normalize("NFD", cleaned) if unicodedata.category(one) != "Mn")
    for run in bare.lower().split():
        start = 0
        for n, one in enumerate(run):
            if _is_punctuation(one):
                if n > start:
                    yield run[start:n]
                yield one
                start = n + 1
        if start < len(run):
            yield run[start:]


def _clean(one: str) -> str:
    if one in "\t\n\r" or unicodedata.category(one) == "Zs":
        return " "
    if one in "\0\ufffd" or unicodedata.category(one)[0] == "C":
        return ""
    return f" {one} " if any(low <= ord(one) <= high for low, high in _IDEOGRAPHS) else one


def _is_punctuation(one: str) -> bool:
    """Also the signs of ASCII that Unicode calls symbols."""
    return unicodedata.category(one)[0] == "P" or (
        one.isascii() and one.isprintable() and not one.isalnum() and one != " "
    )


def _cut(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    """The longest known piece from the left, again and again; a word that cannot be cut so is unknown as a whole."""
    if len(word) > LONGEST_WORD:
        return [vocabulary[UNKNOWN]]
    found, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = word[start:end] if start == 0 else f"##{word[start:end]}"
            if piece in vocabulary:
                found.append(vocabulary[piece])
                start = end
                break
        else:
            return [vocabulary[UNKNOWN]]
    return found
