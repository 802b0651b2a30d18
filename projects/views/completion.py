"""The end of a site: cleaning (P45), hand-over of home and documents (P33, P34), archive and loans (P35, P36), finished sites (P32)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core import sheets, snapshots
from core.lists import keyset
from core.models import Snapshot
from core.once import once
from core.policies import Scope, allowed
from core.refusals import refusals_on
from core.sheets import DAY, MONEY, Column
from projects import completions as done
from projects import content_settling as content
from projects import forms_settling as forms
from projects import policies_settling as may
from projects import selectors_settling as rows
from projects import services
from projects.choices_settling import FINISHED
from projects.forms import ReasonForm
from projects.forms_contract import MonthForm
from projects.models import CleaningOrder, DocumentLoan, SiteArchive
from projects.selectors_preparation import Act, Row, Table, Tag
from projects.views.foremen import MOST_ROWS, ROW, period_of
from projects.views.frame import Page, act, link, shown, site
from projects.views.lists import _book
from projects.views.property import _posted, _today, row_act
from staff.models import Store

SCOPE = "全屋开荒保洁\n玻璃、门窗、柜体内外擦净\n厨卫墙地面去胶、除垢"

# --- cleaning --------------------------------------------------------------------------------------------------------

CLEANING = Page(
    gettext_lazy("Cleaning of the home"), gettext_lazy("Order the cleaning"), gettext_lazy("The cleaning cannot be ordered"), "projects/tables_act.html",
    gettext_lazy("by a contractor, before the home is handed over"),
    (("contractor", 3), ("phone", 3), ("scope", 6), ("amount", 2), ("clean_on", 2)),
)  # fmt: skip


@allowed(may.ORDER_CLEANING)
@once
def cleaning(request: HttpRequest, ref: str) -> HttpResponse:
    """P45."""
    project = site(request, ref, may.ORDER_CLEANING)
    found = []
    for row in project.cleanings.select_related("paper", "done_by").order_by("-id"):
        state = (
            Tag(_("withdrawn"))
            if row.withdrawn_at
            else Tag(_("clean %(day)s") % {"day": rows.day(row.done_on)}, "done")
            if row.done_on
            else Tag(_("ordered"), "soon")
        )
        open_ = not row.withdrawn_at and not row.done_on
        acts = (
            (
                Act(_("Accept the cleaning"), link("cleaning-done", project, row.pk)),
                Act(_("Withdraw"), link("cleaning-withdrawals", project, row.pk)),
            )
            if open_
            else ()
        )
        cells = (
            row.contractor,
            rows.paper_act(row.paper.ref),
            rows.day(row.clean_on),
            rows.yuan(row.amount),
            state,
            row.done_word or row.withdrawn_because or "–",
        )
        found.append(Row(cells, acts, open_ and row.clean_on < project.on, bool(row.withdrawn_at)))
    head = (_("Cleaning company"), _("Paper"), _("For the day"), _("What it costs"), _("State"), _("Word"))
    table = Table(_("Cleaning orders"), head, found, _("No cleaning is ordered yet."))

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.order_cleaning(project, **told, by=request.user, at=at)
        return _("%(ref)s is written.") % {"ref": made.paper.ref}

    start = {"scope": SCOPE, "clean_on": project.on + timedelta(days=2)}
    links = (
        [Act(_("Hand over the home"), link("hand-over", project))]
        if rows.within(project, request.user, may.HAND_OVER)
        else []
    )
    return act(
        request,
        project,
        forms.CleaningForm(_posted(request), project=project, initial=start),
        CLEANING,
        verb,
        to=link("cleaning", project),
        tables=[table],
        links=links,
    )


def _clean(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.take_over_cleaning(row, **told, by=by, at=at)
    return _("Clean; the home can be handed over.")


def _cleaning_withdrawn(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.withdraw_cleaning(row, reason=told["reason"], by=by, at=at)
    return _("The order is withdrawn; its paper is void.")


def _order_line(row: Any) -> str:
    return f"{row.contractor} · {rows.day(row.clean_on)} · {rows.yuan(row.amount)}"


cleaning_done = row_act(
    may.ORDER_CLEANING, lambda project: CleaningOrder.objects.filter(project=project),
    Page(
        gettext_lazy("Accept the cleaning"), gettext_lazy("Accept the cleaning"), gettext_lazy("The cleaning cannot be taken over"), ROW,
        spans=(("on", 2), ("word", 4)),
    ),
    forms.CleanForm, _clean, "cleaning", start=lambda row: _today(on=True), line=_order_line,
)  # fmt: skip
cleaning_withdrawals = row_act(
    may.ORDER_CLEANING, lambda project: CleaningOrder.objects.filter(project=project),
    Page(gettext_lazy("Withdraw the order"), gettext_lazy("Withdraw"), gettext_lazy("It cannot be withdrawn"), ROW, spans=(("reason", 6),)),
    ReasonForm, _cleaning_withdrawn, "cleaning", line=_order_line,
)  # fmt: skip

# --- hand-over of the home -------------------------------------------------------------------------------------------

HAND_OVER = Page(
    gettext_lazy("Hand over the home"), gettext_lazy("Write the hand-over"), gettext_lazy("The home cannot be handed over yet"), "projects/tables_act.html",
    gettext_lazy("signed by owner and supervisor"),
    (("on", 2), ("keys", 2), ("water", 2), ("power", 2), ("gas", 2), ("left_open", 6)),
)  # fmt: skip


@allowed(may.HAND_OVER)
@once
def hand_over(request: HttpRequest, ref: str) -> HttpResponse:
    """P33."""
    project = site(request, ref, may.HAND_OVER)
    written = list(project.hand_overs.select_related("paper", "by").order_by("-id"))
    found = [
        Row((
            rows.paper_act(row.paper.ref), rows.day(row.on), str(row.keys),
            *(f"{value:f}" if value is not None else "–" for value in (row.water, row.power, row.gas)),
            Tag(_("signed"), "done") if row.paper.is_signed else Tag(row.paper.get_state_display(), "soon" if row.paper.state == "issued" else "plain"),
        ))
        for row in written
    ]  # fmt: skip
    head = (
        _("Paper"),
        _("Day"),
        _("Keys and cards"),
        _("Water meter"),
        _("Electricity meter"),
        _("Gas meter"),
        _("State"),
    )
    tables = [Table(_("Written"), head, found, "")] if found else []
    clean = project.cleanings.filter(done_on__isnull=False).order_by("-done_on").first()
    state = [Row((clean.contractor, Tag(_("clean %(day)s") % {"day": rows.day(clean.done_on)}, "done")))] if clean else []
    note = Table(_("Cleaning"), (_("Cleaning company"), _("State")), state, _("The home is not clean yet; the cleaning comes first."))
    paper = ""

    def verb(told: dict[str, Any], at: datetime) -> str:
        nonlocal paper
        paper = services.hand_over_home(project, **told, by=request.user, at=at).paper.ref
        return _("%(ref)s is written; owner and supervisor sign it.") % {"ref": paper}

    form = forms.HandOverForm(_posted(request), project=project, initial={**_today(on=True), "keys": 4})
    answer = act(request, project, form, HAND_OVER, verb, tables=[*tables, note], links=[])
    return redirect("paper", paper) if paper else answer


# --- hand-over of the documents --------------------------------------------------------------------------------------

DOCUMENTS = Page(
    gettext_lazy("Hand over the papers"), gettext_lazy("Write the list"), gettext_lazy("The documents cannot be handed over yet"), "projects/documents.html",
    gettext_lazy("each document is given, or not with the reason; the customer signs"),
)  # fmt: skip


@allowed(may.HAND_OVER_PAPERS)
@once
def paper_handovers(request: HttpRequest, ref: str) -> HttpResponse:
    """P34: the list from the site's own papers; the drawings of the concealed pipes and the warranty letter always belong to it (C8-18)."""
    project = site(request, ref, may.HAND_OVER_PAPERS)
    documents = content.documents_of(project)
    form = forms.DocumentsForm(_posted(request), project=project, documents=documents, initial=_today(on=True))
    written = list(project.document_hand_overs.select_related("paper").order_by("-id"))
    paper = ""

    def verb(told: dict[str, Any], at: datetime) -> str:
        nonlocal paper
        paper = services.hand_over_documents(project, given=form.given, on=told["on"], by=request.user, at=at).paper.ref
        return _("%(ref)s is written; the customer signs it.") % {"ref": paper}

    answer = act(request, project, form, DOCUMENTS, verb, written=written, spans=form.spans)
    return redirect("paper", paper) if paper else answer


