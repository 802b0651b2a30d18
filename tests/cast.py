"""The people of the tests: two stores, one person per post in each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from staff.models import Holding, Store, User

AT = datetime(2026, 11, 24, 9, 40, tzinfo=ZoneInfo("Asia/Shanghai"))
NAMES = {
    "front_desk": "唐慧", "customer_manager": "沈亦安", "designer": "林晓舟", "chief_designer": "方砚秋", "design_manager": "周静怡",
    "store_manager": "何志远", "estimator": "秦牧野", "engineering_manager": "顾长河", "engineering_assistant": "丁小满",
    "project_manager": "郭建军", "site_supervisor": "马知行", "quality_inspector": "贺鸣", "foreman": "鲁全胜", "crew_leader": "钱大勇",
    "accountant": "许若谷", "cashier": "江以宁", "finance_supervisor": "罗静", "cs_officer": "赵敏之", "cs_supervisor": "孙可",
    "aftersales_head": "崔凯", "technician": "冯立", "hr": "吴岚", "general_manager": "袁正", "administrator": "程维", "market_rep": "白杨",
}  # fmt: skip


class People:
    """The posts of one store as attributes."""

    def __init__(self, store: Store, prefix: str) -> None:
        self.store = store
        for post, name in NAMES.items():
            user = User(username=f"{prefix}{post}", full_name=name if prefix == "cx_" else name[0] + "东", hired_on=date(2024, 1, 1), mobile="13800001234")
            user.set_password("demo-password-1")
            user.save()
            Holding.objects.create(user=user, post_code=post, store=store, since=date(2024, 1, 1))
            setattr(self, post, User.objects.get(pk=user.pk))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


class Cast(People):
    """Store 城西店 and, as `other`, 城东店."""

    at = AT

    def __init__(self) -> None:
        super().__init__(Store.objects.create(code="CX", name="城西店", city="杭州"), "cx_")
        self.other = People(Store.objects.create(code="CD", name="城东店", city="杭州"), "cd_")

    @staticmethod
    def days(n: float) -> datetime:
        return AT + timedelta(days=n)

    @staticmethod
    def client(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()
