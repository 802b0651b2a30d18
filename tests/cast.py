"""The people of the tests: two stores with one person per post in each, hired by the verbs once per test database.

`cast.designer` works in 城西店 (CX), `cast.other.designer` in 城东店 (CD); `cast.client(person)` is that person's browser.
The people of the company as a whole (finance, HR, engineering …) exist once a store too, so that scopes can be told apart.
"""

from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from staff import services
from staff.models import Store, User

AT = datetime(2026, 11, 24, 9, 40, tzinfo=ZoneInfo("Asia/Shanghai"))
SINCE = date(2024, 1, 2)
PASSWORD = "suxing-2026-cheng"
BACKEND = "staff.backend.PostsBackend"

# post → (name in 城西店, name in 城东店); whoever leads stands before those who report to them.
PEOPLE = {
    "administrator": ("程维", "戴行远"),
    "general_manager": ("袁正", "向明"),
    "hr": ("吴岚", "曾可欣"),
    "store_manager": ("何志远", "苏敬亭"),
    "design_manager": ("周静怡", "仇一帆"),
    "engineering_manager": ("顾长河", "单国栋"),
    "supervision_manager": ("韩立群", "解文博"),
    "cs_supervisor": ("孙可", "任雨桐"),
    "finance_supervisor": ("罗静", "卢慧敏"),
    "marketing_manager": ("乔北辰", "查海生"),
    "front_desk": ("唐慧", "叶小满"),
    "customer_manager": ("沈亦安", "温如言"),
    "market_rep": ("白杨", "纪云"),
    "designer": ("林晓舟", "严之桃"),
    "chief_designer": ("方砚秋", "莫青野"),
    "material_designer": ("蒋南溪", "裴听澜"),
    "estimator": ("秦牧野", "洪毅"),
    "project_manager": ("郭建军", "雷鸣"),
    "engineering_assistant": ("丁小满", "尤佳"),
    "document_clerk": ("施文", "季晚晴"),
    "site_supervisor": ("马知行", "武兆丰"),
    "quality_inspector": ("贺鸣", "章程"),
    "foreman": ("鲁全胜", "万福来"),
    "crew_leader": ("钱大勇", "龙阿水"),
    "cs_officer": ("赵敏之", "梅若雪"),
    "aftersales_head": ("崔凯", "费扬"),
    "technician": ("冯立", "石磊"),
    "accountant": ("许若谷", "康泰"),
    "cashier": ("江以宁", "陶然"),
}
SUPERIORS = {
    "customer_manager": "store_manager", "front_desk": "store_manager", "designer": "design_manager",
    "chief_designer": "design_manager", "store_manager": "design_manager", "design_manager": "general_manager",
    "project_manager": "engineering_manager", "site_supervisor": "engineering_manager", "engineering_manager": "general_manager",
    "cs_officer": "cs_supervisor", "quality_inspector": "supervision_manager", "accountant": "finance_supervisor",
    "cashier": "finance_supervisor", "market_rep": "marketing_manager",
}  # fmt: skip


def build() -> None:
    """Set up the company of the tests, as `new_company` would."""
    opened = AT.replace(year=2024, month=1, day=2)
    known = make_password(PASSWORD)
    services.set_up_company(
        company=services.CompanyParticulars(
            name="素行装饰工程有限公司", licence="330106000412345", uscc="91330106MA2GXY4N5Y", qualification="建筑装修装饰工程专业承包贰级",
            address="杭州市西湖区文二西路 18 号", hotline="400-820-1188", bank_name="中国建设银行杭州西溪支行",
            bank_account="33050161705300001234", representative="袁正",
        ),
        stores=[
            services.StoreParticulars(code="CX", name="城西店", city="杭州", address="西湖区文二西路 18 号", phone="057188881001"),
            services.StoreParticulars(code="CD", name="城东店", city="杭州", address="上城区凯旋路 206 号", phone="057188881002"),
        ],
        administrator_name=PEOPLE["administrator"][0], administrator_username="cx.administrator", password_hash=known,
        must_change_password=False, opened_on=SINCE, at=opened,
    )  # fmt: skip
    first = User.objects.get(username="cx.administrator")
    for column, store in enumerate(Store.objects.order_by("pk")):
        hired: dict[str, User] = {"administrator": first} if column == 0 else {}
        for number, (post, names) in enumerate(PEOPLE.items()):
            if post in hired:
                continue
            hired[post] = services.hire(
                full_name=names[column], username=f"{store.code.lower()}.{post}", store=store, posts=[post], hired_on=SINCE,
                mobile=f"138{column + 1:02d}{number + 1:02d}1234", superior=hired.get(SUPERIORS.get(post, "")),
                password_hash=known, must_change_password=False, by=first, at=opened,
            )  # fmt: skip


class People:
    """The people of one store, by post."""

    def __init__(self, store: Store, people: dict[str, User]) -> None:
        self.store = store
        self._people = people

    def __getattr__(self, post: str) -> User:
        try:
            return self.__dict__["_people"][post]
        except KeyError:
            raise AttributeError(f"nobody in the cast is {post}") from None

    def everybody(self) -> dict[str, User]:
        """Post → person."""
        return dict(self._people)


class Cast(People):
    """城西店, and as `other` 城东店."""

    at = AT
    password = PASSWORD

    def __init__(self) -> None:
        stores = {store.code: store for store in Store.objects.filter(code__in=["CX", "CD"])}
        people: dict[str, dict[str, User]] = {"cx": {}, "cd": {}}
        for person in User.objects.with_posts().filter(username__regex=r"^c[xd]\.").select_related("dossier"):
            place, post = person.username.split(".", 1)
            person.home_store = stores[place.upper()]
            people[place][post] = person
        super().__init__(stores["CX"], people["cx"])
        self.other = People(stores["CD"], people["cd"])

    @staticmethod
    def days(n: float) -> datetime:
        """The moment n days after `at`."""
        return AT + timedelta(days=n)

    @staticmethod
    def client(person: User, **more: Any) -> Client:
        """This person's browser, signed in."""
        client = Client(**more)
        client.force_login(person, backend=BACKEND)
        return client

    def hire(self, *posts: str, name: str = "临时工", store: Store | None = None, **more: Any) -> User:
        """One more person for a test."""
        more = {"password_hash": make_password(PASSWORD), "must_change_password": False, "by": None} | more
        return services.hire(full_name=name, posts=posts, store=store or self.store, hired_on=SINCE, at=AT, **more)


@pytest.fixture(scope="session")
def kept_cast(django_db_setup: None, django_db_blocker: Any) -> bytes:
    with django_db_blocker.unblock():
        return pickle.dumps(Cast())


@pytest.fixture
def cast(kept_cast: bytes, db: None) -> Cast:
    """Everybody, as they stand in the test database; asked for once a run, for all tests find the same."""
    people: Cast = pickle.loads(kept_cast)
    return people


@pytest.fixture
def live_cast(live_db: str, django_db_blocker: Any) -> Cast:
    """Everybody, in a database that really commits."""
    with django_db_blocker.unblock():
        return Cast()
