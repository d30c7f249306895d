from __future__ import annotations

from django.urls import path

from ..views import concerns, policy

urlpatterns = [
    path("help-now/policy/", policy.policy, name="policy"),
    path("me/letters/<int:letter_id>/", concerns.letter, name="letter"),
    path("c/<slug:slug>/worry/<int:post_id>/", concerns.worry, name="worry"),
    path("c/<slug:slug>/desk/concerns/", concerns.concerns, name="concerns"),
    path("c/<slug:slug>/desk/concerns/<int:concern_id>/", concerns.concern, name="concern"),
    path("c/<slug:slug>/desk/concerns/<int:concern_id>/<slug:step>/", concerns.step, name="concern_step"),
]
