"""The calendar, one appointment with its acts, and a person's secret calendar address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.lists import address
from core.once import once, shown_once
from core.policies import SIGNED_IN, Scope, allowed, open_to_all
from core.refusals import Refused, refusals_on
from leads import policies, services, texts
from leads import selectors_calendar as calendars
from leads.choices_appointments import AppointmentKind, AppointmentState
from leads.forms_calendar import AppointmentForm, MoveForm, OutcomeForm
from leads.models import Appointment, CalendarFeed, Lead, ShowHome
from leads.services import feeds, wordings
from staff.models import Store, User

WEEK = timedelta(days=7)
ASKS_A_MINUTE = 60
Place = tuple[str, str]


@allowed(policies.SEE_CALENDAR, methods=("GET",))
def calendar(request: HttpRequest) -> HttpResponse:
    """A week: of the store's people side by side, or of one person by the hour; on a phone one day as a list."""
    now, user = timezone.now(), request.user
    asked = calendars.read(request.GET, user, now)
    today = timezone.localtime(now).date()
    days = calendars.days_of(asked.monday, today, chosen=asked.day, url=lambda day: address(request, week=asked.monday.isoformat(), day=day.isoformat()))
    may_book = policies.APPOINT.allows(user)
    context: dict[str, Any] = {
        "asked": asked, "days": days, "now": now, "may_book": may_book, "week_words": calendars.week_words(asked.monday),
        "before": address(request, week=(asked.monday - WEEK).isoformat(), day=None),
        "after": address(request, week=(asked.monday + WEEK).isoformat(), day=None),
        "this_week": address(request, week=None, day=None) if not asked.monday <= today <= asked.sunday else "",
        "new_url": reverse("leads:appointment-new"),
    }  # fmt: skip
    if asked.person is not None:
        found = calendars.entries_of(user, [asked.person.pk], asked.monday, asked.sunday)
        context |= {
            "hours": calendars.hours_of(asked.person, [entry for _pk, entry in found], days, now, may_book=may_book),
            "whole_url": address(request, who=None) if asked.whole else "",
        }
    else:
        store: Any = asked.store
        people = calendars.people_of(store)
        found = calendars.entries_of(user, [person.pk for person in people], asked.monday, asked.sunday)
        context["people"] = calendars.matrix(
            store, people, found, days, now, may_book=may_book, url=lambda person: address(request, who=person.username)
        )
        context["stores"] = [
            {"says": each.name, "url": address(request, store=each.code), "active": each.pk == store.pk} for each in asked.stores
        ] if len(asked.stores) > 1 else []  # fmt: skip
    context["list"] = calendars.day_list(days, asked.day, found, person=asked.person, now=now, may_book=may_book)
    return render(request, "leads/calendar.html", context)


# --- one appointment --------------------------------------------------------------------------------------------------


def _appointment(request: HttpRequest, pk: int, permission: Any) -> Appointment:
    """The appointment, if it lies within this person's scope; else there is none."""
    rows = Appointment.objects.visible_to(request.user, permission).select_related(
        "store__dossier", "person", "by", "told_by", "show_home", "moved_from", "lead__customer", "lead__home__estate", "lead__store", "lead__designer",
        "lead__customer_manager",
    )  # fmt: skip
    found: Appointment = get_object_or_404(rows, pk=pk)
    return found


@allowed(policies.SEE_CALENDAR, methods=("GET",))
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """What was agreed, what became of it, and the words to send."""
    row = _appointment(request, pk, policies.SEE_CALENDAR)
    planned = row.state == AppointmentState.PLANNED
    may = planned and Appointment.objects.visible_to(request.user, policies.APPOINT).filter(pk=row.pk).exists()
    now = timezone.now()
    context = {
        "row": row, "now": now, "may": may, "begun": now >= row.start_at, "over": now > row.end_at,
        "along": [seat.person for seat in row.seats.select_related("person").order_by("person__pinyin") if seat.person_id != row.person_id],
        "moved_to": Appointment.objects.filter(moved_from=row).first() if row.state == AppointmentState.MOVED else None,
        "texts": texts.of_appointment(row, wordings.own_words(row.store_id), user=request.user),
        "may_open_file": row.lead is not None and Lead.objects.visible_to(request.user).filter(appointments=row).exists(),
    }  # fmt: skip
    return render(request, "leads/appointment.html", context)


