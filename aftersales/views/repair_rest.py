"""Pages of the rest of repairs: a payment taken back, a part at its maker, a fault that came again, looks at all finished homes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales import forms_rounds as forms
from aftersales import policies, services
from aftersales import policies_rounds as more
from aftersales import selectors_rounds as selectors
from aftersales.models import RepairPayment, RepeatSignal
from aftersales.sheets_repairs import PATROL_COLUMNS
from aftersales.views.repairs import MOST_ROWS, Act, _act, _repair
from core import sheets
from core.lists import address, keyset
from core.once import once
from core.policies import allowed
from core.refusals import Refused

REVERSE = Act(
    gettext_lazy("Take the payment back"), gettext_lazy("Take the payment back"), gettext_lazy("The payment cannot be taken back"),
    gettext_lazy("Its receipt becomes void; the charge is open again.  Somebody else than who took the money does this."),
    spans=(("payment", 6), ("reason", 6)),
)  # fmt: skip


@allowed(more.REVERSE_REPAIR_MONEY)
@once
def reversals(request: HttpRequest, ref: str) -> HttpResponse:
    """LR-57: a wrongly booked payment of a repair."""
    found = _repair(request, ref, more.REVERSE_REPAIR_MONEY)
    rows = list(RepairPayment.objects.filter(repair=found, reversal__isnull=True).select_related("receipt"))
    form = forms.ReversalForm(request.POST or None, payments=rows)

    def verb(told: dict[str, Any], at: Any) -> str:
        payment = next((row for row in rows if row.pk == told["payment"]), None)
        if payment is None:
            raise Refused(_("Choose the payment."))
        services.reverse_repair_payment(payment, reason=told["reason"], by=request.user, at=at)
        return _("The payment is taken back; receipt %(ref)s is void.") % {"ref": payment.receipt.ref}

    return _act(request, found, form, REVERSE, verb)


SEND = Act(
    gettext_lazy("Send a part to its maker"), gettext_lazy("Note that it is sent"), gettext_lazy("It cannot be noted yet"),
    gettext_lazy("Its way back has a day; the clock runs until it is there."), spans=(("agreed", 6),),
)  # fmt: skip


@allowed(more.SEND_PARTS)
@once
def parts_away(request: HttpRequest, ref: str) -> HttpResponse:
    """S27: repaired at the factory, replaced, or taken back."""
    found, today = _repair(request, ref, more.SEND_PARTS), timezone.localdate()
    form = forms.PartForm(request.POST or None, initial={"part": found.item, "sent_on": today, "expected_on": today + timedelta(days=14)})

    def verb(told: dict[str, Any], at: Any) -> str:
        made = services.send_part(found, by=request.user, at=at, **told)
        return _("%(part)s is on its way; expected back on %(day)s.") % {"part": made.part, "day": f"{made.expected_on:%Y-%m-%d}"}

    return _act(request, found, form, SEND, verb)


BACK = Act(
    gettext_lazy("The part is back"), gettext_lazy("Note the return"), gettext_lazy("The return cannot be noted"),
    spans=(("outcome", 6), ("result", 6), ("fitting", 6)),
)  # fmt: skip


@allowed(more.SEND_PARTS)
@once
def parts_back(request: HttpRequest, ref: str) -> HttpResponse:
    """S27: how it came back, and whether somebody has to fit it."""
    found = _repair(request, ref, more.SEND_PARTS)
    form = forms.PartBackForm(request.POST or None, initial={"back_on": timezone.localdate()})

    def verb(told: dict[str, Any], at: Any) -> str:
        made = services.part_back(found, by=request.user, at=at, **told)
        return _("%(part)s is back.") % {"part": made.part}

    return _act(request, found, form, BACK, verb)


LOOK = Act(
    gettext_lazy("Why the fault came again"), gettext_lazy("Note the cause"), gettext_lazy("The cause cannot be noted"),
    gettext_lazy("A fact for training and for the checks; nobody is judged by it."), spans=(("cause", 6),),
)  # fmt: skip


@allowed(more.LOOK_INTO_SIGNAL)
@once
def signal(request: HttpRequest, ref: str) -> HttpResponse:
    """The same kind of fault in the same home again."""
    found = _repair(request, ref, more.LOOK_INTO_SIGNAL)
    row = get_object_or_404(RepeatSignal, repair=found)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.look_into_signal(row, by=request.user, at=at, **told)
        return _("The cause is noted.")

    return _act(request, found, forms.CauseForm(request.POST or None), LOOK, verb)


@allowed(more.SEE_SIGNALS, methods=("GET",))
def signals(request: HttpRequest) -> HttpResponse:
    """Faults that came again within a year, the newest first."""
    show = request.GET.get("show", "")
    page = selectors.signals_page(request.user, show, after=request.GET.get("after", ""))
    chips = [
        {"says": _("All"), "url": address(request, show=None), "active": show != "open"},
        {"says": _("To look into"), "url": address(request, show=None if show == "open" else "open"), "active": show == "open", "tone": "soon"},
    ]
    context = {"page": page, "rows": [selectors.signal_row(row) for row in page.rows], "chips": chips}
    return render(request, "aftersales/repair_signals.html", context)


@allowed(policies.SEE_REPAIRS, methods=("GET",))
def patrol_list(request: HttpRequest) -> HttpResponse:
    """S26: the looks at finished homes, the newest first, and the homes that are due."""
    wanted = selectors.PatrolFilter.read(request.GET)
    page = keyset(selectors.patrols(request.user, wanted), order=("-id",), after=request.GET.get("after", ""), size=50)
    chips = [{"says": _("All"), "url": address(request, show=None), "active": not wanted.show}]
    for code, says in (("problem", _("With a problem")), ("repair", _("Became a repair"))):
        on = wanted.show == code
        chips.append({"says": says, "url": address(request, show=None if on else code), "active": on})
    if wanted.q:
        chips.append({"says": f"“{wanted.q}”", "url": address(request, q=None), "active": True})
    context = {"page": page, "rows": page.rows, "chips": chips, "due": selectors.patrols_due(request.user), "now": timezone.now()}
    context["may_export"] = policies.SEE_REPAIR_COST.allows(request.user)
    return render(request, "aftersales/patrol_list.html", context)


@allowed(policies.SEE_REPAIR_COST, methods=("GET",))
def patrol_export(request: HttpRequest) -> HttpResponse:
    """Exactly the rows that the filters choose."""
    rows = selectors.patrols(request.user, selectors.PatrolFilter.read(request.GET)).order_by("-id")[:MOST_ROWS]
    return sheets.download(sheets.write(PATROL_COLUMNS(), rows, title=_("Check-ups of finished homes")), f"patrols-{timezone.localdate():%Y%m%d}.xlsx")


__all__ = ["parts_away", "parts_back", "patrol_export", "patrol_list", "reversals", "signal", "signals"]
