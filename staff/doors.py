"""The addresses of signing in and out; no namespace, so that Django and axes find them by their usual names."""

from django.urls import path

from staff.views import doors

urlpatterns = [
    path("login/", doors.sign_in, name="login"),
    path("login/code/", doors.sign_in_code, name="login-code"),
    path("logout/", doors.sign_out, name="logout"),
]
