"""How an enquiry goes: from the front desk to the accepted quotation, or until somebody dawdles, or the customer goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from config.demo import people, photos
from config.demo.hand import strokes
from config.demo.quoting import shaped
from config.demo.world import Story, World, dice, later
from leads import services as leads
from leads.models import Lead, LeadSource
from staff import posts

SOURCES = ("walk_in", "phone", "estate", "referral")


@dataclass
class Case:
    """One customer: who, where, and how the story turns out.

    stops: where it rests for good ("registered", "assigned", "consulting", "proposal", "decision", "deposit", "survey",
    "quotation", "quoted", "contract"); lost: where the customer goes; slow: the designer lets the preview's clock run out;
    method: how the deposit is paid; offer: what the quotation holds beside the usual ("options", "package").
    """

    number: int
    store: str
    stops: str = ""
    lost: str = ""
    slow: bool = False
    unsigned: bool = False
    method: str = ""
    offer: str = ""
    flat: people.Flat = people.FLATS[2]
    name: str = ""
    lead: Lead = field(init=False)

    def __post_init__(self) -> None:
        fall = dice("case", self.number, self.store)
        self.surname = people.SURNAMES[(self.number * 7) % len(people.SURNAMES)]
        self.name = self.name or self.surname + people.GIVEN[(self.number * 11 + 3) % len(people.GIVEN)]
        self.title = fall.choice(("mr", "ms"))
        self.phone = f"13{fall.choice('5678')}{fall.randint(1000, 9999)}{(self.number * 137 + 3371) % 10000:04d}"
        self.estate = people.ESTATES[self.store][self.number % len(people.ESTATES[self.store])]
        self.room = f"{fall.randint(2, 21):02d}0{fall.randint(1, 3)}".lstrip("0")


def registered(world: World, case: Case, at: datetime, fall: Random) -> Lead:
    """At the front desk."""
    who = world.who(case.store, posts.FRONT_DESK)
    villa = case.flat.dwelling == "villa"
    home = leads.NewHome(
        estate=case.estate, building=str(fall.randint(1, 16)), unit="" if villa else str(fall.randint(1, 3)), room_no="" if villa else case.room,
        area_m2=case.flat.area, dwelling=case.flat.dwelling, layout=case.flat.layout,
    )  # fmt: skip
    lead = leads.register_lead(
        store=world.stores[case.store], name=case.name, title=case.title, phones=[case.phone], home=home,
        source=_source(fall), origin=fall.choice(("self", "phone", "referral", "estate")), consent_basis="request",
        needs=fall.choice(people.NEEDS), budget=Decimal(fall.randrange(14, 62)) * 10000 if fall.random() < 0.7 else None,
        customer_manager=world.who(case.store, posts.CUSTOMER_MANAGER, case.number), by=who, at=at,
        willingness=fall.choice(("high", "high", "low", "")), ability=fall.choice(("high", "low", "")), simulated=True,
    )  # fmt: skip
    case.lead = lead
    return fresh(lead)


def _source(fall: Random) -> LeadSource:
    rows = {row.code: row for row in LeadSource.objects.filter(retired=False)}
    return rows.get(fall.choice(SOURCES)) or next(iter(rows.values()))


def fresh(lead: Lead) -> Lead:
    return Lead.objects.select_related("customer", "home", "store", "dossier", "designer", "customer_manager").get(pk=lead.pk)


def enquiry(world: World, case: Case, at: datetime) -> Story:
    """The road of one enquiry; ends with the accepted quotation unless it rests or is lost before."""
    fall = dice(world.seed, "enquiry", case.number, case.store)
    lead = registered(world, case, at, fall)
    desk, designer = world.who(case.store, posts.FRONT_DESK), _designer(world, case)
    manager = world.who(case.store, posts.CUSTOMER_MANAGER, case.number)
    if case.stops == "registered":
        return

    at = later(at, 0, fall)
    yield at
    leads.assign_designer(lead, designer=designer, customer_manager=manager, by=desk, at=at)
    if case.stops == "assigned":
        return

    at = later(at, 1, fall)
    yield at
    lead = fresh(lead)
    leads.note_contact(lead, channel="phone", note=f"{lead.customer.name}：周末有空，约到店里看方案，想先看同户型。", by=designer, at=at)
    if (yield from _goes(world, case, "assigned", lead, manager, at, fall)):
        return

    at = later(at, fall.randint(1, 3), fall)
    yield at
    record = leads.record_consultation(
        lead, demands=fall.choice(people.DEMANDS), style_advice=fall.choice(people.ADVICE), material_advice=people.MATERIALS,
        rough_estimate=(lead.budget or Decimal(260000)), next_meeting_at=at + timedelta(days=5), by=designer, at=at,
    )  # fmt: skip
    if case.unsigned:
        return
    world.sign(record.paper, "designer", designer, at=at + timedelta(minutes=70), by=designer)
    world.sign(record.paper, "customer", case.name, at=at + timedelta(minutes=74), by=designer)
    if case.stops == "consulting" or (yield from _goes(world, case, "consulting", lead, manager, at, fall)):
        return

    at = later(at, fall.randint(8, 9) if case.slow else fall.randint(4, 6), fall)
    yield at
    estimate = (lead.home.area_m2 or Decimal(100)) * fall.randrange(1500, 2300, 50)
    proposal = leads.present_proposal(
        fresh(lead), style=fall.choice(people.STYLES), overall_plan=fall.choice(people.ADVICE), materials=people.MATERIALS, estimate=estimate,
        by=designer, at=at,
    )  # fmt: skip
    if case.stops == "proposal":
        return
    at = later(at, 1, fall)
    yield at
    leads.record_proposal_call(fresh(lead), satisfaction=fall.choice(("satisfied", "satisfied", "neutral")), by=manager, at=at)
    if (yield from _goes(world, case, "proposal", lead, manager, at, fall)):
        return
    at = later(at, 1, fall)
    yield at
    leads.accept_proposal(proposal, by=designer, at=at)
    if case.stops == "decision":
        return
    agreement = leads.issue_order_agreement(
        fresh(lead), nature="earnest", amount=Decimal(fall.choice((5000, 8000, 10000))), by=manager, at=at + timedelta(minutes=25)
    )
    signed = world.sign_all(agreement.paper, {"customer": case.name, "company": manager}, at=at + timedelta(minutes=40), by=manager)
    method = case.method or fall.choice(("transfer", "wechat", "card"))
    leads.receive_deposit(fresh(lead), method=method, by=world.who(case.store, posts.CASHIER), at=signed + timedelta(minutes=8))
    if case.stops == "deposit":
        return
    yield from measured(world, case, at, designer, fall)


def _designer(world: World, case: Case) -> Any:
    """Large homes go to the chief designer; of the others every second goes to the designer whose desk is looked at first."""
    if case.flat.dwelling != "ordinary":
        return world.who(case.store, posts.CHIEF_DESIGNER)
    return world.who(case.store, posts.DESIGNER, case.number if case.number % 2 else 0)


def measured(world: World, case: Case, at: datetime, designer: Any, fall: Random) -> Story:
    """Survey, scheme, quotation, acceptance."""
    at = later(at, 2, fall)
    yield at
    rooms = [_room(case, name, kind, length, width, fall) for name, kind, length, width in case.flat.rooms]
    survey = leads.record_survey(
        fresh(case.lead), rooms=rooms, demands=fall.choice(people.NEEDS), findings=fall.choice(("北卧外墙有渗水痕迹", "厨房顶面横梁下净高 2.42 m", "")),
        by=designer, at=at,
    )  # fmt: skip
    signed = world.sign_all(survey.paper, {"customer": case.name, "designer": designer}, at=at + timedelta(minutes=80), by=designer)
    if case.stops == "survey":
        return
    at = later(signed, 3, fall)
    yield at
    leads.report_scheme(fresh(case.lead), summary="平面与主要立面完成，按预案深化", meeting_at=at + timedelta(days=2), by=designer, at=at)
    scheme = _drawn(case, "scheme", "平面与立面方案", designer, at)
    draft = shaped(leads.draft_quotation(fresh(case.lead), by=designer, at=at + timedelta(minutes=30)), case.offer, by=designer, at=at + timedelta(minutes=40))
    if case.stops == "quotation":
        return
    at = later(at, 2, fall)
    yield at
    _confirmed(case, scheme, designer, at)
    construction = _drawn(case, "construction", "全套施工图", designer, at)
    quotation = leads.issue_quotation(draft, by=designer, at=at)
    if case.stops == "quoted" or (yield from _goes(world, case, "quoted", case.lead, world.who(case.store, posts.CUSTOMER_MANAGER, case.number), at, fall)):
        return
    at = later(at, fall.randint(1, 3), fall)
    yield at
    if case.lead.home.is_large:
        checker = leads.checkers(case.lead.store_id, designer.pk)[1][0]
        leads.review_drawing(construction, passed=True, points="楼梯间净高按 2.2 m 复核", by=checker, at=at - timedelta(hours=2))
    _confirmed(case, construction, designer, at)
    issued: Any = quotation.paper
    world.sign_all(issued, {"customer": case.name, "designer": designer, "estimator": None}, at=at, by=designer)
    leads.accept_quotation(quotation, by=designer, at=at + timedelta(minutes=20))


def _room(case: Case, name: str, kind: str, length: int, width: int, fall: Random) -> leads.RoomSize:
    """A room with its door, its window and what was found; kitchen and bathroom with a photo."""
    wet = kind in ("kitchen", "bathroom")
    openings = [leads.Opening("door", 700 if wet else 900, 2100, place="内墙")]
    if kind not in ("storage", "stairs"):
        openings.append(leads.Opening("window", fall.randrange(700 if wet else 1200, 1300 if wet else 2100, 100), 1400, 900, "外墙居中"))
    found = [leads.Fitting("socket", fall.randint(2, 6), place="距地 300")]
    if wet:
        found += [leads.Fitting("water", 2, "DN20", "窗下"), leads.Fitting("drain", 1, "DN110", "墙角")]
    if kind == "kitchen":
        found += [leads.Fitting("gas", 1, "DN15", "窗侧"), leads.Fitting("beam", 1, "300×450", "门上")]
    if kind in ("living", "hall"):
        found.append(leads.Fitting("board", 1, "12 回路", "入户门后"))
    seed = f"survey-{case.store}-{case.number}-{name}"
    return leads.RoomSize(
        name, length + fall.randrange(-120, 121, 10), width + fall.randrange(-90, 91, 10), case.flat.height + fall.randrange(-30, 31, 10),
        kind=kind, openings=tuple(openings), fittings=tuple(found), photos=(photos.photo(seed),) if wet else (),
    )  # fmt: skip


def _drawn(case: Case, kind: str, title: str, designer: Any, at: datetime) -> Any:
    """A version of a drawing, with a plan that fits the flat."""
    rooms = [(name, length, width) for name, _kind, length, width in case.flat.rooms]
    sheet = photos.plan(f"{case.store}-{case.number}-{kind}", rooms, detailed=kind == "construction")
    return leads.add_drawing(fresh(case.lead), kind=kind, title=title, files=[sheet], by=designer, at=at)


def _confirmed(case: Case, drawing: Any, designer: Any, at: datetime) -> None:
    """The customer signs for it on the company's device."""
    leads.confirm_drawing(drawing, name=case.name, channel="visit", strokes=strokes(case.name), by=designer, at=at + timedelta(minutes=5))


def _goes(world: World, case: Case, where: str, lead: Lead, manager: Any, at: datetime, fall: Random) -> Any:
    """The customer goes somewhere else, some days later, for a reason of the list; the store manager confirms it the day after."""
    if case.lost != where:
        return False
    at = later(at, fall.randint(3, 12), fall)
    yield at
    leads.lose(fresh(lead), reason=fall.choice(("price", "competitor", "postponed", "design")), note="电话告知，客气。", by=manager, at=at)
    at = later(at, 1, fall)
    yield at
    head = world.who(case.store, posts.STORE_MANAGER)
    leads.confirm_loss(fresh(lead).loss_reviews.get(decided_at=None), note="回访核实过，确已定了别家。", by=head, at=at)
    return True
