from __future__ import annotations

from django.urls import path

from .views import facilitating, introductions, inviting, series, stewards, wishes

app_name = "circles"

_MEET = "c/<slug:slug>/meet"
_SESSION = f"{_MEET}/circles/<int:circle_id>/sessions/<int:number>"

urlpatterns = [
    path(f"{_MEET}/introductions/", introductions.introductions, name="introductions"),
    path(f"{_MEET}/introductions/suggest/", introductions.suggest, name="suggest"),
    path(f"{_MEET}/introductions/<int:introduction_id>/", introductions.introduction, name="introduction"),
    path(f"{_MEET}/introductions/<int:introduction_id>/answer/", introductions.answer, name="answer"),
    path(f"{_MEET}/introductions/<int:introduction_id>/met/", introductions.met, name="met"),
    path(f"{_MEET}/introductions/<int:introduction_id>/felt/", introductions.felt, name="felt"),
    path(f"{_MEET}/introductions/wishes/", wishes.wishes, name="wishes"),
    path(f"{_MEET}/introductions/rounds/", stewards.rounds, name="rounds"),
    path(f"{_MEET}/introductions/paused/", stewards.pauses, name="pauses"),
    path(f"{_MEET}/introductions/paused/<int:pause_id>/", stewards.look, name="look"),
    path(f"{_MEET}/places/", stewards.places, name="places"),
    path(f"{_MEET}/places/<int:place_id>/withdraw/", stewards.withdraw, name="withdraw"),
    path(f"{_MEET}/introduce/", introductions.introduce, name="introduce"),
    path(f"{_MEET}/circles/", series.circles, name="circles"),
    path(f"{_MEET}/circles/start/", series.start, name="start"),
    path(f"{_MEET}/circles/invite/", inviting.invite, name="invite"),
    path(f"{_MEET}/circles/invited/<int:invitation_id>/", inviting.invitation, name="invitation"),
    path(f"{_MEET}/circles/<int:circle_id>/", series.circle, name="circle"),
    path(f"{_MEET}/circles/<int:circle_id>/change/", facilitating.change, name="change"),
    path(f"{_MEET}/circles/<int:circle_id>/look-after/", facilitating.look_after, name="look_after"),
    path(f"{_MEET}/circles/<int:circle_id>/next/", series.what_next, name="what_next"),
    path(f"{_MEET}/circles/<int:circle_id>/seat/", series.seat, name="seat"),
    path(f"{_SESSION}/", facilitating.session, name="session"),
    path(f"{_SESSION}/there/", series.there, name="there"),
    path(f"{_SESSION}/change/", facilitating.change_session, name="change_session"),
    path(f"{_SESSION}/held/", facilitating.held, name="held"),
]
