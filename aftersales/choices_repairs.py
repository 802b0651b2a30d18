"""The words of repairs."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Source(TextChoices):
    """How a fault became known (S19)."""

    PHONE = "phone", _("By phone")
    VISIT = "visit", _("The owner came by")
    STAFF = "staff", _("Noticed by staff")
    PATROL = "patrol", _("Found on a patrol")


class Level(TextChoices):
    """How soon somebody must be there; each has its own spans (terms.service_levels)."""

    EMERGENCY = "emergency", pgettext_lazy("repair", "Urgent")
    NORMAL = "normal", pgettext_lazy("repair", "Usual")
    PLANNED = "planned", pgettext_lazy("repair", "By appointment")


class RepairState(TextChoices):
    """Where a repair stands; it moves along `STEPS` alone."""

    REPORTED = "reported", pgettext_lazy("repair", "To be sorted")
    SORTED = "sorted", pgettext_lazy("repair", "To be called")
    WAITING = "waiting", pgettext_lazy("repair", "Order to be made")
    ORDERED = "ordered", pgettext_lazy("repair", "Technician on the way")
    DONE = "done", pgettext_lazy("repair", "Call today")
    CALLED = "called", pgettext_lazy("repair", "To be filed")
    ARCHIVED = "archived", pgettext_lazy("repair", "Filed")
    WITHDRAWN = "withdrawn", pgettext_lazy("repair", "Withdrawn")

    @property
    def tone(self) -> str:
        return {"reported": "soon", "done": "soon", "waiting": "soon", "ordered": "accent", "archived": "done"}.get(self.value, "plain")


STEPS = (
    ("reported", "sorted"),
    ("sorted", "waiting"),  # diagnosed: somebody has to come, or the part goes to its maker
    ("sorted", "done"),  # solved on the phone
    ("waiting", "ordered"),
    ("ordered", "waiting"),  # called off, or another visit is needed
    ("ordered", "done"),
    ("done", "waiting"),  # on the call the owner says that it is not mended
    ("done", "called"),
    ("called", "archived"),
    ("reported", "withdrawn"),
    ("sorted", "withdrawn"),
    ("waiting", "withdrawn"),
)
OPEN = ("reported", "sorted", "waiting", "ordered", "done", "called")


class Cover(TextChoices):
    """Who bears a repair, and by which paper."""

    STATUTORY = "statutory", _("Statutory warranty")
    COMPANY = "company", _("Company promise")
    PAID = "paid", _("Paid by the owner")

    @property
    def tone(self) -> str:
        return {"statutory": "done", "company": "accent", "paid": "soon"}[self.value]


class Mode(TextChoices):
    """What comes of the talk with the technician (S27)."""

    PHONE = "phone", _("Solved on the phone")
    ONSITE = "onsite", _("Somebody comes")
    FACTORY = "factory", _("Goes back to its maker")
    REPLACE = "replace", _("Is replaced")
    RETURN = "return", _("Is taken back")


class OrderState(TextChoices):
    PLANNED = "planned", pgettext_lazy("repair", "Planned")
    ON_SITE = "on_site", pgettext_lazy("repair", "On site")
    DONE = "done", pgettext_lazy("repair", "Done")
    AGAIN = "again", pgettext_lazy("repair", "Another visit needed")
    CANCELLED = "cancelled", pgettext_lazy("repair", "Called off")

    @property
    def tone(self) -> str:
        return {"planned": "accent", "on_site": "soon", "done": "done"}.get(self.value, "plain")


ORDER_STEPS = (("planned", "on_site"), ("planned", "cancelled"), ("on_site", "done"), ("on_site", "again"))


class Outcome(TextChoices):
    """What the owner says on the day of the repair (R089)."""

    MENDED = "mended", _("Mended, all in order")
    SO_SO = "so_so", _("Mended, with a remark")
    NOT_MENDED = "not_mended", _("Not mended")


class Trade(TextChoices):
    """Whose work the fault lies in: a fact for the cost by trade, never a verdict about a person."""

    PLUMBING = "plumbing", pgettext_lazy("trade", "Plumbing")
    POWER = "power", pgettext_lazy("trade", "Electrics")
    WATERPROOF = "waterproof", pgettext_lazy("trade", "Waterproofing")
    TILES = "tiles", pgettext_lazy("trade", "Masonry and tiles")
    WOOD = "wood", pgettext_lazy("trade", "Carpentry")
    PAINT = "paint", pgettext_lazy("trade", "Painting")
    FITTING = "fitting", pgettext_lazy("trade", "Fitting")
    SUPPLY = "supply", pgettext_lazy("trade", "Supplied material")
    DESIGN = "design", pgettext_lazy("trade", "Design")
    USE = "use", pgettext_lazy("trade", "Use or wear")
