"""Finding what was said, within one community."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from commonweal.communities.access import enter
from commonweal.kit.guests import same_for_guests
from commonweal.kit.pages import asked_words

from ..registries import SEARCHES

LIMIT = 20


@require_GET
def search(request: HttpRequest, slug: str) -> HttpResponse:
    community = enter(request, slug)
    text = asked_words(request, "q")
    found = []
    if text:
        for source in SEARCHES:
            found += source(community, request.membership, text, LIMIT)  # type: ignore[attr-defined]
    request.shell_here = "talk"  # type: ignore[attr-defined]
    return same_for_guests(request, render(request, "conversations/search.html", {"text": text, "found": found}))
