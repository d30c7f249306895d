"""What people most often say about themselves, offered as boxes to tick. Free words are welcome beside them.

A tag is the lower-case English word, so that people who read the page in different languages still match. The lists
follow what peer-support and neighbourhood groups are most often about; they are ours, and no diagnosis.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Trait

MOST_TAGS = 12
LONGEST = 60

SUGGESTED: dict[str, dict[str, Any]] = {
    Trait.Kind.EXPERIENCE: {
        "grief": _("grief"),
        "long illness": _("a long illness"),
        "caring for someone": _("caring for someone"),
        "low mood": _("low mood"),
        "anxiety": _("anxiety"),
        "addiction": _("addiction"),
        "a new baby": _("a new baby"),
        "a break-up": _("a break-up"),
        "being new in town": _("being new in town"),
        "living alone": _("living alone"),
        "losing work": _("losing work"),
        "disability": _("disability"),
        "debt": _("debt"),
        "migration": _("migration"),
    },
    Trait.Kind.INTEREST: {
        "walking": _("walking"),
        "gardening": _("gardening"),
        "cooking": _("cooking"),
        "reading": _("reading"),
        "music": _("music"),
        "making things": _("making things"),
        "board games": _("board games"),
        "cycling": _("cycling"),
        "football": _("football"),
        "nature": _("nature"),
        "film": _("film"),
        "local history": _("local history"),
    },
    Trait.Kind.LANGUAGE: {
        "english": _("English"),
        "spanish": _("Spanish"),
        "arabic": _("Arabic"),
        "french": _("French"),
        "german": _("German"),
        "portuguese": _("Portuguese"),
        "polish": _("Polish"),
        "turkish": _("Turkish"),
        "ukrainian": _("Ukrainian"),
        "hindi": _("Hindi"),
        "chinese": _("Chinese"),
        "sign language": _("sign language"),
    },
    Trait.Kind.GIVE: {
        "listening": _("listening"),
        "lifts": _("lifts"),
        "a meal": _("a meal"),
        "repairs": _("repairs"),
        "help with forms": _("help with forms"),
        "company": _("company"),
        "shopping": _("shopping"),
        "looking after children": _("looking after children"),
        "teaching": _("teaching"),
        "translating": _("translating"),
        "help with computers": _("help with computers"),
        "a room to meet in": _("a room to meet in"),
    },
    Trait.Kind.NEED: {
        "someone to talk to": _("someone to talk to"),
        "company": _("company"),
        "lifts": _("lifts"),
        "help with forms": _("help with forms"),
        "repairs": _("repairs"),
        "shopping": _("shopping"),
        "a meal": _("a meal"),
        "advice from someone who has been there": _("advice from someone who has been there"),
        "looking after children": _("looking after children"),
        "help with computers": _("help with computers"),
        "practice in a language": _("practice in a language"),
    },
}


#: The tag of a spoken language for the code of a language in which pages are read or something is written.
TONGUES = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "hi": "hindi", "pl": "polish",
    "pt": "portuguese", "tr": "turkish", "uk": "ukrainian", "zh": "chinese",
}  # fmt: skip


def tag_of(kind: str, words: str) -> str:
    """The tag for what somebody typed: tidied, and the suggested one when it says the same in the page's language."""
    readable = unicodedata.normalize("NFKC", words).replace("\x00", " ").lower()
    tidy = " ".join(readable.split())[:LONGEST].strip(" .;")
    for tag, label in SUGGESTED[kind].items():
        if tidy == str(label).lower():
            return tag
    return tidy


def label_of(kind: str, tag: str) -> str:
    """How a tag reads in the language of the page."""
    return str(SUGGESTED.get(kind, {}).get(tag, tag))
