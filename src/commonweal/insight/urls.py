from django.urls import path

from . import views

app_name = "insight"

urlpatterns = [path("c/<slug:slug>/pulse/", views.pulse, name="pulse")]
