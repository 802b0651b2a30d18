"""Who may, on slips between departments, quality tracking, the week's summary.  Own = a slip of one's own department."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

_WORKERS = tuple(sorted(posts.all_codes() - {posts.ADMINISTRATOR}))
_LEAD = (posts.CS_SUPERVISOR, posts.CS_MANAGER)

SEE_SLIPS = Permission(
    "aftersales.see_slips", _("See slips between departments"), own=_WORKERS, store=(posts.STORE_MANAGER,), company=(posts.GENERAL_MANAGER,)
)
WRITE_SLIPS = Permission("aftersales.write_slips", _("Ask another department by a slip, and answer one"), own=_WORKERS)
SEE_TRACKS = Permission(
    "aftersales.see_tracks", _("See how the quality of delivered homes holds"),
    own=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.CUSTOMER_MANAGER),
    store=(*_LEAD, posts.CS_OFFICER, posts.AFTERSALES_HEAD, posts.STORE_MANAGER, posts.ENGINEERING_MANAGER), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
TRACK = Permission("aftersales.track", _("Note how the quality of a delivered home holds"), store=(*_LEAD, posts.CS_OFFICER, posts.AFTERSALES_HEAD))
SEE_SUMMARIES = Permission(
    "aftersales.see_summaries", _("See the weekly summaries of customer service"), store=(*_LEAD, posts.STORE_MANAGER), company=(posts.GENERAL_MANAGER,)
)
SUM_UP_WEEK = Permission("aftersales.sum_up_week", _("Sum the week of customer service up on Saturday"), store=_LEAD)
