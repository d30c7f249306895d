from django.urls import path

from . import opinion_views, views

app_name = "decisions"

urlpatterns = [
    path("c/<slug:slug>/act/decisions/", views.decisions, name="list"),
    path("c/<slug:slug>/act/decisions/new/", views.propose, name="propose"),
    path("c/<slug:slug>/act/decisions/<int:proposal_id>/", views.proposal, name="proposal"),
    path("c/<slug:slug>/act/decisions/<int:proposal_id>/vote/", views.vote, name="vote"),
    path("c/<slug:slug>/act/decisions/<int:proposal_id>/decide/", views.decide, name="decide"),
    path("c/<slug:slug>/act/decisions/<int:proposal_id>/outcome/", views.finish, name="finish"),
    path("c/<slug:slug>/act/opinions/new/", opinion_views.ask, name="ask"),
    path("c/<slug:slug>/act/opinions/<int:map_id>/", opinion_views.opinion_map, name="map"),
    path("c/<slug:slug>/act/opinions/<int:map_id>/mine/", opinion_views.mine, name="mine"),
    path("c/<slug:slug>/act/opinions/<int:map_id>/statements/", opinion_views.state, name="state"),
    path("c/<slug:slug>/act/opinions/<int:map_id>/statements/<int:statement_id>/", opinion_views.answer, name="answer"),
]
