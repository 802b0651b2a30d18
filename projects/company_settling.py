"""What the handbook leaves to the company about settling (Q43)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.choices import Choice

COMMISSION = Choice(
    "projects.commission", _("Proposed commission of a site supervisor"), "P39", default=10, least=1, most=200,
    unit=_("‰ of the settled sum"),
)  # fmt: skip
