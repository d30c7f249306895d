"""The list of phrases that ask for a closer look, and how a text is compared with it. Local: nothing leaves the machine.

The list is data, one file per language in `data/phrases`, with a version and the names of those who reviewed it. It
finds words, not people: it shows help, tells those on duty, and holds only talk of methods and of dying together until
a steward has read it. A professional must review the list before a community relies on it; see docs/safety.md.

How an entry is written: `a|b` either word, `a?` may be missing, `a_b` words that belong together, `...` up to five words
between. `unless` takes a match back when it stands in the same sentence. Accents, case and apostrophes do not matter.

People misspell when it is hard, and veil words that other places forbid. `spellings` says what stands for what,
`masked` which words are read behind stars; letters apart, doubled letters and digits for letters are undone here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data" / "phrases"
_SENTENCE = re.compile(r"[.!?;\n¿¡]+")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")
#: Letters one by one: "k i l l", "k.i.l.l.", "k-i-l-l". Words between which more room was left stay apart.
_LETTERS = re.compile(r"(?<!\w)[^\W\d_](?:[ .*_·-]{1,2}[^\W\d_](?!\w)){2,}\.?")
#: Words with digits or signs in the place of letters: "k1ll", "su1c1d3", "m@tarme"; an exclamation mark only inside.
_DIGIT = re.compile(r"(?<![\w@$])(?=[\w@$]*[^\W\d_])(?=[\w@$]*[013457@$])[\w@$]+|(?<=[^\W\d_])!(?=[^\W\d_])")
_DIGITS = str.maketrans("013457@$!", "oieastasi")
_STARRED = re.compile(r"[^\W_]+(?:[*#]+[^\W_]+)+")
_ALIKE = str.maketrans("аеорсухіѕԁ", "aeopcyxisd")
_MIXED = re.compile(r"\b(?=\w*[a-z])(?=\w*[аеорсухіѕԁ])\w+")
_MANY = re.compile(r"([^\W\d_])\1{2,}")
#: Words run together are compared when they are at least so long.
_RUN_TOGETHER = 8

#: What is held until a steward has read it. Everything else stays where it is: pain is never removed for being painful.
HELD = ("method", "pact")
#: A text is read this far. The longest post is shorter.
LONGEST_READ = 40_000


@dataclass(frozen=True)
class Phrase:
    """One entry. `tight` finds what it says in a word that was run together, as in a tag."""

    key: str
    kind: str
    language: str
    version: str
    says: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    tight: re.Pattern[str] | None

    def is_in(self, sentence: str) -> bool:
        if any(p.search(sentence) for p in self.unless):
            return False
        if any(p.search(sentence) for p in self.says):
            return True
        return self.tight is not None and any(
            self.tight.fullmatch(word) for word in sentence.split() if len(word) >= _RUN_TOGETHER
        )


@dataclass(frozen=True)
class Lists:
    """All that the files hold: the entries, what is spelled how, and what is read behind stars."""

    phrases: tuple[Phrase, ...]
    spellings: dict[str, str]
    spelled: re.Pattern[str]
    masked: tuple[str, ...]


def plain(text: str) -> str:
    """Lower case, without accents and apostrophes, words separated by one space, with a space at both ends."""
    return f" {' '.join(_WORD.findall(_flat(text)))} "


def _flat(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    return "".join(c for c in flat if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")


def unveiled(text: str) -> str:
    """A text without its veils: letters put together again, look-alikes and digits read as the letters they stand for."""
    text = _MIXED.sub(lambda found: found.group().translate(_ALIKE), _flat(text))
    text = _LETTERS.sub(lambda found: "".join(c for c in found.group() if c.isalpha()), text)
    text = _DIGIT.sub(lambda found: found.group().translate(_DIGITS), text)
    return _STARRED.sub(lambda found: _behind(found.group()), text)


def _behind(word: str) -> str:
    """The word of the list that somebody wrote with stars, or the word as it is."""
    shape = re.compile(re.sub(r"[*#]+", r"[^\\W_]{1,4}", word))
    return next((one for one in lists().masked if shape.fullmatch(one)), word)


def readings(sentence: str) -> set[str]:
    """How a sentence can be read: as it is, and with letters that were drawn out once or twice. In plain letters."""
    found = {plain(sentence)}
    for times in (r"\1\1", r"\1"):
        found.add(plain(_MANY.sub(times, sentence)))
    known = lists()
    return found | {known.spelled.sub(lambda word: known.spellings[word.group()], one) for one in found}


def compiled(pattern: str) -> re.Pattern[str]:
    """A line of the list as a regular expression over `plain` text. Raises ValueError for an empty one."""
    return re.compile("(?<= )" + _expression(pattern))


def _expression(pattern: str, *, tight: bool = False) -> str:
    if not pattern.split():
        raise ValueError("a phrase of the list is empty")
    gap, between = (r"\w{0,25}?", "") if tight else (r"(?:\w+ ){0,5}?", " ")
    parts = []
    for part in pattern.split():
        if part == "...":
            parts.append(gap)
            continue
        alike = [plain(word.replace("_", " ")).strip() for word in part.removesuffix("?").split("|")]
        words = "|".join(word.replace(" ", between) for word in alike)
        parts.append(f"(?:(?:{words}){between}){'?' if part.endswith('?') else ''}")
    return "".join(parts)


def _tight(raw: dict[str, Any], lead_in: list[str]) -> re.Pattern[str] | None:
    """What an entry says with its words run together, after a few words that often stand before it."""
    several = [_expression(says, tight=True) for says in raw["says"] if len(says.split()) > 1]
    return re.compile(f"(?:{'|'.join(lead_in)})*(?:{'|'.join(several)})") if several else None


@cache
def lists() -> Lists:
    """What all files hold. A text is compared with every language: people mix them, above all when it is hard."""
    found: list[Phrase] = []
    spellings: dict[str, str] = {}
    masked: list[str] = []
    for path in sorted(_DATA.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        spellings |= {plain(wrong).strip(): right for wrong, right in data["spellings"].items()}
        masked += data["masked"]
        found += [
            Phrase(
                key=raw["key"],
                kind=raw["kind"],
                language=data["language"],
                version=data["version"],
                says=tuple(map(compiled, raw["says"])),
                unless=tuple(map(compiled, raw["unless"])),
                tight=_tight(raw, data["lead_in"]),
            )
            for raw in data["phrases"]
        ]
    longest_first = sorted(spellings, key=len, reverse=True)
    return Lists(tuple(found), spellings, re.compile(rf"(?<= )(?:{'|'.join(longest_first)})(?= )"), tuple(masked))


def phrases() -> tuple[Phrase, ...]:
    """Every entry of every language."""
    return lists().phrases


def found_in(text: str) -> list[Phrase]:
    """The entries of the list that `text` holds, each once."""
    parts = {part for whole in {text[:LONGEST_READ], unveiled(text[:LONGEST_READ])} for part in _SENTENCE.split(whole)}
    sentences = set().union(*(readings(part) for part in parts))
    return [phrase for phrase in phrases() if any(phrase.is_in(sentence) for sentence in sentences)]
