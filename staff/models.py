"""People, the posts they hold, the stores they hold them in, and the sessions they are signed in with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.models import Dossier
from core.policies import Scope, narrow
from staff import posts


class StoreQuerySet(models.QuerySet["Store"]):
    def visible_to(self, user: Any) -> StoreQuerySet:
        """Stores by scope: those where a post is held, or all."""
        from staff.policies import SEE_STORES  # the table needs the models

        match SEE_STORES.scope(user):
            case Scope.COMPANY:
                return self
            case Scope.STORE:
                return self.filter(pk__in=user.stores)
        return self.none()


class Store(models.Model):
    """A showroom (店面): the unit that people, customers and numbers belong to."""

    code = models.CharField(_("Store code"), max_length=6, unique=True)
    name = models.CharField(_("Store name"), max_length=40, unique=True)
    city = models.CharField(_("City"), max_length=20, blank=True)
    address = models.CharField(_("Address"), max_length=160, blank=True)
    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    opened_on = models.DateField(_("Opened on"))
    closed_on = models.DateField(null=True, blank=True)
    dossier = models.OneToOneField("core.Dossier", models.PROTECT, null=True, related_name="+")

    guarded = ("code",)

    objects = StoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z][A-Z0-9]{1,5}$"), name="staff_store_code"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")), name="staff_store_closed_after"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file(self) -> Dossier:
        """The file of the store: what belongs to no single customer stands there; `open_store` makes it."""
        assert self.dossier is not None
        return self.dossier


class Department(models.Model):
    """A department of the chart (domain.md 1.1)."""

    code = models.CharField(primary_key=True, max_length=32)
    title = models.CharField(max_length=40)
    title_en = models.CharField(max_length=60)
    place = models.PositiveSmallIntegerField()

    read_only = True

    def __str__(self) -> str:
        return self.title_en if (translation.get_language() or "").startswith("en") else self.title


class Post(models.Model):
    """A post that people hold (domain.md 1.2); what it may is the table of permissions, not this row."""

    code = models.CharField(primary_key=True, max_length=32)
    title = models.CharField(max_length=40)
    title_en = models.CharField(max_length=60)
    department = models.ForeignKey(Department, models.PROTECT, related_name="posts")
    company_wide = models.BooleanField(default=False)
    place = models.PositiveSmallIntegerField()

    read_only = True

    def __str__(self) -> str:
        return self.title_en if (translation.get_language() or "").startswith("en") else self.title


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Any) -> UserQuerySet:
        """Colleagues by scope: of the stores where a post is held, or all; oneself always."""
        from staff.policies import SEE_PEOPLE  # the table needs the models

        scoped = narrow(self, user, SEE_PEOPLE, store="home_store", own=Q(pk=user.pk))
        return scoped | self.filter(pk=user.pk)  # type: ignore[return-value]

    def here(self) -> UserQuerySet:
        """Those who work here: not left."""
        return self.filter(left_on__isnull=True)

    def holding(self, *codes: str) -> UserQuerySet:
        """Those who hold one of these posts now."""
        held = Holding.objects.open().filter(user=OuterRef("pk"), post__in=codes)
        return self.here().filter(models.Exists(held))

    def with_posts(self) -> UserQuerySet:
        """Each person together with the posts held now and the stores that these serve from elsewhere, in one query."""
        held = Holding.objects.open().filter(user=OuterRef("pk")).order_by("since", "pk")
        return self.annotate(
            held_rows=ArraySubquery(held.values(row=JSONObject(post="post_id", store="store_id", far=ArraySubquery(far_stores()))))
        )


class UserManager(models.Manager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str) -> User:
        return self.get(username=User.normalize_username(username).lower())


class User(AbstractBaseUser):
    """One person, one account.  What a person may comes from the posts held, never from flags on this row."""

    username = models.CharField(_("User name"), max_length=40, unique=True)
    full_name = models.CharField(_("Name"), max_length=40)
    pinyin = models.CharField(max_length=120)
    mobile = models.CharField(_("Mobile"), max_length=20, blank=True)
    superior = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    home_store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    hired_on = models.DateField(_("Hired on"))
    left_on = models.DateField(_("Left the company on"), null=True, blank=True)
    leaving_reason = models.CharField(max_length=200, blank=True)
    must_change_password = models.BooleanField(default=False)
    dossier = models.OneToOneField("core.Dossier", models.PROTECT, related_name="+")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    guarded = ("username",)

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(username__regex=r"^[a-z0-9][a-z0-9._-]{1,39}$"), name="staff_user_name"),
            models.CheckConstraint(condition=~Q(full_name=""), name="staff_user_full_name"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("hired_on")), name="staff_user_left_after_hired"
            ),
            models.CheckConstraint(
                condition=Q(superior__isnull=True) | ~Q(superior=F("id")), name="staff_user_own_superior"
            ),
            models.UniqueConstraint(
                fields=["mobile"], condition=Q(left_on__isnull=True) & ~Q(mobile=""), name="staff_user_one_per_mobile"
            ),
        ]
        indexes = [
            models.Index(fields=["home_store", "pinyin", "id"], name="staff_user_list"),
            models.Index(fields=["pinyin", "id"], name="staff_user_all"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Who left is out (the backend asks at every request)."""
        return self.left_on is None

    @cached_property
    def _held(self) -> tuple[tuple[str, int, tuple[int, ...]], ...]:
        """(post, store, stores served from there) held now; from the row when it was loaded `with_posts`, else one query."""
        if self.left_on is not None:
            return ()
        if "held_rows" in self.__dict__:
            return tuple((row["post"], row["store"], tuple(row["far"])) for row in self.__dict__["held_rows"])
        rows = Holding.objects.open().filter(user=self).order_by("since", "pk").annotate(far=ArraySubquery(far_stores()))
        return tuple((post, store, tuple(far)) for post, store, far in rows.values_list("post_id", "store_id", "far"))

    @property
    def posts(self) -> frozenset[str]:
        """The codes of the posts held now."""
        return frozenset(post for post, _store, _far in self._held)

    @property
    def stores(self) -> frozenset[int]:
        """The stores in which a post is held now."""
        return frozenset(store for _post, store, _far in self._held)

    @property
    def serves(self) -> frozenset[int]:
        """The stores in which a post counts that is held now: those of `stores`, and those that a company-wide one serves from there."""
        return frozenset(store for _post, here, far in self._held for store in (here, *far))

    def stores_of(self, codes: Iterable[str]) -> frozenset[int]:
        """The stores in which one of these posts is held now, and those that one of them serves because nobody holds it there."""
        return frozenset(store for post, here, far in self._held if post in codes for store in (here, *far))

    def posts_for(self, store: int) -> frozenset[str]:
        """The posts held now that may act in a store: those held there, and those that work for all stores, wherever they are held.

        Whose record it is to see is asked before, by `stores_of`: there a company-wide post counts where nobody else holds it.
        """
        wide = posts.company_wide()
        return frozenset(post for post, place, _far in self._held if place == store or post in wide)

    def forget_posts(self) -> None:
        """Read the posts anew at the next question (after a verb has changed them)."""
        self.__dict__.pop("_held", None)
        self.__dict__.pop("held_rows", None)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Third-party pages ask this; every page of ours asks a policy."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False

    is_staff = False
    is_superuser = False


