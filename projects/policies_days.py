"""Who may, on lost days, stopped work, extensions, unsigned work, prices outside the list and disputes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

COUNT_DAYS = Permission(
    "projects.count_days", _("Count lost days of a site"), own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR), store=(posts.ENGINEERING_MANAGER,)
)
STOP_WORK = Permission(
    "projects.stop_work", _("Declare that work stands still, and that it goes on"), own=(posts.PROJECT_MANAGER,), store=(posts.ENGINEERING_MANAGER,)
)
EXTEND = Permission("projects.extend", _("Write an extension of the schedule"), own=(posts.PROJECT_MANAGER,), store=(posts.ENGINEERING_MANAGER,))
NOTE_UNSIGNED = Permission(
    "projects.note_unsigned", _("Note work that was done without a signature"),
    own=(posts.SITE_SUPERVISOR, posts.PROJECT_MANAGER, posts.QUALITY_INSPECTOR, posts.DESIGNER), store=(posts.ENGINEERING_MANAGER,),
)  # fmt: skip
END_UNSIGNED = Permission(
    "projects.end_unsigned", _("Say what becomes of unsigned work"), own=(posts.PROJECT_MANAGER,), store=(posts.ENGINEERING_MANAGER,)
)
DECIDE_OFF_LIST = Permission("projects.decide_off_list", _("Decide on prices outside the list"), store=(posts.ENGINEERING_MANAGER,))
DISPUTE = Permission(
    "projects.dispute", _("Note what a customer disputes in a settlement"),
    own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.CUSTOMER_MANAGER), store=(posts.ENGINEERING_MANAGER,),
)  # fmt: skip
