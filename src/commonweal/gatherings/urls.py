from django.urls import path

from .views import after, checkin, files, lifts, pages

app_name = "gatherings"
_ONE = "c/<slug:slug>/meet/<int:gathering_id>/"

urlpatterns = [
    path("c/<slug:slug>/meet/", pages.gatherings, name="list"),
    path("c/<slug:slug>/meet/plan/", pages.plan, name="plan"),
    path("c/<slug:slug>/meet/safety/", after.worries, name="worries"),
    path("c/<slug:slug>/meet/safety/<int:word_id>/seen/", after.worry_seen, name="worry_seen"),
    path(_ONE, pages.gathering, name="gathering"),
    path(f"{_ONE}answer/", pages.answer, name="answer"),
    path(f"{_ONE}edit/", pages.edit, name="edit"),
    path(f"{_ONE}cancel/", pages.cancel, name="cancel"),
    path(f"{_ONE}host/", pages.hosting, name="hosting"),
    path(f"{_ONE}afterwards/", after.afterwards, name="afterwards"),
    path(f"{_ONE}took-place/", after.took_place, name="took_place"),
    path(f"{_ONE}lift/", lifts.offer, name="offer_lift"),
    path("c/<slug:slug>/meet/lift/<int:lift_id>/", lifts.step, name="lift"),
    path(f"{_ONE}co-host/", pages.ask_host, name="ask_host"),
    path(f"{_ONE}recap/", after.recap, name="recap"),
    path(f"{_ONE}gathering.ics", files.one, name="calendar"),
    path("me/check-ins/", checkin.check_ins, name="check_ins"),
    path("me/check-ins/new/", checkin.new, name="check_in_new"),
    path("me/check-ins/<int:check_in_id>/", checkin.check_in, name="check_in"),
    path("me/check-ins/<int:check_in_id>/home/", checkin.home, name="home"),
    path("me/check-ins/<int:check_in_id>/longer/", checkin.longer, name="longer"),
    path("me/check-ins/<int:check_in_id>/cancel/", checkin.cancel, name="cancel_check_in"),
    path("me/check-ins/contact/<int:contact_id>/remove/", checkin.forget_contact, name="forget_contact"),
    path("home/<str:token>/", checkin.home_by_link, name="home_by_link"),
    path("trusted/<str:token>/", checkin.agree, name="agree"),
    path("me/calendar/", files.feed_settings, name="feed_settings"),
    path("calendar/<str:token>.ics", files.feed, name="feed"),
]
