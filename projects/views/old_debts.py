"""Old debts (P43): the register, one debt with its attempts and its money."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.lists import address, keyset
from core.models import Paper
from core.money import ZERO
from core.once import once
from core.policies import allowed, narrow
from core.refusals import refusals_on
from projects import forms_bonds as forms
from projects import policies_bonds as may
from projects import services
from projects.choices_bonds import DebtState
from projects.models import OldDebt
from projects.policies import REVERSE_PAYMENT
from staff import posts
from staff.models import Holding, Store, User

COLLECTORS = (posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.CUSTOMER_MANAGER, posts.ACCOUNTANT)


def _people(store: int) -> Any:
    """Who can collect in a store."""
    held = Holding.objects.open().filter(store=store, post__in=COLLECTORS).values("user")
    return User.objects.here().filter(pk__in=held).order_by("pinyin", "pk")


def _own_store(user: Any) -> Store | None:
    """Into whose register this person enters: the home store's, else that of the first store in which such a post is held."""
    held = may.KEEP_OLD_DEBTS.stores(user)
    found: Store | None = user.home_store if user.home_store_id in held else Store.objects.filter(pk__in=held).order_by("pk").first()
    return found


@allowed(may.SEE_OLD_DEBTS, post=may.KEEP_OLD_DEBTS)
@once
def debt_list(request: HttpRequest) -> HttpResponse:
    """R067: the register of old debts; the next one is entered for one's own store."""
    form = None
    if (store := _own_store(request.user)) is not None:
        form = forms.DebtForm(request.POST if request.method == "POST" else None, people=_people(store.pk))
        if form.is_valid():
            with refusals_on(form):
                made = services.register_debt(store, **form.cleaned_data, by=request.user, at=timezone.now())
                messages.success(request, _("%(ref)s stands in the register.") % {"ref": made.ref})
                return redirect(made)
    show = request.GET.get("show", "")
    show = show if show in (*DebtState.values, "all") else ""
    rows = OldDebt.objects.visible_to(request.user).select_related("collector", "store").annotate(
        came=Coalesce(Sum("payments__amount", filter=~Q(payments__receipt__state=Paper.State.VOID)), ZERO)
    )
    rows = rows.annotate(rest=F("amount") - F("came"))
    page = keyset(rows if show == "all" else rows.filter(state=show or DebtState.OPEN), order=("-id",), after=request.GET.get("after", ""), size=50)
    says = {
        "": DebtState.OPEN.label, DebtState.PAID.value: DebtState.PAID.label, DebtState.GIVEN_UP.value: DebtState.GIVEN_UP.label, "all": _("All debts"),
    }  # fmt: skip
    chips = [
        {"says": words, "url": address(request, show=None if code == show else code or None), "active": code == show} for code, words in says.items()
    ]
    context = {"page": page, "chips": chips, "form": form}
    return render(request, "projects/old_debts.html", context, status=422 if form is not None and form.is_bound else 200)


def _debt(request: HttpRequest, ref: str, permission: Any = may.SEE_OLD_DEBTS) -> OldDebt:
    rows: Any = OldDebt.objects.visible_to(request.user)
    if permission is not may.SEE_OLD_DEBTS:
        rows = narrow(OldDebt.objects.all(), request.user, permission, own=Q(collector=request.user))
    return get_object_or_404(rows.select_related("store__dossier", "collector", "by", "closed_by"), ref=ref)


def _reversible(row: OldDebt, user: Any) -> Any:
    """What somebody else took in and nobody took back yet."""
    return row.payments.exclude(receipt__state=Paper.State.VOID).exclude(by=user).select_related("receipt")


