from __future__ import annotations

from django.urls import path

from ..views import concerns, policy, services

urlpatterns = [
    path("help-now/policy/", policy.policy, name="policy"),
    path("me/letters/<int:letter_id>/", concerns.letter, name="letter"),
    path("c/<slug:slug>/worry/<int:post_id>/", concerns.worry, name="worry"),
    path("c/<slug:slug>/desk/concerns/", concerns.concerns, name="concerns"),
    path("c/<slug:slug>/desk/concerns/<int:concern_id>/", concerns.concern, name="concern"),
    path("c/<slug:slug>/desk/concerns/<int:concern_id>/<slug:step>/", concerns.step, name="concern_step"),
    path("c/<slug:slug>/desk/services/", services.services, name="services"),
    path("c/<slug:slug>/desk/services/new/", services.new, name="service_new"),
    path("c/<slug:slug>/desk/services/import/", services.bring, name="service_import"),
    path("c/<slug:slug>/desk/services/template.csv", services.template, name="service_template"),
    path("c/<slug:slug>/desk/services/<int:service_id>/", services.change, name="service"),
    path("c/<slug:slug>/desk/services/<int:service_id>/check/", services.retire, name="service_check"),
    path("c/<slug:slug>/desk/lines/<slug:key>/", services.correct, name="line_correct"),
]
