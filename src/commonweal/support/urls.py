from __future__ import annotations

from django.urls import path

from . import views

app_name = "support"

urlpatterns = [
    path("help-now/", views.help_now, name="help_now"),
    path("c/<slug:slug>/support/", views.requests, name="requests"),
    path("c/<slug:slug>/support/ask/", views.ask, name="ask"),
    path("c/<slug:slug>/support/ask/draft/", views.draft, name="draft"),
    path("c/<slug:slug>/support/queue/", views.queue, name="queue"),
    path("c/<slug:slug>/support/duty/", views.duty, name="duty"),
    path("c/<slug:slug>/support/lines/", views.lines, name="lines"),
    path("c/<slug:slug>/support/<int:request_id>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("c/<slug:slug>/support/<int:request_id>/helped/", views.helped, name="helped"),
    path("c/<slug:slug>/support/<int:request_id>/name/", views.name, name="name"),
]
