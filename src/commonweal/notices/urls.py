from django.urls import path

from . import views

app_name = "notices"

urlpatterns = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/settings/", views.settings, name="settings"),
    path("notices/<int:notice_id>/go/", views.go, name="go"),
    path("notices/stop/<str:token>/", views.stop, name="stop"),
]