def _page(request: HttpRequest, row: OldDebt, **bound: Any) -> HttpResponse:
    user, alive = request.user, row.state == DebtState.OPEN
    rest = services.owed(row)
    people = _people(row.store_id).exclude(pk=row.collector_id)
    reverses = row.state != DebtState.GIVEN_UP and REVERSE_PAYMENT.reaches(user, row.store_id, own=False)
    context = {
        "debt": row, "rest": rest, "attempts": row.attempts.select_related("by")[:50], "payments": row.payments.select_related("receipt", "by"),
        "attempt_form": bound.get("attempt_form") or forms.AttemptForm(),
        "money_form": bound.get("money_form") or forms.DebtMoneyForm(store=row.store_id, initial={"payer": row.debtor, "key": uuid.uuid4(), "amount": rest}),
        "reversal_form": bound.get("reversal_form") or forms.DebtReversalForm(payments=_reversible(row, user)),
        "collector_form": bound.get("collector_form") or forms.CollectorForm(people=people),
        "give_up_form": bound.get("give_up_form") or forms.GiveUpForm(),
        "may_try": alive and may.COLLECT_OLD_DEBTS.reaches(user, row.store_id, own=row.collector_id == user.pk),
        "may_take": alive and may.TAKE_OLD_DEBT.reaches(user, row.store_id, own=False),
        "may_reverse": reverses and _reversible(row, user).exists(),
        "may_hand": alive and may.KEEP_OLD_DEBTS.reaches(user, row.store_id, own=False),
        "may_give_up": alive and may.GIVE_UP_OLD_DEBT.allows(user) and row.collector_id != user.pk,
    }  # fmt: skip
    return render(request, "projects/old_debt.html", context, status=422 if bound else 200)


@allowed(may.SEE_OLD_DEBTS, methods=("GET",))
def debt(request: HttpRequest, ref: str) -> HttpResponse:
    """One old debt."""
    return _page(request, _debt(request, ref))


def _act(request: HttpRequest, row: OldDebt, name: str, form: Any, verb: Callable[..., Any], says: str) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form):
            verb(row, **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, says)
            return redirect(row)
    return _page(request, row, **{name: form})


@allowed(may.COLLECT_OLD_DEBTS, methods=("POST",))
@once
def attempts(request: HttpRequest, ref: str) -> HttpResponse:
    """What was tried."""
    row = _debt(request, ref, may.COLLECT_OLD_DEBTS)
    return _act(request, row, "attempt_form", forms.AttemptForm(request.POST), services.try_debt, _("The attempt is noted."))


@allowed(may.TAKE_OLD_DEBT, methods=("POST",))
@once
def payments(request: HttpRequest, ref: str) -> HttpResponse:
    """Money that came: at the till."""
    row = _debt(request, ref, may.TAKE_OLD_DEBT)
    return _act(request, row, "money_form", forms.DebtMoneyForm(request.POST, store=row.store_id), services.take_debt_money, _("The receipt is written."))


@allowed(REVERSE_PAYMENT, methods=("POST",))
@once
def reversals(request: HttpRequest, ref: str) -> HttpResponse:
    """A second person takes a wrong receipt back."""
    row = _debt(request, ref, REVERSE_PAYMENT)
    form = forms.DebtReversalForm(request.POST, payments=_reversible(row, request.user))
    return _act(request, row, "reversal_form", form, services.reverse_debt_money, _("Reversed; the receipt is void."))


@allowed(may.KEEP_OLD_DEBTS, methods=("POST",))
@once
def collectors(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody else collects."""
    row = _debt(request, ref, may.KEEP_OLD_DEBTS)
    form = forms.CollectorForm(request.POST, people=_people(row.store_id).exclude(pk=row.collector_id))
    return _act(request, row, "collector_form", form, services.hand_debt_over, _("Handed over."))


@allowed(may.GIVE_UP_OLD_DEBT, methods=("POST",))
@once
def endings(request: HttpRequest, ref: str) -> HttpResponse:
    """Given up, with the reason."""
    row = _debt(request, ref, may.GIVE_UP_OLD_DEBT)
    return _act(request, row, "give_up_form", forms.GiveUpForm(request.POST), services.give_debt_up, _("The debt is given up."))


__all__ = ["attempts", "collectors", "debt", "debt_list", "endings", "payments", "reversals"]
