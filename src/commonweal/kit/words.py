"""Words as search compares them: without case and accents, the same on every database."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """`text` in lower case without accents: "Café Ñandú" becomes "cafe nandu". Other scripts keep their letters."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