# --- archive ---------------------------------------------------------------------------------------------------------

ARCHIVE = Page(gettext_lazy("Archive of the site"), "", template="projects/archive.html")
FILE_IT = Page(
    gettext_lazy("File the site"), gettext_lazy("File it"), gettext_lazy("The site cannot be filed yet"), "projects/tables_act.html",
    gettext_lazy("bound, numbered, on its shelf"), (("number", 2), ("shelf", 2), ("volumes", 2), ("word", 6)),
)  # fmt: skip
LEND = Page(
    gettext_lazy("Lend or issue a document"), gettext_lazy("Note it"), gettext_lazy("It cannot be noted"), "projects/tables_act.html",
    gettext_lazy("what is lent or passed round comes back by a day"),
    (("kind", 6), ("paper", 3), ("what", 3), ("to", 2), ("due_on", 2), ("purpose", 6)),
)  # fmt: skip


@allowed(may.SEE_ARCHIVE, methods=("GET",))
def archive(request: HttpRequest, ref: str) -> HttpResponse:
    """P35, P36: the index of the file, where it stands, what has left it."""
    project = site(request, ref, may.SEE_ARCHIVE)
    filed = SiteArchive.objects.filter(project=project).select_related("by").first()
    loans = list(project.loans.select_related("project").order_by("-id")[:100])
    head = (_("Document"), _("Kind"), pgettext("document", "To"), _("What for"), _("Out on"), _("State"))
    tables = [
        Table(_("Issued and lent"), head, rows.loan_rows(loans, request.user), _("Nothing has left the archive.")),
        rows.archive_table(project),
    ]
    links = []
    if rows.within(project, request.user, may.KEEP_ARCHIVE):
        links = [Act(_("Lend or issue a document"), link("loans", project))]
        if filed is None and project.stage in FINISHED:
            links.insert(0, Act(_("File the site"), link("archivings", project)))
    return shown(request, project, None, ARCHIVE, tables=tables, links=links, filed=filed)


