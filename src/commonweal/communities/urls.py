from __future__ import annotations

from django.urls import path

from .views import coming, founding, front, inviting, members, own, private, stewarding, vetting

app_name = "communities"

_C = "c/<slug:slug>/"
_ONE = f"{_C}people/<int:member_id>/"

urlpatterns = [
    path("me/people/", private.met, name="met"),
    path("me/people/step/", private.met_step, name="met_step"),
    path("me/people/<slug:moment>/<str:kind>/<int:thing_id>/", private.reflect, name="reflect"),
    path("communities/", front.directory, name="directory"),
    path("found/", founding.found, name="found"),
    path("found/link/<str:token>/", founding.first_start_link, name="first_start"),
    path("found/<slug:step>/", founding.step, name="found_step"),
    path("invitation/<str:token>/", inviting.invitation, name="invitation"),
    path(_C, front.front, name="front"),
    path(f"{_C}about/", front.about, name="about"),
    path(f"{_C}rules/", front.rules, name="rules"),
    path(f"{_C}more/", front.more, name="more"),
    path(f"{_C}join/", coming.join, name="join"),
    path(f"{_C}leave/", coming.leave, name="leave"),
    path(f"{_C}removed/", coming.removed, name="removed"),
    path(f"{_C}you/", own.persona, name="persona"),
    path(f"{_C}people/", members.people, name="people"),
    path(_ONE, members.member, name="member"),
    path(f"{_ONE}greet/", members.greet, name="greet"),
    path(f"{_ONE}block/", members.block, name="block"),
    path(f"{_ONE}role/", stewarding.role, name="role"),
    path(f"{_ONE}remove/", stewarding.remove, name="remove"),
    path(f"{_ONE}let-back-in/", stewarding.readmit, name="readmit"),
    path(f"{_ONE}vetting/", vetting.vet, name="vet"),
    path(f"{_C}vetting/", vetting.vettings, name="vettings"),
    path(f"{_C}roles/", stewarding.roles, name="roles"),
    path(f"{_C}requests/", stewarding.requests, name="requests"),
    path(f"{_C}requests/<int:member_id>/", stewarding.answer, name="answer"),
    path(f"{_C}invitations/", inviting.invitations, name="invitations"),
    path(f"{_C}invitations/<int:invitation_id>/withdraw/", inviting.withdraw, name="withdraw"),
    path(f"{_C}settings/", stewarding.settings, name="settings"),
    path(f"{_C}settings/doors/", stewarding.doors, name="doors"),
    path(f"{_C}settings/rules/", stewarding.words, name="words"),
    path(f"{_C}chapters/", front.chapters, name="chapters"),
    path(f"{_C}chapters/start/", founding.chapter, name="chapter"),
]
