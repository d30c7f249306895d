from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from commonweal.communities.views.start import today

urlpatterns = [
    path("", today, name="today"),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("commonweal.site.pwa")),
    *(
        path("", include(f"commonweal.{name}.urls"))
        for name in (
            "people",
            "communities",
            "conversations",
            "support",
            "circles",
            "exchange",
            "gatherings",
            "campaigns",
            "decisions",
            "library",
            "moderation",
            "insight",
            "notices",
            "interchange",
            "demo",
        )
        if find_spec(f"commonweal.{name}") and find_spec(f"commonweal.{name}.urls")
    ),
]