@allowed(may.KEEP_ARCHIVE)
@once
def archivings(request: HttpRequest, ref: str) -> HttpResponse:
    """P35."""
    project = site(request, ref, may.KEEP_ARCHIVE)

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.file_archive(project, **told, by=request.user, at=at)
        return _("Filed as %(number)s.") % {"number": made.number}

    start = {"number": f"DA-{project.ref.removeprefix('P-')}", "volumes": 1}
    form = forms.ArchiveForm(_posted(request), project=project, initial=start)
    return act(
        request,
        project,
        form,
        FILE_IT,
        verb,
        to=link("archive", project),
        tables=[rows.archive_table(project)],
        links=[],
    )


@allowed(may.KEEP_ARCHIVE)
@once
def loans(request: HttpRequest, ref: str) -> HttpResponse:
    """P36."""
    project = site(request, ref, may.KEEP_ARCHIVE)

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.lend_document(project, **told, by=request.user, at=at)
        return _("%(what)s goes to %(to)s.") % {"what": made.what, "to": made.to}

    form = forms.LoanForm(_posted(request), project=project, initial={"due_on": project.on + timedelta(days=7)})
    return act(request, project, form, LEND, verb, to=link("archive", project), tables=[], links=[])


def _returned(row: Any, told: dict[str, Any], by: Any, at: datetime) -> str:
    services.return_document(row, word=told["word"], by=by, at=at)
    return _("It is back.")


loan_returns = row_act(
    may.KEEP_ARCHIVE, lambda project: DocumentLoan.objects.filter(project=project),
    Page(gettext_lazy("The document is back"), gettext_lazy("Take it back"), gettext_lazy("This cannot be noted yet"), ROW, spans=(("word", 6),)),
    forms.ReturnForm, _returned, "archive",
)  # fmt: skip


@allowed(may.SEE_ARCHIVE, methods=("GET",))
def archives(request: HttpRequest) -> HttpResponse:
    """What is out and comes back, and which settled sites stand on no shelf yet."""
    page = keyset(rows.to_file(request.user), order=("id",), after=request.GET.get("after", ""))
    out = list(rows.loans_out(request.user)[:50])
    head = (_("Document"), _("Which site"), _("Kind"), pgettext("document", "To"), _("What for"), _("Out on"), _("State"))
    waiting = [
        Row(
            (
                Act(row.customer_name, link("archive", row)),
                row.address,
                row.ref,
                rows.day(row.accepted_on),
                row.get_stage_display(),
            )
        )
        for row in page.rows
    ]
    context = {
        "page": page, "title": _("Archive"), "note": _("what is out, and which finished sites stand on no shelf yet"),
        "tables": [
            Table(_("Out"), head, rows.loan_rows(out, request.user, with_site=True), _("Nothing is out.")),
            Table(
                _("Not filed yet"), (_("Which site"), _("Home"), _("Number"), _("Accepted"), _("Stage")), waiting,
                _("Every finished site stands on its shelf."),
            ),
        ],
    }  # fmt: skip
    return render(request, "projects/settling_list.html", context)


# --- the finished sites of a month -----------------------------------------------------------------------------------


