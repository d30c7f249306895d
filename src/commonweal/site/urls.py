from __future__ import annotations

from django.urls import include, path

from commonweal.communities.views.start import today

urlpatterns = [
    path("", today, name="today"),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("commonweal.site.pwa")),
    path("", include("commonweal.people.urls")),
    path("", include("commonweal.communities.urls")),
    path("", include("commonweal.conversations.urls")),
    path("", include("commonweal.support.urls")),
    path("", include("commonweal.circles.urls")),
    path("", include("commonweal.exchange.urls")),
    path("", include("commonweal.gatherings.urls")),
    path("", include("commonweal.campaigns.urls")),
    path("", include("commonweal.decisions.urls")),
    path("", include("commonweal.library.urls")),
    path("", include("commonweal.moderation.urls")),
    path("", include("commonweal.insight.urls")),
    path("", include("commonweal.notices.urls")),
    path("", include("commonweal.demo.urls")),
]