def new(request: HttpRequest, *, sites: Sequence[Place]) -> HttpResponse:
    """Make an appointment; person, time, customer and place may be filled by the address.  `sites` are those that may be visited."""
    lead = None
    if ref := request.GET.get("lead", "")[:40].replace("\x00", ""):
        rows = Lead.objects.visible_to(request.user, policies.APPOINT).select_related("store", "customer", "home", "designer")
        lead = get_object_or_404(rows, ref=ref)
    person = _person(request)
    store = lead.store if lead is not None else _store(request, person)
    homes = [(f"home:{row.pk}", f"{row.name} · {row.address}") for row in ShowHome.objects.visible_to(request.user).filter(store=store, closed_at=None)[:60]]
    places = [*homes, *((f"site:{ref}", says) for ref, says in sites)]
    posted = request.POST if request.method == "POST" else None
    form = AppointmentForm(posted, user=request.user, store=store, lead=lead, places=places, initial=_start(request, lead, person))
    if form.is_valid():
        told = form.cleaned_data
        kind, _colon, which = told["where"].partition(":")
        said = dict(sites).get(which, "") if kind == "site" else ""
        with refusals_on(form):
            made = services.make_appointment(
                kind=told["kind"], person=told["person"], others=[p for p in told["others"] if p.pk != told["person"].pk], start_at=told["start_at"],
                end_at=told["start_at"] + timedelta(minutes=told["minutes"]), lead=told["of"], store=store, place=told["place"] or said.split(" · ")[0],
                show_home=ShowHome.objects.get(pk=which) if kind == "home" else None, place_ref=which if kind == "site" else "",
                pick_up=told["pick_up"], note=told["note"], by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("It stands in the calendar. The words to send are ready below."))
            return redirect(made)
    context = {"form": form, "lead": lead, "store": store, "draft_key": f"leads:appointment-new:{lead.ref if lead else ''}"}
    return render(request, "leads/appointment_form.html", context, status=422 if form.is_bound else 200)


def _start(request: HttpRequest, lead: Lead | None, person: User | None) -> dict[str, Any]:
    """What the address fills: a free slot, a customer, a place."""
    asked = request.GET
    start = parse_datetime(asked.get("start", "")[:16]) if asked.get("start", "")[:16].count("T") == 1 else None
    kind = asked.get("kind", "")
    home, site = asked.get("home", "")[:12], asked.get("site", "")[:40]
    who = person or (lead.designer if lead is not None else None) or request.user
    return {
        "person": who.pk, "start_at": start, "kind": kind if kind in AppointmentKind.values else "", "minutes": 60,
        "where": f"home:{home}" if home else f"site:{site}" if site else "",
    }  # fmt: skip


def _person(request: HttpRequest) -> User | None:
    name = request.GET.get("person", "")[:40].replace("\x00", "")
    return User.objects.with_posts().filter(username=name, left_on__isnull=True).first() if name else None


def _store(request: HttpRequest, person: User | None) -> Store:
    """The store in which the appointment stands: the person's, as far as one may book there; else one's own."""
    user: Any = request.user
    mine = policies.APPOINT.stores(user) if policies.APPOINT.scope(user) is Scope.STORE else user.stores
    wanted = sorted((person.stores if person is not None else frozenset()) & mine) or sorted(mine)
    found: Store = Store.objects.get(pk=user.home_store_id if user.home_store_id in wanted or not wanted else wanted[0])
    return found


