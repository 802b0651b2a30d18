"""The verbs of the staff app; nothing else writes its tables."""

from staff.services.accounts import change_password, reset_password, show_mobile, sign_out_everywhere
from staff.services.company import CompanyParticulars, StoreParticulars, change_profile, choose, set_up_company
from staff.services.imports import import_people
from staff.services.people import change_person, hire, leave
from staff.services.posts import end_post, hold_post
from staff.services.second_factor import drop_second_factor, enrol_second_factor, new_recovery_codes
from staff.services.sessions import (
    begin_session,
    end_all_sessions,
    end_other_sessions,
    end_session,
    see_session,
    sign_out,
)
from staff.services.stores import change_store, open_store

__all__ = [
    "CompanyParticulars",
    "StoreParticulars",
    "begin_session",
    "change_password",
    "change_person",
    "change_profile",
    "change_store",
    "choose",
    "drop_second_factor",
    "end_all_sessions",
    "end_other_sessions",
    "end_post",
    "end_session",
    "enrol_second_factor",
    "hire",
    "hold_post",
    "import_people",
    "leave",
    "new_recovery_codes",
    "open_store",
    "reset_password",
    "see_session",
    "set_up_company",
    "show_mobile",
    "sign_out",
    "sign_out_everywhere",
]
