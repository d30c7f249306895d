"""What a page says in a person's language, asked of the compiled catalogues, so that no journey is written twice.

A text is written as it stands in the catalogue, in English: `Two people should answer you by <strong>%(by)s</strong>.`
Where it names something that only the page knows, anything may stand; tags do not matter.
"""

from __future__ import annotations

import gettext as catalogues
import re
from collections.abc import Iterator
from functools import cache

from django.utils import translation
from django.utils.translation import gettext, ngettext, trans_real

from tests.architecture.translations import LOCALE

#: A text, or (one, many, how many) as `blocktranslate count` has it.
Text = str | tuple[str, str, int]

_FREE = re.compile(r"%\(\w+\)[sd]|%[sd]")
_TAG = re.compile(r"<[^>]+>")
#: Words that English sentences are made of and the other languages here do not have.
_ENGLISH = re.compile(r"\b(the|and|you|your|with|what|this|that|from|for|will|have)\b", re.IGNORECASE)


def said(text: Text, language: str) -> str | re.Pattern[str]:
    """How a page in `language` says `text`: the words, or a pattern when something in it is only known there.

    Raises LookupError for a text that the catalogue of the language does not have: the journey or the page is wrong.
    """
    with translation.override(language):
        words = gettext(text) if isinstance(text, str) else ngettext(*text)
    if language != "en" and not isinstance(text, tuple) and text not in trans_real.translation(language)._catalog:
        raise LookupError(f"“{text}” is no text of the catalogue in {language}")
    words = " ".join(_TAG.sub("", words).split())
    if not _FREE.search(words):
        return words
    return re.compile(".+?".join(re.escape(part).replace(r"\ ", r"\s+") for part in _FREE.split(words)))


@cache
def _sentences(language: str) -> tuple[str, ...]:
    """The English of our own catalogue that reads otherwise in `language`: its pieces of three words or more."""
    own = catalogues.translation("django", LOCALE, [language])._catalog  # type: ignore[attr-defined]
    return tuple(dict.fromkeys(_pieces(own)))


def _pieces(own: dict[str | tuple[str, int], str]) -> Iterator[str]:
    for key, translated in own.items():
        english = key if isinstance(key, str) else key[0]
        for piece in _FREE.split(_TAG.sub("\x00", english.rpartition("\x04")[2])):
            for part in re.split(r"[\x00\n]+", piece):
                part = " ".join(part.split())
                if len(part.split()) >= 3 and part not in " ".join(translated.split()):
                    yield part


def still_english(page: str, language: str) -> list[str]:
    """The lines of a page's words in which English was left: a sentence of ours, or one that is in no catalogue."""
    text = " ".join(page.split())
    found = [piece for piece in _sentences(language) if piece in text]
    return found + [line for line in page.splitlines() if len(_ENGLISH.findall(line)) >= 2]
