"""How a renovation moves from the signed contract to the end of its warranty.  This file is the procedure.

Each step says who may take it and what must be true first; nothing else moves a site.  A closed gate is shown in exactly
the words below, all that is missing at once (domain 3.3).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.procedure import Lifecycle, Step, gate
from projects.choices import BEFORE_WORK, UNFINISHED, WORKING, Fact, SettlementKind, Stage
from staff import posts

_ENGINEERING = (posts.ENGINEERING_MANAGER, posts.PROJECT_MANAGER)


def _to(name: str) -> Any:
    return lambda project: reverse(f"projects:{name}", args=[project.ref])


@gate(
    "G6", _("The contract is not signed by both sides, or not handed in complete and filed."),
    who=(posts.CUSTOMER_MANAGER, posts.ENGINEERING_ASSISTANT), paper="P07", link=_to("contract"),
)  # fmt: skip
def contract_filed(project: Any) -> bool:
    """Signed, complete, handed in and filed by the engineering assistant (domain S4)."""
    return project.contract.archived_at is not None


@gate(
    "S5", _("The site has no project manager, supervisor, inspector or foreman yet."),
    who=(posts.ENGINEERING_MANAGER,), link=_to("people"),
)  # fmt: skip
def site_staffed(project: Any) -> bool:
    return all((project.project_manager_id, project.supervisor_id, project.inspector_id, project.foreman_id))


@gate(
    "G7", _("Drawings and budget have not been reviewed, or a doubt is still open."),
    who=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR), paper="P14", waivable_by=(posts.ENGINEERING_MANAGER,), link=_to("reviews"),
)  # fmt: skip
def drawings_reviewed(project: Any) -> bool:
    return bool(project.holds(Fact.DRAWINGS_REVIEWED))


@gate(
    "G9", _("The disclosure record has not been signed by customer, designer, foreman and project manager."),
    who=(posts.PROJECT_MANAGER,), paper="P23", link=_to("disclosures"),
)  # fmt: skip
def disclosure_signed(project: Any) -> bool:
    return "P23" in project.signed_papers


@gate(
    "G11", _("The customer has not signed the survey of the original house (check 1)."),
    who=(posts.QUALITY_INSPECTOR,), paper="I05",
)  # fmt: skip
def original_house_surveyed(project: Any) -> bool:
    return bool(project.holds(Fact.ORIGINAL_HOUSE_SURVEY_SIGNED))


@gate(
    "G24", _("No registration, management agreement and permit of the property office is in force."),
    who=(posts.PROJECT_MANAGER, posts.ENGINEERING_ASSISTANT), paper="A02", link=_to("permits"),
)  # fmt: skip
def permit_in_force(project: Any) -> bool:
    """LR-28; nobody waives this (decision 35)."""
    permit = project.permit_in_force
    return permit is not None and permit.valid_from <= project.on <= permit.valid_until


@gate(
    "G8", _("There are no valid worker passes."), who=(posts.PROJECT_MANAGER, posts.ENGINEERING_ASSISTANT), paper="A03", link=_to("permits"),
)  # fmt: skip
def passes_valid(project: Any) -> bool:
    """R080: everybody who works more than one day needs a pass inside the permit's period."""
    return bool(project.passes_on(project.on))


@gate(
    "G10", _("The crew is not on the site, or the site is not cleared."),
    who=(posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.FOREMAN), waivable_by=(posts.ENGINEERING_MANAGER,), link=_to("arrivals"),
)  # fmt: skip
def crew_on_site(project: Any) -> bool:
    return bool(project.holds(Fact.CREW_ON_SITE))


@gate("G11", _("Check 1 has not passed."), who=(posts.QUALITY_INSPECTOR,), paper="I07")
def first_check_passed(project: Any) -> bool:
    return bool(project.holds(Fact.CHECK_1_PASSED))


@gate("G12", _("The materials have not been accepted with the customer's signature (check 2)."), who=(posts.QUALITY_INSPECTOR,), paper="I06")
def materials_accepted(project: Any) -> bool:
    return bool(project.holds(Fact.MATERIALS_ACCEPTED))


@gate(
    "G13", _("The concealed works have not been accepted with a record (checks 3 and 4)."), who=(posts.QUALITY_INSPECTOR,), paper="I11"
)
def concealed_works_accepted(project: Any) -> bool:
    return bool(project.holds(Fact.CONCEALED_WORKS_ACCEPTED) and project.holds(Fact.CHECK_4_PASSED))


@gate("G16", _("The carpentry has not been accepted (check 6)."), who=(posts.QUALITY_INSPECTOR,), paper="I12")
def carpentry_accepted(project: Any) -> bool:
    return bool(project.holds(Fact.CARPENTRY_ACCEPTED))


@gate(
    "G14", _("A change order waits for the customer's signature; sign it or withdraw it."),
    who=(posts.PROJECT_MANAGER,), paper="P25", link=_to("changes"),
)  # fmt: skip
def changes_signed(project: Any) -> bool:
    """Unsigned changes never count and nothing is settled over them (LR-23)."""
    return not any(change.is_waiting for change in project.change_list)


