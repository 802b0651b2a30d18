"""Nouns of the enquiry; `tone` colours a badge (plain, accent, late, soon, done)."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    """Where an enquiry stands (domain 1.7, decision 31)."""

    REGISTERED = "registered", _("Registered")
    ASSIGNED = "assigned", _("Assigned")
    CONSULTING = "consulting", _("Consulting")
    PROPOSAL_PRESENTED = "proposal_presented", _("Preview presented")
    DEPOSIT_PAID = "deposit_paid", _("Deposit paid")
    QUOTED = "quoted", _("Quoted")
    CONTRACTED = "contracted", _("Contracted")
    LOST = "lost", _("Lost")

    @property
    def tone(self) -> str:
        return {"lost": "plain", "contracted": "done"}.get(self.value, "accent")


LINE = (
    Stage.REGISTERED,
    Stage.ASSIGNED,
    Stage.CONSULTING,
    Stage.PROPOSAL_PRESENTED,
    Stage.DEPOSIT_PAID,
    Stage.QUOTED,
    Stage.CONTRACTED,
)
LIVING = tuple(stage.value for stage in LINE if stage is not Stage.CONTRACTED)  # neither won nor lost


class Dwelling(TextChoices):
    """Kinds of dwelling that the clocks distinguish (R002, R004)."""

    ORDINARY = "ordinary", _("Flat")
    VILLA = "villa", _("Villa")
    DUPLEX = "duplex", _("Duplex")


class Origin(TextChoices):
    """How the company lawfully came to the customer's data (LR-42); there is no bought list."""

    SELF = "self", _("Given by the customer in person")
    PHONE = "phone", _("The customer called us")
    ONLINE = "online", _("Left by the customer on the net")
    ESTATE = "estate", _("Registered by the customer at an estate event")
    REFERRAL = "referral", _("Referred, with the customer's consent")
    OWN_LIST = "own_list", _("The company's own earlier records")


class Basis(TextChoices):
    """The ground on which the data are kept (LR-41, LR-42)."""

    REQUEST = "request", _("Needed to answer the customer's own request")
    CONSENT = "consent", _("The customer agreed")
    CONTRACT = "contract", _("Needed for a contract with the customer")


class Title(TextChoices):
    NONE = "", _("—")
    MR = "mr", _("Mr")
    MS = "ms", _("Ms")


class Degree(TextChoices):
    """One axis of the four classes of customers (R009, L12)."""

    UNKNOWN = "", _("Not judged")
    HIGH = "high", _("High")
    LOW = "low", _("Low")


class Channel(TextChoices):
    """How customer and company talked."""

    PHONE = "phone", _("Phone")
    VISIT = "visit", _("In the store")
    HOME = "home", _("At the home")
    MESSAGE = "message", _("Message")
    VIDEO = "video", _("Video")


class DepositNature(TextChoices):
    """What the money is in law (LR-55); the form explains each."""

    EARNEST = "earnest", _("Earnest money")
    DEPOSIT = "deposit", _("Deposit on account")
    ADVANCE = "advance", _("Advance payment")


PLAINLY = {
    DepositNature.EARNEST: _(
        "Earnest money in law: a customer who goes without good reason loses it; a company that breaks its word pays it back "
        "twice. It is a fifth of the estimate at most."
    ),
    DepositNature.DEPOSIT: _(
        "No earnest money: without a contract it is paid back, less costs that both sides have confirmed in writing."
    ),
    DepositNature.ADVANCE: _("Part of the price paid early: it secures nothing, and without a contract all of it is paid back."),
}


class Method(TextChoices):
    """Ways of paying."""

    TRANSFER = "transfer", _("Bank transfer")
    CARD = "card", _("Card")
    WECHAT = "wechat", _("WeChat Pay")
    ALIPAY = "alipay", _("Alipay")
    CASH = "cash", _("Cash")


class Satisfaction(TextChoices):
    SATISFIED = "satisfied", _("Satisfied")
    NEUTRAL = "neutral", _("So-so")
    DISSATISFIED = "dissatisfied", _("Dissatisfied")


class LostReason(TextChoices):
    """Why a customer went (domain Q21)."""

    PRICE = "price", _("Price")
    COMPETITOR = "competitor", _("Chose another company")
    DESIGN = "design", _("Not content with the design")
    SERVICE = "service", _("Not content with the service")
    POSTPONED = "postponed", _("Renovation put off")
    UNREACHABLE = "unreachable", _("Cannot be reached")
    OTHER = "other", _("Other")


class RoomKind(TextChoices):
    LIVING = "living", _("Living room")
    DINING = "dining", _("Dining room")
    BEDROOM = "bedroom", _("Bedroom")
    STUDY = "study", _("Study")
    KITCHEN = "kitchen", _("Kitchen")
    BATHROOM = "bathroom", _("Bathroom")
    BALCONY = "balcony", _("Balcony")
    HALL = "hall", _("Hall or passage")
    STAIRS = "stairs", _("Stairs")
    STORAGE = "storage", _("Storage")
    OTHER = "other", _("Other")