class HoldingQuerySet(models.QuerySet["Holding"]):
    def open(self) -> HoldingQuerySet:
        """Held now: nobody may hold or give up a post ahead of time, so an open row is a held post."""
        return self.filter(until__isnull=True)

    def on(self, day: date) -> HoldingQuerySet:
        """Held on a day of the past; `until` is the last one."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)

    def serving(self, store: Store | int) -> HoldingQuerySet:
        """Posts for the company as a whole that serve this store from elsewhere: nobody holds them here."""
        here = Holding.objects.open().filter(store=store, post=OuterRef("post"))
        return self.filter(~models.Exists(here), post__company_wide=True)


class Holding(models.Model):
    """A person holds a post in a store from a day until another; two posts are two rows (decision of the house)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="holdings")
    post = models.ForeignKey(Post, models.PROTECT, db_column="post_code", related_name="+")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    updatable = ("until",)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "post", "store"], condition=Q(until__isnull=True), name="staff_holding_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="staff_holding_until_after_since"
            ),
        ]
        indexes = [models.Index(fields=["store", "post"], condition=Q(until__isnull=True), name="staff_holding_post")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.post_id} {self.store_id}"


def far_stores() -> models.QuerySet[Any, Any]:
    """For a subquery of holdings: the stores that a holding serves beyond its own, by the rule of `HoldingQuerySet.serving`."""
    there = Holding.objects.open().filter(store=OuterRef("pk"), post=OuterRef("held"))
    stores = Store.objects.annotate(held=ExpressionWrapper(OuterRef("post_id"), output_field=models.CharField()))
    return stores.filter(~models.Exists(there), held__in=sorted(posts.company_wide())).order_by("pk").values("pk")


class UserSession(models.Model):
    """A browser in which somebody is signed in; ending it signs that browser out at its next request."""

    class End(models.TextChoices):
        SIGNED_OUT = "signed_out", _("Signed out")
        ENDED = "ended", _("Ended from the session list")
        PASSWORD = "password", _("The password was changed")
        LEFT = "left", _("Left the company")
        IDLE = "idle", _("Not used for long")

    user = models.ForeignKey(User, models.PROTECT, related_name="sessions")
    key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=End, blank=True)

    updatable = ("key", "seen_at", "ended_at", "end")

    class Meta:
        indexes = [
            models.Index(fields=["user", "-seen_at"], condition=Q(ended_at__isnull=True), name="staff_session_open")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.device[:40]}"