@allowed(policies.APPOINT)
@once
def appointment_outcomes(request: HttpRequest, pk: int) -> HttpResponse:
    """Kept, missed by the customer, missed by us, or called off."""
    row, now = _appointment(request, pk, policies.APPOINT), timezone.now()
    asked = request.GET.get("outcome", "")
    form = OutcomeForm(request.POST if request.method == "POST" else None, appointment=row, now=now, initial={"outcome": asked} if asked else None)
    if form.is_valid():
        told = form.cleaned_data
        with refusals_on(form):
            _settle(row, told["outcome"], told["told"], by=request.user, at=now)
            messages.success(request, _("It is noted."))
            return redirect(row.lead if row.lead is not None and told["outcome"] == "kept" else row)
    return render(request, "leads/appointment_outcome.html", {"row": row, "form": form, "now": now}, status=422 if form.is_bound else 200)


def _settle(row: Appointment, outcome: str, told: str, *, by: Any, at: Any) -> None:
    match outcome:
        case "kept":
            services.keep_appointment(row, note=told, by=by, at=at)
        case "cancelled":
            services.cancel_appointment(row, reason=told, by=by, at=at)
        case _:
            services.miss_appointment(row, whose=outcome.removeprefix("missed_"), reason=told, by=by, at=at)


@allowed(policies.APPOINT)
@once
def appointment_moves(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time, with the reason; the old one stays to be read."""
    row = _appointment(request, pk, policies.APPOINT)
    length = int((row.end_at - row.start_at).total_seconds() // 60)
    start = {"start_at": timezone.localtime(row.start_at), "minutes": length, "person": row.person_id}
    form = MoveForm(request.POST if request.method == "POST" else None, appointment=row, initial=start)
    if form.is_valid():
        told = form.cleaned_data
        with refusals_on(form):
            made = services.move_appointment(
                row, start_at=told["start_at"], end_at=told["start_at"] + timedelta(minutes=told["minutes"]), person=told["person"],
                reason=told["reason"], by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The new time stands in the calendar."))
            return redirect(made)
    return render(request, "leads/appointment_move.html", {"row": row, "form": form, "now": timezone.now()}, status=422 if form.is_bound else 200)


# --- the secret address -----------------------------------------------------------------------------------------------


@allowed(SIGNED_IN)
@once
def feed(request: HttpRequest) -> HttpResponse:
    """One's own calendar address for the phone: made, made anew, switched off.  The address is shown once."""
    person: Any = request.user
    secret = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "close":
                services.close_feed(person, at=timezone.now())
                messages.success(request, _("The calendar address is switched off."))
                return redirect("leads:feed")
            secret = services.open_feed(person, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("leads:feed")
    url = request.build_absolute_uri(reverse("leads:feed-ics", args=[secret])) if secret else ""
    standing = CalendarFeed.objects.filter(person=person, ended_at__isnull=True).first()
    answer = render(request, "leads/feed.html", {"feed": standing, "address": url})
    return shown_once(answer, then=reverse("leads:feed")) if secret else answer


@open_to_all("a phone's calendar asks for it by a secret address; it answers surnames and estates, no numbers")
def feed_ics(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address; a wrong one, an old one and that of somebody who left are all the same: nothing."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    person = feeds.whose(secret)
    if person is None:
        return HttpResponse(status=429, headers={"Retry-After": "60"}) if _too_often(request) else HttpResponse(status=404)
    answer = HttpResponse(feeds.calendar_of(person, at=timezone.now()), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"], answer["X-Robots-Tag"], answer["Referrer-Policy"] = "no-store", "noindex", "no-referrer"
    answer["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return answer


def _too_often(request: HttpRequest) -> bool:
    """More than sixty wrong ones a minute from one place are somebody who guesses; whoever has an address is never shut out by them."""
    key = f"feed:{request.META.get('REMOTE_ADDR', '')}"
    if cache.add(key, 1, timeout=60):
        return False
    try:
        return int(cache.incr(key)) > ASKS_A_MINUTE
    except ValueError:  # the minute ended in between
        return False