@gate(
    "G16", _("The mid-term and change settlements have not been signed together."), who=(posts.PROJECT_MANAGER,), paper="P29",
    link=_to("settlements"),
)  # fmt: skip
def midterm_settled(project: Any) -> bool:
    """The mid-term settlement always settles the changes too (domain 0.1a 4)."""
    return project.settled(SettlementKind.MIDTERM) and project.settled(SettlementKind.CHANGE)


@gate(
    "G16", _("The instalments up to the mid-term, changes included, have not been paid."),
    who=(posts.CASHIER, posts.ACCOUNTANT), paper="L23", link=_to("payments"),
)  # fmt: skip
def midterm_paid(project: Any) -> bool:
    return bool(project.money.paid_through_midterm)


@gate("G17", _("Checks 5 and 7 have not passed."), who=(posts.QUALITY_INSPECTOR,), paper="I10")
def finishes_passed(project: Any) -> bool:
    return bool(project.holds(Fact.CHECK_5_PASSED) and project.holds(Fact.CHECK_7_PASSED))


@gate(
    "G17", _("The acceptance sheet has not been filled and signed by the customer (check 8)."),
    who=(posts.QUALITY_INSPECTOR, posts.PROJECT_MANAGER), paper="I13",
)  # fmt: skip
def completion_accepted(project: Any) -> bool:
    return bool(project.holds(Fact.COMPLETION_ACCEPTED) and project.holds(Fact.CHECK_8_PASSED))


@gate("G17", _("The final settlement has not been signed."), who=(posts.PROJECT_MANAGER,), paper="P31", link=_to("settlements"))
def finally_settled(project: Any) -> bool:
    return bool(project.settled(SettlementKind.FINAL))


@gate(
    "G18", _("The final payment has not arrived in full."), who=(posts.CASHIER, posts.ACCOUNTANT), paper="L23", link=_to("payments")
)
def paid_in_full(project: Any) -> bool:
    return bool(project.money.is_paid_in_full)


@gate("G18", _("The warranty card has not been handed over."), who=(posts.CS_OFFICER, posts.AFTERSALES_HEAD), paper="S01")
def warranty_card_issued(project: Any) -> bool:
    return bool(project.holds(Fact.WARRANTY_CARD_ISSUED))


@gate("S12", _("The longest term of the warranty has not run out."))
def warranty_over(project: Any) -> bool:
    if project.accepted_on is None:
        return False
    longest = max((term["months"] or 0 for term in project.contract.terms["terms"]), default=0)
    return bool(project.on > months_after(project.accepted_on, longest))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


PROCEDURE = Lifecycle(
    "projects.project",
    (
        Step(Stage.CONTRACTED, Stage.PERMIT_FILING, by=_ENGINEERING, gates=(contract_filed, site_staffed)),
        Step(Stage.PERMIT_FILING, Stage.DISCLOSED, by=_ENGINEERING, gates=(drawings_reviewed, disclosure_signed, original_house_surveyed)),
        Step(Stage.DISCLOSED, Stage.UNDER_CONSTRUCTION, by=_ENGINEERING, gates=(permit_in_force, passes_valid, first_check_passed, crew_on_site)),
        Step(
            Stage.UNDER_CONSTRUCTION, Stage.MIDTERM_ACCEPTED, by=_ENGINEERING,
            gates=(materials_accepted, concealed_works_accepted, carpentry_accepted, changes_signed, midterm_settled),
        ),
        Step(Stage.MIDTERM_ACCEPTED, Stage.COMPLETED, by=_ENGINEERING, gates=(midterm_paid, finishes_passed, changes_signed)),
        Step(Stage.COMPLETED, Stage.ACCEPTED, by=_ENGINEERING, gates=(completion_accepted,)),
        Step(
            Stage.ACCEPTED, Stage.SETTLED, by=(posts.PROJECT_MANAGER, posts.ENGINEERING_MANAGER, posts.ACCOUNTANT, posts.FINANCE_SUPERVISOR),
            gates=(finally_settled, paid_in_full),
        ),
        Step(
            Stage.SETTLED, Stage.UNDER_WARRANTY, by=(posts.PROJECT_MANAGER, posts.CS_OFFICER, posts.AFTERSALES_HEAD),
            gates=(warranty_card_issued,),
        ),
        Step(Stage.UNDER_WARRANTY, Stage.CLOSED, by=(posts.AFTERSALES_HEAD, posts.STORE_MANAGER), gates=(warranty_over,)),
    ),
    labels=Stage,
    line=tuple(stage.value for stage in (*BEFORE_WORK, *WORKING, Stage.COMPLETED, Stage.ACCEPTED, Stage.SETTLED, Stage.UNDER_WARRANTY, Stage.CLOSED)),
)  # fmt: skip

# A stage may be opened again, with a reason: the site goes one step back, or returns from where it was cancelled.
REOPENS = {
    Stage.MIDTERM_ACCEPTED: Stage.UNDER_CONSTRUCTION,
    Stage.COMPLETED: Stage.MIDTERM_ACCEPTED,
    Stage.ACCEPTED: Stage.COMPLETED,
    Stage.SETTLED: Stage.ACCEPTED,
}
PAUSABLE = UNFINISHED
WAIVABLE = ("G7", "G10")
