from __future__ import annotations

from django.urls import path

from .views import asking, closing, duties, lines, names, queue

app_name = "support"

urlpatterns = [
    path("help-now/", lines.help_now, name="help_now"),
    path("c/<slug:slug>/support/", asking.requests, name="requests"),
    path("c/<slug:slug>/support/ask/", asking.ask, name="ask"),
    path("c/<slug:slug>/support/ask/draft/", asking.draft, name="draft"),
    path("c/<slug:slug>/support/queue/", queue.queue, name="queue"),
    path("c/<slug:slug>/support/duty/", duties.duty, name="duty"),
    path("c/<slug:slug>/support/lines/", lines.lines, name="lines"),
    path("c/<slug:slug>/support/<int:request_id>/acknowledge/", queue.acknowledge, name="acknowledge"),
    path("c/<slug:slug>/support/<int:request_id>/helped/", closing.helped, name="helped"),
    path("c/<slug:slug>/support/<int:request_id>/name/", names.name, name="name"),
]
