"""A cause that a complaint has shown becomes an item of a check: proposed by the service, decided by the engineering manager.

After-sales and inspections do not know each other; here they meet.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import forms_complaints as forms
from aftersales import selectors_complaints as selectors
from aftersales import services as aftersales
from aftersales.models import CheckProposal, Complaint
from aftersales.policies_complaints import DECIDE_CHECK_ITEMS, SEE_COMPLAINTS
from core.lists import address
from core.once import once
from core.policies import allowed, narrow
from core.refusals import refusals_on
from inspections.checks import checks
from inspections.services.catalogue import add_item


@allowed(SEE_COMPLAINTS, methods=("GET",))
def item_list(request: HttpRequest) -> HttpResponse:
    """The proposed check items: first those that wait, on demand those that were decided."""
    show = "decided" if request.GET.get("show") == "decided" else ""
    page = selectors.check_items_of(request.user, show=show, after=request.GET.get("after", ""))
    titles = {row.code: row.title for row in checks().values()}
    context = {
        "page": page, "rows": [(row, titles.get(row.check_code, row.check_code)) for row in page.rows], "may": DECIDE_CHECK_ITEMS.allows(request.user),
        "chips": [
            {"says": _("To be decided"), "url": address(request, show=None), "active": not show},
            {"says": _("Decided"), "url": address(request, show="decided"), "active": bool(show)},
        ],
    }  # fmt: skip
    return render(request, "config/check_items.html", context)


@allowed(DECIDE_CHECK_ITEMS)
@once
def item_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Adopted it stands in the catalogue from now on, with the complaint as its source; declined with the reason.  One transaction."""
    seen = Complaint.objects.visible_to(request.user, SEE_COMPLAINTS)
    rows = narrow(CheckProposal.objects.filter(complaint__in=seen), request.user, DECIDE_CHECK_ITEMS)
    found: Any = get_object_or_404(rows.select_related("complaint", "by", "decided_by"), pk=pk)
    form = forms.CheckDecisionForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form), transaction.atomic():
            at, adopt = timezone.now(), form.cleaned_data["adopt"]
            code = _adopted(found, at) if adopt and found.decision == "open" else ""
            aftersales.decide_check_item(found, adopt=adopt, by=request.user, at=at, reason=form.cleaned_data["reason"], item_code=code)
            if adopt:
                messages.success(request, _("%(code)s stands in the catalogue; checks that are opened from now on have it.") % {"code": code})
            else:
                messages.success(request, _("Declined, with the reason."))
            return redirect("check-items")
    titles = {row.code: row.title for row in checks().values()}
    cause = found.complaint.investigations.first()
    context = {
        "item": found, "form": form, "check": titles.get(found.check_code, found.check_code), "cause": cause, "draft_key": f"check-item:{found.pk}",
    }  # fmt: skip
    return render(request, "config/check_item.html", context, status=422 if form.is_bound else 200)


def _adopted(found: CheckProposal, at: Any) -> str:
    made = add_item(found.check_code, text=found.text, method=found.method, main=found.main, source=found.complaint.ref, at=at)
    return str(made.code)
