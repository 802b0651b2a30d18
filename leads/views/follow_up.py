"""Care calls, hand-overs, reviews of losses, the losses of a month, what was not brought up to date, people who leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.lists import address, keyset
from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from leads import care, services
from leads import selectors_follow_up as selectors
from leads.forms import LeadForm
from leads.forms_follow_up import CareCallForm, LeaverForm, ReviewForm
from leads.models import LossReview
from leads.policies_follow_up import CARE, MOVE_CUSTOMERS, REVIEW_LOSS, SEE_HAND_OVER, SEE_LOSSES, SEE_UPDATES
from leads.views.acts import Page, _act, _form, _lead, say_who_stays
from staff.models import User

CALL = Page(
    gettext_lazy("Return visit"), gettext_lazy("Note the visit"), gettext_lazy("The visit cannot be noted yet"), "leads/care_call.html",
    spans=(("channel", 6), ("reached", 3), ("satisfaction", 3), ("with_what", 6), ("note", 6)),
)  # fmt: skip
REVIEW = Page(
    gettext_lazy("Review of the loss"), gettext_lazy("Close the review"), gettext_lazy("The review cannot be closed"), "leads/loss_review.html",
    spans=(("confirmed", 6), ("note", 6)), note=gettext_lazy("By other eyes than those that closed the enquiry."),
)  # fmt: skip


@allowed(CARE)
@once
def care_calls(request: HttpRequest, ref: str) -> HttpResponse:
    """R021–R024."""
    lead = _lead(request, ref, CARE)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.record_care_call(lead, by=request.user, at=at, **told)
        return _("The visit is noted; the next one has its clock.")

    more = {"resting": care.rest_at(timezone.now()), "earlier": list(lead.follow_ups.select_related("by")[:5])}
    return _act(request, lead, _form(request, CareCallForm, lead), CALL, verb, **more)


@allowed(SEE_HAND_OVER)
@once
def hand_over(request: HttpRequest, ref: str) -> HttpResponse:
    """The hand-overs of an enquiry, the newest first; the new person confirms having read one's own."""
    lead = _lead(request, ref, SEE_HAND_OVER)
    rows = list(lead.hand_overs.select_related("from_person", "to_person", "by"))
    mine = [row for row in rows if row.to_person_id == request.user.pk and row.read_at is None]
    form = LeadForm(request.POST if request.method == "POST" else None, lead=lead, user=request.user)
    if form.is_valid():
        with refusals_on(form):
            for row in mine or rows[:1]:
                services.confirm_hand_over(row, by=request.user, at=timezone.now())
            messages.success(request, _("Noted: you have read the hand-over."))
            return redirect(lead)
    return render(
        request, "leads/hand_over.html", {"lead": lead, "rows": rows, "mine": mine, "form": form}, status=422 if form.is_bound else 200
    )


# --- losses ------------------------------------------------------------------------------------------------------------------


@allowed(REVIEW_LOSS)
@once
def loss_reviews(request: HttpRequest, ref: str) -> HttpResponse:
    """Q21: confirmed, or sent back with a reason."""
    lead = _lead(request, ref, REVIEW_LOSS)
    found = LossReview.objects.filter(lead=lead).select_related("loss", "by", "decided_by", "lead").order_by("-at", "-id")
    review = get_object_or_404(found[:1])

    def verb(told: dict[str, Any], at: datetime) -> str:
        if told["confirmed"]:
            services.confirm_loss(review, note=told["note"], by=request.user, at=at)
            return _("The loss is confirmed.")
        services.send_loss_back(review, reason=told["note"], by=request.user, at=at)
        return _("The enquiry is open again where it stood.")

    return _act(request, lead, _form(request, ReviewForm, lead), REVIEW, verb, review=review)


@allowed(SEE_LOSSES, methods=("GET",))
def losses_of_month(request: HttpRequest) -> HttpResponse:
    """Why customers went in a month."""
    month = selectors.Month.read(request.GET.get("month", ""), timezone.localdate())
    reason = request.GET.get("reason", "")
    page = selectors.loss_page(request.user, month, reason=reason, after=request.GET.get("after", ""))
    reasons = selectors.losses_by_reason(request.user, month)
    chips = [
        {"says": says, "count": n, "url": address(request, reason=None if reason == code else code), "active": reason == code, "tone": ""}
        for code, says, n in reasons
    ]
    context = {
        "page": page, "rows": [selectors.loss_row(row, request.user) for row in page.rows], "month": month, "chips": chips,
        "total": sum(n for _code, _says, n in reasons),
        "before": address(request, month=f"{month.before:%Y-%m}", reason=None), "after": address(request, month=f"{month.next:%Y-%m}", reason=None),
    }  # fmt: skip
    return render(request, "leads/losses.html", context)


# --- R025 ----------------------------------------------------------------------------------------------------------------------


@allowed(SEE_UPDATES, methods=("GET",))
def updates(request: HttpRequest) -> HttpResponse:
    """Customers who moved on today and whose profile nobody has looked through today (R025)."""
    now = timezone.now()
    page = keyset(selectors.not_up_to_date(request.user, now), order=("customer__pinyin", "id"), after=request.GET.get("after", ""))
    return render(request, "leads/updates.html", {"page": page, "rows": page.rows, "now": now})


# --- people who leave ------------------------------------------------------------------------------------------------------------


@allowed(MOVE_CUSTOMERS, methods=("GET",))
def leavers(request: HttpRequest) -> HttpResponse:
    """Who has what in hand; whoever has left and still has open enquiries stands first."""
    rows = selectors.people_in_hand(request.user)
    return render(request, "leads/leavers.html", {"rows": rows, "left": [row for row in rows if row.left_on is not None]})


@allowed(MOVE_CUSTOMERS)
@once
def leaver(request: HttpRequest, username: str) -> HttpResponse:
    """All enquiries of somebody on one screen, each with a new person and a hand-over: one act, all or nothing."""
    person = get_object_or_404(User.objects.visible_to(request.user).select_related("home_store", "dossier"), username=username)
    rows, people = selectors.rows_in_hand(request.user, person)
    start = {"reason": _("{name} has left.").format(name=person)} if person.left_on else {}
    form = LeaverForm(request.POST if request.method == "POST" else None, rows=rows, people=people, initial=start)
    if form.is_valid():
        with refusals_on(form):
            services.move_customers(person, form.moves, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
            say_who_stays(request, [move.lead for move in form.moves], person)
            messages.success(
                request, ngettext("%(num)s enquiry has gone to another person.", "%(num)s enquiries have gone to others.", len(rows)) % {"num": len(rows)}
            )
            return redirect("leads:leavers")
    context = {"person": person, "form": form, "rows": [(row, *form.bound(row)) for row in rows]}
    return render(request, "leads/leaver.html", context, status=422 if form.is_bound else 200)

