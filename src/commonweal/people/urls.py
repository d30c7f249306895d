from __future__ import annotations

from django.urls import path

from . import views

app_name = "people"

urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/profile/", views.profile, name="profile"),
    path("me/times/", views.times, name="times"),
    path("me/place/", views.where, name="place"),
    path("me/age/", views.age, name="age"),
    path("me/language/", views.language, name="language"),
    path("me/consents/", views.consents, name="consents"),
    path("me/blocks/", views.blocks, name="blocks"),
    path("me/sessions/end/", views.end_session, name="end_session"),
    path("me/download/", views.download, name="download"),
    path("me/close/", views.close, name="close"),
    path("me/kept/", views.kept, name="kept"),
]
