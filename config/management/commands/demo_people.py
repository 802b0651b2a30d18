"""Who can sign in to the demo company."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo.people import PASSWORD
from core.models import CompanyProfile
from staff import posts
from staff.models import Holding

SHOWN = (
    posts.FRONT_DESK, posts.CUSTOMER_MANAGER, posts.DESIGNER, posts.DESIGN_MANAGER, posts.STORE_MANAGER, posts.ESTIMATOR, posts.CASHIER, posts.ACCOUNTANT,
    posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.QUALITY_INSPECTOR, posts.FOREMAN,
    posts.CS_SUPERVISOR, posts.CS_OFFICER, posts.AFTERSALES_HEAD, posts.GENERAL_MANAGER, posts.HR, posts.ADMINISTRATOR,
)  # fmt: skip


class Command(BaseCommand):
    help = "Print the demo people of the first store with their user names; they share one password."

    def handle(self, *args: Any, **options: Any) -> None:
        company = CompanyProfile.objects.first()
        if not settings.DEMO or company is None or not company.simulated:
            raise CommandError("These are the people of the demo company only.")
        rows = Holding.objects.open().filter(post__in=SHOWN).select_related("user", "post", "store").order_by("store_id", "pk")
        first: dict[str, Holding] = {}
        for row in rows:
            first.setdefault(row.post_id, row)
        self.stdout.write(f"\nEverybody's password: {PASSWORD}\n")
        for code in SHOWN:
            if code in first:
                row = first[code]
                self.stdout.write(f"  {row.user.username:<16}{_wide(row.user.full_name, 10)}{_wide(row.post.title, 14)}{row.post.title_en}")


def _wide(text: str, width: int) -> str:
    """Chinese characters are two columns wide."""
    used = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    return text + " " * max(1, width - used)
