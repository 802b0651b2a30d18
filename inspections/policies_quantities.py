"""Who may, on measured quantities (I26) and on reports of quality and material use (I24).  Own as in `policies`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from staff import posts

_BUILD = (posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR)
_OFFICE = (posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.STORE_MANAGER)

SEE_QUANTITIES = Permission(
    "inspections.see_quantities", _("See what was measured on a site"),
    own=(*_BUILD, posts.FOREMAN, posts.DESIGNER, posts.CUSTOMER_MANAGER), store=(*_OFFICE, posts.ESTIMATOR), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
MEASURE = Permission("inspections.measure", _("Measure quantities on a site, and confirm them"), own=_BUILD, store=(posts.ENGINEERING_MANAGER,))
SEE_MATERIAL_REPORTS = Permission(
    "inspections.see_material_reports", _("See reports of quality and material use"),
    own=_BUILD, store=(*_OFFICE, posts.SUPERVISION_MANAGER, posts.MATERIAL_ACCOUNTANT), company=(posts.GENERAL_MANAGER,),
)  # fmt: skip
WRITE_MATERIAL_REPORT = Permission(
    "inspections.write_material_report", _("Write the report of quality and material use"), own=_BUILD, store=(posts.ENGINEERING_MANAGER,)
)
