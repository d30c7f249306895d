from django.urls import path

from . import views

app_name = "moderation"

urlpatterns = [
    path("c/<slug:slug>/desk/", views.desk, name="desk"),
    path("c/<slug:slug>/desk/case/<int:case_id>/", views.case, name="case"),
    path("c/<slug:slug>/desk/case/<int:case_id>/note/", views.note, name="note"),
    path("c/<slug:slug>/desk/first-messages/", views.first_messages, name="first_messages"),
    path("c/<slug:slug>/log/", views.log, name="log"),
    path("c/<slug:slug>/report/<slug:kind>/<int:thing_id>/", views.report, name="report"),
    path("me/reports/", views.mine, name="mine"),
    path("me/reports/decision/<int:case_id>/", views.about_me, name="about_me"),
]
