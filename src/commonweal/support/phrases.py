"""The list of phrases that ask for a closer look, and how a text is compared with it. Local: nothing leaves the machine.

The list is data, one file per language in `data/phrases`, with a version and the names of those who reviewed it. It
finds words, not people: it shows help, tells those on duty, and holds only talk of methods and of dying together until
a steward has read it. A professional must review the list before a community relies on it; see docs/safety.md.

How an entry is written: `a|b` either word, `a?` may be missing, `a_b` words that belong together, `...` up to five words
between. `unless` takes a match back when it stands in the same sentence. Accents, case and apostrophes do not matter.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "phrases"
_SENTENCE = re.compile(r"[.!?;\n¿¡]+")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")

#: What is held until a steward has read it. Everything else stays where it is: pain is never removed for being painful.
HELD = ("method", "pact")
#: A text is read this far. The longest post is shorter.
LONGEST_READ = 40_000


@dataclass(frozen=True)
class Phrase:
    key: str
    kind: str
    language: str
    version: str
    says: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def is_in(self, sentence: str) -> bool:
        return any(p.search(sentence) for p in self.says) and not any(p.search(sentence) for p in self.unless)


def plain(text: str) -> str:
    """Lower case, without accents and apostrophes, words separated by one space, with a space at both ends."""
    flat = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    flat = "".join(c for c in flat if not unicodedata.combining(c))
    return f" {' '.join(_WORD.findall(flat))} "


def compiled(pattern: str) -> re.Pattern[str]:
    """A line of the list as a regular expression over `plain` text. Raises ValueError for an empty one."""
    if not pattern.split():
        raise ValueError("a phrase of the list is empty")
    parts = []
    for part in pattern.split():
        if part == "...":
            parts.append(r"(?:\w+ ){0,5}?")
            continue
        words = "|".join(plain(word.replace("_", " ")).strip() for word in part.removesuffix("?").split("|"))
        parts.append(f"(?:(?:{words}) ){'?' if part.endswith('?') else ''}")
    return re.compile("(?<= )" + "".join(parts))


@cache
def phrases() -> tuple[Phrase, ...]:
    """Every entry of every language. A text is compared with all: people mix languages, above all when it is hard."""
    found = []
    for path in sorted(_DATA.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        found += [
            Phrase(
                key=raw["key"],
                kind=raw["kind"],
                language=data["language"],
                version=data["version"],
                says=tuple(map(compiled, raw["says"])),
                unless=tuple(map(compiled, raw["unless"])),
            )
            for raw in data["phrases"]
        ]
    return tuple(found)


def found_in(text: str) -> list[Phrase]:
    """The entries of the list that `text` holds, each once."""
    sentences = [plain(sentence) for sentence in _SENTENCE.split(text[:LONGEST_READ])]
    return [phrase for phrase in phrases() if any(phrase.is_in(sentence) for sentence in sentences)]
