"""Addresses of people, hats, term dates and the settings of the register."""

from django.urls import path

from accounts.views import calendar, messages, people, schools, schools_import

app_name = "accounts"

urlpatterns = [
    path("people/", people.people_list, name="people"),
    path("people/invite/", people.invite_where, name="invite_where"),
    path("people/invite/<uuid:organisation_pk>/", people.invite, name="invite"),
    path("people/<uuid:pk>/send-again/", people.resend, name="resend"),
    path("people/<uuid:pk>/end/", people.end, name="end"),
    path("invitation/<str:token>/", people.invitation, name="invitation"),
    path("invitation/<str:token>/new-link/", people.renew_invitation, name="renew_invitation"),
    path("messages/", messages.message_log, name="messages"),
    path("messages/<uuid:pk>/send-again/", messages.send_message_again, name="send_message_again"),
    path("hat/", people.choose_hat, name="choose_hat"),
    path("term-dates/", calendar.calendar, name="calendar"),
    path("term-dates/<int:year>/", calendar.edit_terms, name="edit_terms"),
    path("settings/", schools.settings_list, name="settings"),
    path("settings/import/", schools_import.upload, name="schools_import"),
    path("settings/import/<uuid:pk>/", schools_import.preview, name="schools_preview"),
    path("settings/<uuid:pk>/", schools.setting, name="setting"),
]