class Trade(TextChoices):
    """Trades, in the order in which a site meets them; with the room the address of everything physical."""

    DEMOLITION = "demolition", _("Demolition and walls")
    PLUMBING = "plumbing", _("Plumbing")
    ELECTRIC = "electric", _("Electrics")
    WATERPROOF = "waterproof", _("Waterproofing")
    TILING = "tiling", _("Masonry and tiling")
    CARPENTRY = "carpentry", _("Carpentry")
    PAINTING = "painting", _("Painting")
    INSTALLATION = "installation", _("Installation")
    MATERIALS = "materials", _("Main materials")
    CLEANING = "cleaning", _("Protection, carrying, cleaning")
    MANAGEMENT = "management", _("Site management")
    OTHER = "other", _("Other")


class QuantityFrom(TextChoices):
    """How a line's quantity follows from a room's sizes."""

    FIXED = "fixed", _("Typed")
    FLOOR = "floor", _("Floor area")
    CEILING = "ceiling", _("Ceiling area")
    WALL = "wall", _("Wall area")
    WALL_CEILING = "wall_ceiling", _("Wall and ceiling area")
    PERIMETER = "perimeter", _("Perimeter")
    FLOOR_WALL_300 = "floor_wall_300", _("Floor and wall to 300 mm")
    FLOOR_WALL_1800 = "floor_wall_1800", _("Floor and wall to 1800 mm")
    DOORS = "doors", _("Doors")
    WINDOWS = "windows", _("Windows")
    POINTS = "points", _("Points by floor area")
    ROOM = "room", _("Once a room")
    ONCE = "once", _("Once a home")
    HOME = "home", _("Building area of the home")


class QuotationState(TextChoices):
    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")
    ACCEPTED = "accepted", _("Accepted")
    REPLACED = "replaced", _("Replaced")


class LinePart(TextChoices):
    """Where a line of a quotation is paid: by itself, with the package, or as what goes beyond the package."""

    WORKS = "works", _("Own line")
    PACKAGE = "package", _("In the package")
    BEYOND = "beyond", _("Beyond the package")


class RequestState(TextChoices):
    """What became of a discount that was asked for."""

    ASKED = "asked", _("Asked for")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    LAPSED = "lapsed", _("Lapsed")


class SentBy(TextChoices):
    """How a quotation goes to the customer."""

    WECHAT = "wechat", _("WeChat")
    EMAIL = "email", _("E-mail")
    HAND = "hand", _("Printed and handed over")
    COURIER = "courier", _("Courier")


class BatchState(TextChoices):
    PREVIEWED = "previewed", _("In preview")
    CONFIRMED = "confirmed", _("Imported")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DROPPED = "dropped", _("Dropped")


class RowState(TextChoices):
    GOOD = "good", _("New customer")
    SECOND_HOME = "second_home", _("Another home of a known customer")
    KNOWN = "known", _("Already there")
    BAD = "bad", _("Cannot be read")
    SKIPPED = "skipped", _("Skipped")


class DrawingKind(TextChoices):
    """Kinds of drawing, in the order in which a design grows (L09, P02, P03, P04)."""

    FLOOR_PLAN = "floor_plan", _("Floor plan")
    SCHEME = "scheme", _("Design scheme")
    RENDERING = "rendering", _("Rendering")
    CONSTRUCTION = "construction", _("Construction drawings")


class DrawingSource(TextChoices):
    """Whose hand a drawing is from: the floor plan comes from the owner or is drawn (L09)."""

    OWNER = "owner", _("Given by the owner")
    DRAWN = "drawn", _("Drawn by us")


class OpeningKind(TextChoices):
    """Holes in a wall."""

    DOOR = "door", _("Door")
    WINDOW = "window", _("Window")
    PASS = "pass", _("Passage without door")


class FittingKind(TextChoices):
    """What a survey finds in a room beside its openings: beams, pipes, power."""

    BEAM = "beam", _("Beam")
    WATER = "water", _("Water pipe")
    DRAIN = "drain", _("Drain")
    GAS = "gas", _("Gas pipe")
    HEATING = "heating", _("Heating pipe")
    BOARD = "board", _("Distribution board")
    CIRCUIT = "circuit", _("Circuit")
    SOCKET = "socket", _("Socket or switch")


# --- people, logs, estates -------------------------------------------------------------------------------------------


class PersonRole(TextChoices):
    """What somebody is to a home beside the customer."""

    OWNER = "owner", _("Owner")
    SPOUSE = "spouse", _("Spouse")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    TENANT = "tenant", _("Tenant")
    PAYER = "payer", _("Payer")
    AGENT = "agent", _("Acts for the owner")
    OTHER = "other", _("Other")


class LogSubject(TextChoices):
    """What a call or a visit was about (L05, L06)."""

    ENQUIRY = "enquiry", _("New enquiry")
    PROGRESS = "progress", _("Question on a running matter")
    APPOINTMENT = "appointment", _("Appointment")
    REPAIR = "repair", _("Repair")
    COMPLAINT = "complaint", _("Complaint")
    MONEY = "money", _("Money")
    OTHER = "other", _("Other")


class PriceLevel(TextChoices):
    """How the customer builds (L04)."""

    UNKNOWN = "", _("Not known")
    ECONOMY = "economy", _("Economy")
    MIDDLE = "middle", _("Middle")
    UPPER = "upper", _("Upper")


class SalesState(TextChoices):
    """How far the homes of an estate are sold (L14)."""

    UNKNOWN = "", _("Not known")
    COMING = "coming", _("Not on sale yet")
    SELLING = "selling", _("On sale")
    SOLD = "sold", _("Sold out")
    SECOND = "second", _("Second-hand only")
