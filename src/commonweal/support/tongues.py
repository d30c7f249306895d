"""In which language somebody asks, and who of those who give support can read it."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_language

from commonweal.communities.models import Membership
from commonweal.people.models import Trait
from commonweal.people.queries import traits_of
from commonweal.people.suggestions import TONGUES, label_of

_CODES = {tag: code for code, tag in TONGUES.items()}


def choices() -> list[tuple[str, str]]:
    """The languages to choose from, in the reader's own: first those of the pages, then others that people speak."""
    first = [code for code, _label in settings.LANGUAGES if code in TONGUES]
    others = sorted((code for code in TONGUES if code not in first), key=label)
    return [(code, label(code)) for code in (*first, *others)]


def label(code: str) -> str:
    """What a language is called, in the reader's own. An unknown code stays as it is."""
    return label_of(Trait.Kind.LANGUAGE, TONGUES.get(code, code))


def known(code: str) -> str:
    """The code when it is one of ours ("es-mx" is "es"), else nothing."""
    code = code.lower().partition("-")[0]
    return code if code in TONGUES else ""


def in_use() -> str:
    """The language in which this page is read."""
    return known(get_language() or "")


def spoken_by(members: Iterable[int]) -> dict[int, set[str]]:
    """{membership: codes}: what they said they can listen in, else the community's language and all they speak. Two queries.

    What a person speaks is private; it is used to decide whom to ask first and shown to nobody.
    """
    fields = ("pk", "person", "person__language", "community__language", "supporter__languages")
    rows = list(Membership.objects.filter(pk__in=list(members)).values_list(*fields))
    said = traits_of(person for _pk, person, _own, _here, chosen in rows if person and not chosen)
    return {
        pk: set(chosen)
        if chosen
        else {known(own or ""), known(here)} | {_CODES.get(tag, "") for tag in said.get(person, {}).get("language", [])}
        for pk, person, own, here, chosen in rows
    }
