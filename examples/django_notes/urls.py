"""The project's URLs."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home),
    path("health", views.health),
    path("auth/", include("stytch_b2b_async.integrations.django.urls")),
    path("<slug:org>/notes", views.NotesView.as_view(), name="notes"),
    path("<slug:org>/notes/<int:number>/remove", views.remove, name="remove"),
]
