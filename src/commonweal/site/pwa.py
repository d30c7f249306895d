"""What makes the site installable and readable without a connection. Included at the root of site/urls.py."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from commonweal.kit.access import public_page

from .style import style_page

WORKER = Path(__file__).parent / "static" / "site" / "js" / "service-worker.js"


@public_page
@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest, in the reader's language."""
    return JsonResponse(
        {
            "name": "Commonweal",
            "short_name": "Commonweal",
            "description": _("Where what begins online happens offline."),
            "lang": get_language(),
            "dir": "rtl" if get_language_bidi() else "ltr",
            "start_url": "/",
            "id": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#faf8f3",
            "theme_color": "#1d5c48",
            "icons": [{"src": static("site/img/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
        },
        content_type="application/manifest+json",
    )


@public_page
@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root, because a worker rules only the folder it is served from."""
    return HttpResponse(WORKER.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")


@public_page
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows for a page it has no copy of."""
    return render(request, "site/offline.html")


@public_page
@require_safe
def languages(request: HttpRequest) -> HttpResponse:
    """Choose a language; afterwards back to where one was (`next` is checked by Django's own view)."""
    return render(request, "site/languages.html", {"next": request.GET.get("next", "/")})


urlpatterns = [
    path("manifest.webmanifest", manifest, name="manifest"),
    path("service-worker.js", service_worker, name="service_worker"),
    path("offline/", offline, name="offline"),
    path("languages/", languages, name="languages"),
    path("style/", style_page, name="style"),
]
