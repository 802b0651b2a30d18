"""Pages of people, accounts and the company (namespace `staff`).  Signing in and out: staff/doors.py."""

from django.urls import path

from staff.views import account, company, people

app_name = "staff"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="new-person"),
    path("people/imports/", people.people_import, name="people-import"),
    path("people/imports/confirmations/", people.people_import_confirm, name="people-import-confirm"),
    path("people/imports/example/", people.people_example, name="people-example"),
    path("people/<str:username>/", people.person, name="person"),
    path("people/<str:username>/particulars/", people.person_particulars, name="person-particulars"),
    path("people/<str:username>/posts/", people.posts_held, name="posts-held"),
    path("people/<str:username>/post-ends/", people.posts_ended, name="posts-ended"),
    path("people/<str:username>/leaving/", people.leaving, name="leaving"),
    path("people/<str:username>/password-resets/", people.password_reset, name="password-reset"),
    path("people/<str:username>/session-ends/", people.sessions_ended, name="sessions-ended"),
    path("people/<str:username>/mobile-views/", people.mobile_shown, name="mobile-shown"),
    path("posts/", company.posts, name="posts"),
    path("stores/", company.stores, name="stores"),
    path("stores/new/", company.new_store, name="new-store"),
    path("stores/<slug:code>/", company.store, name="store"),
    path("company/", company.company, name="company"),
    path("company/choices/", company.choices, name="choices"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/sessions/", account.sessions, name="sessions"),
    path("account/sessions/others/ends/", account.other_sessions_end, name="other-sessions-end"),
    path("account/sessions/<int:pk>/ends/", account.session_end, name="session-end"),
    path("account/second-step/", account.second_factor, name="second-factor"),
    path("account/second-step/codes/", account.recovery_codes, name="recovery-codes"),
    path("account/second-step/ends/", account.second_factor_end, name="second-factor-end"),
]
