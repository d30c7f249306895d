from django.urls import path

from . import views

app_name = "library"
_ONE = "c/<slug:slug>/library/<int:resource_id>/"

urlpatterns = [
    path("c/<slug:slug>/library/", views.shelf, name="list"),
    path("c/<slug:slug>/library/new/", views.add, name="new"),
    path(_ONE, views.resource, name="resource"),
    path(f"{_ONE}edit/", views.edit, name="edit"),
    path(f"{_ONE}check/", views.check, name="check"),
    path(f"{_ONE}remove/", views.remove, name="remove"),
]