@allowed(may.SEE_COMPLETIONS, post=may.TELL_COMPLETIONS)
@once
def completions(request: HttpRequest) -> HttpResponse:
    """P32: the sites accepted in a month, with their money; told to finance once the month is over."""
    period = period_of(request)
    form = MonthForm(request.POST if request.method == "POST" else None)
    stores = rows.stores_of(may.TELL_COMPLETIONS, request.user)
    if form.is_valid():
        store = next((s for s in stores if s.pk == form.cleaned_data["store"]), None)
        if store is None:
            raise Http404
        with refusals_on(form):
            services.tell_completions(store=store, month=form.cleaned_data["month"], by=request.user, at=timezone.now())
            messages.success(request, _("Finance has been told of %(month)s.") % {"month": request.POST["month"]})
            return redirect(f"{request.path}?period={form.cleaned_data['month']:%Y-%m}")
    found = done.sites(request.user, period)
    page = keyset(found, order=("-id",), after=request.GET.get("after", ""))
    lines = [_finished_row(done.finished_row(row), row) for row in page.rows]
    told = _told(request, period)
    known = {row.store_id for row, _count in told}
    tables = [
        Table(
            _("Finance was told: %(store)s") % {"store": row.store.name}, (_("When"), _("Told by"), _("Sites")),
            [Row((f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}", str(row.by), str(count)))], "",
        )
        for row, count in told
    ]  # fmt: skip
    head = (
        _("Which site"),
        _("Home"),
        _("Project manager"),
        _("Foreman"),
        _("Accepted"),
        _("Against the contract"),
        _("Price with changes"),
        _("Left to pay"),
    )
    context = {
        "period": period, "siblings": period.siblings(), "page": page, "title": _("Finished sites"), "export": "projects:completions-export", "form": form,
        "figures": [(_("Finished in this period"), str(page.count) if page.first else "…")],
        "tables": [*tables, Table(_("Accepted"), head, lines, _("No site was accepted in this period."))],
        "to_close": [s for s in stores if s.pk not in known] if period.kind == "month" and period.until <= timezone.localdate() else [],
        "close_says": _("the list is frozen as it stands and lies on their desks"), "close_button": _("Tell finance"),
    }  # fmt: skip
    return render(request, "projects/settling_month.html", context, status=422 if form.is_bound else 200)


def _finished_row(told: Any, row: Any) -> Row:
    late = (
        Tag(ngettext("%(num)s day late", "%(num)s days late", told.late) % {"num": told.late}, "late")
        if told.late
        else Tag(_("in time"), "done")
    )
    return Row((
        Act(told.customer, row.get_absolute_url()), told.address, told.manager or "–", told.foreman or "–", rows.day(told.accepted_on), late,
        rows.yuan(told.total + told.changed), rows.yuan(told.left) if told.left else "–",
    ))  # fmt: skip


def _told(request: HttpRequest, period: Any) -> list[tuple[Any, int]]:
    if period.kind != "month":
        return []
    stores = (
        Store.objects.all()
        if may.SEE_COMPLETIONS.scope(request.user) is Scope.COMPANY
        else Store.objects.filter(pk__in=may.SEE_COMPLETIONS.stores(request.user))
    )
    found = (
        Snapshot.objects.filter(kind=done.SNAPSHOT, key=period.key, store__in=stores)
        .select_related("store", "by")
        .order_by("store")
    )
    return [(row, len(snapshots.read(row)["sites"])) for row in found]


@allowed(may.SEE_COMPLETIONS, methods=("GET",))
def completions_export(request: HttpRequest) -> HttpResponse:
    period = period_of(request)
    found = [done.finished_row(row) for row in done.sites(request.user, period).order_by("-id")[:MOST_ROWS]]
    columns = [
        Column(_("Number"), lambda r: r.ref, 18), Column(_("Store"), lambda r: r.store, 12), Column(_("Owner"), lambda r: r.customer, 12),
        Column(_("Home"), lambda r: r.address, 28), Column(_("Project manager"), lambda r: r.manager, 12), Column(_("Foreman"), lambda r: r.foreman, 12),
        Column(_("Works start"), lambda r: r.started_on, 12, DAY), Column(_("Agreed completion"), lambda r: r.due_on, 12, DAY),
        Column(_("Accepted"), lambda r: r.accepted_on, 12, DAY), Column(_("Total"), lambda r: r.total, 14, MONEY),
        Column(_("Changes"), lambda r: r.changed, 14, MONEY), Column(_("Received"), lambda r: r.received, 14, MONEY),
        Column(_("Left to pay"), lambda r: r.left, 14, MONEY),
    ]  # fmt: skip
    return _book(sheets.write(columns, found, title=period.key), f"finished-sites-{period.key}.xlsx")
