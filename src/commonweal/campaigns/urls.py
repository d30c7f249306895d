from django.urls import path

from . import organising, views

app_name = "campaigns"
_one = "c/<slug:slug>/act/campaigns/<int:campaign_id>/"

urlpatterns = [
    path("c/<slug:slug>/act/", views.campaigns, name="list"),
    path("c/<slug:slug>/act/campaigns/done/", views.finished, name="finished"),
    path("c/<slug:slug>/act/campaigns/new/", organising.start, name="start"),
    path(_one, views.campaign, name="campaign"),
    path(f"{_one}sign/", views.sign, name="sign"),
    path(f"{_one}pledges/<int:part_id>/<str:step>/", views.pledge_step, name="pledge_step"),
    path(f"{_one}work/<int:part_id>/<str:step>/", views.work_step, name="work_step"),
    path(f"{_one}organise/", organising.answer, name="answer"),
    path(f"{_one}ask/", organising.ask, name="ask"),
    path(f"{_one}change/", organising.change, name="change"),
    path(f"{_one}launch/", organising.launch, name="launch"),
    path(f"{_one}pledges/new/", organising.open_pledge, name="open_pledge"),
    path(f"{_one}work/new/", organising.offer_work, name="offer_work"),
    path(f"{_one}work/people/<int:part_id>/confirm/", organising.confirm_work, name="confirm_work"),
    path(f"{_one}milestones/new/", organising.set_milestone, name="set_milestone"),
    path(f"{_one}milestones/<int:part_id>/reached/", organising.reach_milestone, name="reach_milestone"),
    path(f"{_one}news/new/", organising.post_update, name="post_update"),
    path(f"{_one}outcome/", organising.close, name="close"),
]
