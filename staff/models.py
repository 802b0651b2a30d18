"""People, posts and stores."""

from __future__ import annotations

from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q


class Store(models.Model):
    """A showroom; every record that belongs to one carries it."""

    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=40)
    city = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=160, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    opened_on = models.DateField(null=True)
    

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """One employee, one account; who left is out at the next request."""

    username = models.CharField(max_length=40, unique=True)
    full_name = models.CharField(max_length=40)
    pinyin = models.CharField(max_length=120, blank=True)
    mobile = models.CharField(max_length=20, blank=True)
    superior = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    hired_on = models.DateField(null=True)
    left_on = models.DateField(null=True, blank=True)

    USERNAME_FIELD = "username"
    objects = UserManager()

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def is_active(self) -> bool:
        return self.left_on is None

    @cached_property
    def held(self) -> list[tuple[str, int]]:
        return list(self.holdings.filter(until__isnull=True).values_list("post_code", "store_id"))

    @property
    def posts(self) -> frozenset[str]:
        return frozenset(code for code, _ in self.held)

    @property
    def stores(self) -> frozenset[int]:
        return frozenset(store for _, store in self.held)

    @property
    def home_store_id(self) -> int | None:
        return self.held[0][1] if self.held else None


class Holding(models.Model):
    """A post held at a store, from and until."""

    user = models.ForeignKey(User, models.PROTECT, related_name="holdings")
    post_code = models.CharField(max_length=40)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "post_code", "store"], condition=Q(until__isnull=True), name="staff_holding_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.post_code}"
