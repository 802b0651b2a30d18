"""The list of customers, and the same rows as Excel."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core import sheets
from core.lists import address
from core.policies import allowed
from leads import selectors
from leads.choices import LIVING, Stage
from leads.policies import EXPORT, IMPORT, REGISTER, SEE_LEADS
from leads.sheets import LEAD_COLUMNS

MOST_ROWS = 5000


@allowed(SEE_LEADS, methods=("GET",))
def lead_list(request: HttpRequest) -> HttpResponse:
    """Enquiries by due time: clock, next act, who; filters stand in the address."""
    now = timezone.now()
    wanted = selectors.LeadFilter.read(request.GET)
    page = selectors.page_of(request.user, wanted, now, after=request.GET.get("after", ""))
    context = {
        "page": page, "rows": [selectors.row_of(lead, now) for lead in page.rows], "wanted": wanted, "now": now,
        "chips": _chips(request, wanted), "sort_url": partial(address, request),
        "may_export": EXPORT.allows(request.user), "may_register": REGISTER.allows(request.user), "may_import": IMPORT.allows(request.user),
    }  # fmt: skip
    return render(request, "leads/lead_list.html", context)


@allowed(EXPORT, methods=("GET",))
def lead_export(request: HttpRequest) -> HttpResponse:
    """Exactly the rows that the list's filters choose, in its order; numbers stay masked (LR-43).  Whoever sells takes no list out."""
    now = timezone.now()
    wanted = selectors.LeadFilter.read(request.GET)
    rows = selectors.listed(request.user, wanted, now).order_by(*selectors.ORDERS[wanted.sort])[:MOST_ROWS]
    book = sheets.write(LEAD_COLUMNS(), (selectors.row_of(lead, now) for lead in rows), title=_("Customers"))
    return sheets.download(book, f"customers-{timezone.localdate():%Y%m%d}.xlsx")


def _chips(request: HttpRequest, wanted: selectors.LeadFilter) -> list[dict[str, Any]]:
    """Stages with their counts (one query), then what is late, today, mine."""
    counts = selectors.stage_counts(request.user)

    here = partial(address, request)
    talks = {"says": _("In talks"), "count": sum(counts.values()), "url": here(stage="" if wanted.stage else "all"), "active": not wanted.stage, "tone": ""}
    chips = [talks]
    for stage in (*LIVING, Stage.CONTRACTED.value, Stage.LOST.value):
        on = wanted.stage == stage
        if counts.get(stage) or on or stage in (Stage.CONTRACTED, Stage.LOST):
            chips.append({"says": str(Stage(stage).label), "count": counts.get(stage, ""), "url": here(stage="" if on else stage), "active": on, "tone": ""})
    for code, says, tone in (("late", _("Late"), "late"), ("today", _("Due today"), "soon")):
        on = wanted.due == code
        chips.append({"says": says, "count": "", "url": here(due="" if on else code), "active": on, "tone": tone})
    chips.append({"says": _("Mine"), "count": "", "url": here(mine="" if wanted.mine else "1"), "active": wanted.mine, "tone": ""})
    grades = (*((code, _("Class {code}").format(code=code)) for code in "ABCD"), ("key", _("Key customer")), ("member", _("Member")))
    for code, says in grades:
        on = wanted.grade == code
        chips.append({"says": says, "count": "", "url": here(grade="" if on else code), "active": on, "tone": ""})
    if wanted.words:
        chips.append({"says": f"“{wanted.words}”", "count": "", "url": here(q=""), "active": True, "tone": ""})
    if wanted.source:
        chips.append({"says": wanted.source, "count": "", "url": here(source=""), "active": True, "tone": ""})
    return chips
