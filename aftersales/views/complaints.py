"""Pages of complaints: the list, the register form, one complaint with its six steps, every act on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from aftersales import forms_complaints as forms
from aftersales import policies_complaints as policies
from aftersales import selectors_complaints as selectors
from aftersales import services
from aftersales.choices import ATTEMPTS
from aftersales.choices_complaints import ABOUT, ComplaintClass, ComplaintSource, ComplaintStage, Part, TalkKind
from aftersales.complaint_terms import categories, script
from aftersales.models import Complaint
from aftersales.procedure_complaints import COMPLAINTS, Standing
from core.calendar import span_of
from core.clocks import CLOCKS
from core.lists import address
from core.models import CompanyProfile
from core.once import once
from core.policies import Permission, allowed
from core.refusals import Missing, Refused, refusals_on
from leads.selectors import post_titles
from projects.choices import Role
from projects.models import Project
from staff import posts
from staff.models import Holding, User

# --- the list --------------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_COMPLAINTS, methods=("GET",))
def complaint_list(request: HttpRequest) -> HttpResponse:
    """The complaints that are open, the newest first; never one about oneself."""
    now = timezone.now()
    wanted = selectors.ComplaintFilter.read(request.GET)
    page = selectors.page_of(request.user, wanted, now, after=request.GET.get("after", ""))
    context = {
        "page": page, "rows": [selectors.row_of(row, now) for row in page.rows], "chips": _chips(request, wanted), "now": now,
        "may_take": policies.TAKE_COMPLAINTS.allows(request.user), "may_report": policies.SEE_COMPLAINT_REPORTS.allows(request.user),
        "may_shift": policies.SEE_COMPLAINT_REPORTS.allows(request.user),
    }  # fmt: skip
    return render(request, "aftersales/complaint_list.html", context)


def _chips(request: HttpRequest, wanted: selectors.ComplaintFilter) -> list[dict[str, Any]]:
    counts = selectors.counts(request.user)
    chips = [{"says": _("All open"), "count": counts["all"], "url": address(request, show=None), "active": not wanted.show}]
    shows: list[tuple[str, Any, Any]] = [(stage.value, stage.label, counts[stage.value]) for stage in ComplaintStage if stage.value in counts]
    shows += [("late", _("Late"), ""), ("closed", pgettext("complaint", "Closed"), "")]
    for code, says, count in shows:
        on = wanted.show == code
        if count != 0 or on:
            chips.append(
                {"says": says, "count": count, "url": address(request, show=None if on else code), "active": on, "tone": "late" if code == "late" else ""}
            )
    mine = wanted.who == "mine"
    chips.append({"says": _("Mine"), "url": address(request, who=None if mine else "mine"), "active": mine})
    chips += _narrowed(request, wanted)
    return chips


def _narrowed(request: HttpRequest, wanted: selectors.ComplaintFilter) -> list[dict[str, Any]]:
    """What the list is narrowed to beside its state; one click takes it away."""
    departments = selectors.department_titles() if wanted.department else {}
    found = []
    for name in ("category", "kind", "upheld", "department", "trade", "satisfaction"):
        if value := getattr(wanted, name):
            says = selectors.figure_words(name, "" if value == "none" else value, departments)
            found.append({"says": says, "url": address(request, **{name: None}), "active": True})
    if wanted.span and wanted.day:
        first, last = span_of(wanted.span, wanted.day)
        found.append({"says": f"{first:%Y-%m-%d} – {last:%m-%d}", "url": address(request, span=None, day=None), "active": True})
    if wanted.q:
        found.append({"says": f"“{wanted.q}”", "url": address(request, q=None), "active": True})
    return found


# --- registered ------------------------------------------------------------------------------------------------------------


@allowed(policies.TAKE_COMPLAINTS, methods=("GET",))
def complaint_new(request: HttpRequest) -> HttpResponse:
    """Somebody complains: find whose home it is about."""
    q = request.GET.get("q", "").strip()[:60]
    return render(request, "aftersales/complaint_new.html", {"q": q, "files": selectors.files_like(request.user, q)})


@allowed(policies.TAKE_COMPLAINTS)
@once
def complaint_register(request: HttpRequest, ref: str) -> HttpResponse:
    """S07: registered at once; the payments and what was complained about before stand beside it."""
    lead = get_object_or_404(selectors.files_for(request.user).select_related("customer", "home", "store", "dossier", "designer", "customer_manager"), ref=ref)
    site = Project.objects.filter(lead=lead).first()
    source = request.GET.get("source", "")
    initial = {
        "source": source if source in ComplaintSource.values else ComplaintSource.PHONE, "complainant": lead.customer.name,
        "category": request.GET.get("category", ""),
    }  # fmt: skip
    form = forms.ComplaintForm(request.POST or None, initial=initial, people=_colleagues(lead.store_id), team=_team(lead, site))
    if form.is_valid():
        with refusals_on(form):
            made = services.open_complaint(lead.dossier, project=site, by=request.user, at=timezone.now(), **form.told())
            messages.success(request, _("%(ref)s is registered; %(who)s looks after it.") % {"ref": made.ref, "who": made.officer})
            seen = Complaint.objects.visible_to(request.user).filter(pk=made.pk).exists()
            return redirect(made if seen else lead)
    account = site.money if site is not None and policies.HANDLE_COMPLAINTS.allows(request.user) else None
    earlier = selectors.complaints_for(request.user).filter(dossier=lead.dossier_id).order_by("-pk")[:6]
    context = {
        "lead": lead, "site": site, "form": form, "account": account, "earlier": _earlier(earlier), "listening": script().listening,
        "draft_key": f"aftersales:complaint:{ref}",
    }  # fmt: skip
    return render(request, "aftersales/complaint_register.html", context, status=422 if form.is_bound else 200)


def _earlier(rows: Any) -> list[dict[str, Any]]:
    return [
        {
            "url": row.get_absolute_url(), "ref": row.ref, "at": row.at, "text": row.text, "stage": selectors.stage_words(row),
            "category": categories()[row.category].title if row.category in categories() else row.category,
        }
        for row in rows
    ]  # fmt: skip


def _colleagues(store: int) -> Any:
    """Everybody who works in the store or for all stores."""
    held = Holding.objects.open().filter(Q(store=store) | Q(post__company_wide=True)).values("user")
    return User.objects.here().filter(pk__in=held).order_by("pinyin", "pk")


def _team(lead: Any, site: Project | None) -> Any:
    """Who works for this customer: the usual ones whom a complaint is about."""
    known = {lead.designer_id, lead.customer_manager_id}
    if site is not None:
        known |= {getattr(site, f"{role.value}_id") for role in Role}
    return User.objects.filter(pk__in=[pk for pk in known if pk]).order_by("pinyin", "pk")


# --- one complaint -----------------------------------------------------------------------------------------------------------


def _complaint(request: HttpRequest, ref: str, permission: Permission) -> Complaint:
    """The complaint, if it lies within this person's scope for the act and is not about that person; else there is none."""
    found: Complaint = get_object_or_404(selectors.complaints_for(request.user, permission), ref=ref)
    return found


@allowed(policies.SEE_COMPLAINTS, methods=("GET",))
def complaint(request: HttpRequest, ref: str) -> HttpResponse:
    """One complaint: the six steps, what is missing for the next one and who clears it, everything on record."""
    return _shown(request, get_object_or_404(selectors.with_history(selectors.complaints_for(request.user)), ref=ref))


def _shown(request: HttpRequest, found: Any, form: Any = None, phone: str = "") -> HttpResponse:
    user, now, standing = request.user, timezone.now(), Standing(found)
    may = _may(found, user)
    _name_gaps(form)
    step = selectors.next_step(standing)
    missing = COMPLAINTS.missing(standing, step) if step else ()
    persons = standing.persons
    current = found.round
    context = {
        "complaint": found, "now": now, "form": form, "may": may, "phone": phone, "kind": categories().get(found.category),
        "class_words": str(ComplaintClass(found.kind).label) if found.kind else "", "stage": selectors.stage_words(found),
        "upheld": selectors.upheld_words(found.upheld), "customer": selectors.customer_of(found), "address": selectors.address_of(found),
        "steps": selectors.steps_of(standing), "missing": [_named(gap, found, may) for gap in missing],
        "step_says": COMPLAINTS.label(step.target) if step else "", "next": _next(standing, may),
        "verdicts": list(found.complaintverdicts.all()), "classings": list(found.classings.all()), "investigations": list(found.investigations.all()),
        "proposals": [row for row in standing.all_proposals if row.round == current],
        "older": [row for row in standing.all_proposals if row.round != current], "approval": standing.approval,
        "approvals": list(found.approvals.all()), "talks": standing.talks, "carryings": list(found.carryings.all()),
        "summaries": list(found.summingups.all()), "moves": [row for row in standing.moves if row.reason], "items": list(found.check_proposals.all()),
        "about": [row for row in persons if row.part in ABOUT], "heads": [row for row in persons if row.part == Part.HEAD],
        "clocks": _clock_rows(found), "earlier": _earlier(selectors.earlier_of(found, user)), "payments": selectors.payments_of(found),
        "is_open": found.stage != ComplaintStage.CLOSED, "back_to_file": reverse("leads:file", args=[found.lead.ref]), "listening": script().listening,
    }  # fmt: skip
    return render(request, "aftersales/complaint.html", context, status=422 if form is not None else 200)


def _may(found: Complaint, user: Any) -> dict[str, bool]:
    """Which acts this person may take on this complaint; who is asked to do them is said by the complaint itself."""
    own = user.pk in (found.officer_id, found.investigator_id, found.leader_id)
    reach = {
        name: permission.reaches(user, found.store_id, own=own)
        for name, permission in {
            "judge": policies.JUDGE_COMPLAINTS, "handle": policies.HANDLE_COMPLAINTS, "investigate": policies.INVESTIGATE_COMPLAINTS,
            "approve": policies.APPROVE_SOLUTIONS,
        }.items()
    }  # fmt: skip
    reach["investigate_this"] = reach["investigate"] and user.pk in (found.investigator_id, found.officer_id)
    reach["approve_this"] = reach["approve"] and user.pk == found.leader_id
    reach["propose"] = reach["investigate"] and user.pk != found.leader_id
    return reach


MAY = {
    "judgement": "judge", "summary": "judge", "talks": "handle", "execution": "handle", "investigation": "investigate_this", "proposals": "propose",
    "approval": "approve_this",
}  # page of an act → what a person needs for it


def _named(gap: Missing, found: Complaint, may: dict[str, bool]) -> dict[str, Any]:
    """A gap of the next step with the people who clear it: posts by their titles, head and leader by name; the way there for them alone."""
    titles = posts.listed(post_titles(code for code in gap.who.split(",") if code))
    if not titles and gap.gate == "G23":
        titles = str(found.leader or "")
    elif not titles:
        titles = str(found.investigator or "")
    act = gap.link.rstrip("/").rpartition("/")[2]
    mine = may[MAY[act]] if act in MAY else may["handle"]
    return {"says": gap.says, "who": titles, "gate": gap.gate, "link": gap.link if mine else "", "mine": mine}


def _name_gaps(form: Any) -> None:
    """The gaps of a refusal, in the words of this reader."""
    if refusal := getattr(form, "refusal", None):
        form.refusal = Refused(
            refusal.message,
            [Missing(gap.says, posts.listed(post_titles(code for code in gap.who.split(",") if code)), gap.gate, gap.link) for gap in refusal.missing],
        )


def _clock_rows(found: Complaint) -> list[dict[str, Any]]:
    return [
        {"title": str(CLOCKS[row.clock].says), "clock": row, "who": str(row.owner or ""), "stops": str(CLOCKS[row.clock].stops), "url": row.link}
        for row in selectors.clocks_of(found)
    ]


def _next(now: Standing, may: dict[str, bool]) -> dict[str, Any]:
    """The one next act."""
    found = now.complaint

    def step(says: str, name: str, allowed_: bool, note: str = "") -> dict[str, Any]:
        return {"says": says, "url": reverse(f"aftersales:complaint-{name}", args=[found.ref]) if allowed_ else "", "note": note}

    match found.stage:
        case ComplaintStage.RECEIVED:
            return step(_("Judge it"), "judgement", may["judge"], _("upheld or not, and why"))
        case ComplaintStage.ANSWERING:
            return step(_("Tell the customer why"), "talks", may["handle"], _("then it is closed"))
        case ComplaintStage.INVESTIGATING:
            return step(pgettext("complaint", "Note what was found"), "investigation", may["investigate_this"], str(found.investigator or ""))
        case ComplaintStage.PROPOSING if may["approve_this"] and len(now.proposals) > 1:
            return step(_("Read and approve one"), "approval", True, _("each proposal, then one"))
        case ComplaintStage.PROPOSING:
            return step(_("Propose a solution"), "proposals", may["propose"], _("%(who)s approves one") % {"who": found.leader})
        case ComplaintStage.APPROVED if not now.said(TalkKind.TOLD):
            return step(_("Tell the customer the solution"), "talks", may["handle"])
        case ComplaintStage.APPROVED if found.solution is not None:
            return {"says": _("Look and sign"), "url": reverse("paper", args=[found.solution.ref]), "note": _("the customer signs the solution")}
        case ComplaintStage.EXECUTING:
            return step(_("Note what was done"), "execution", may["handle"], _("and what the customer says of it"))
        case ComplaintStage.CALLING:
            return step(pgettext("complaint", "Call the customer"), "talks", may["handle"], _("at most %(n)s attempts") % {"n": ATTEMPTS})
        case ComplaintStage.SUMMING_UP:
            return step(_("Sum it up"), "summary", may["judge"], _("and what is improved"))
    return {"says": "", "url": "", "note": ""}


# --- acts ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """How an act is shown: title, verb on the button, head of a refusal, what is said beside it."""

    title: object
    button: object
    refusal: object = ""
    note: object = ""
    spans: tuple[tuple[str, int], ...] = ()
    shows: str = "text"


Verb = Callable[[dict[str, Any], datetime], str]


def _act(request: HttpRequest, found: Complaint, form: Any, act: Act, verb: Verb, **more: Any) -> HttpResponse:
    """Load, check, call one verb, go on; a refusal comes back with everything that was typed."""
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            said = verb(form.cleaned_data, timezone.now())
            messages.success(request, said)
            seen = Complaint.objects.visible_to(request.user).filter(pk=found.pk).exists()
            return redirect(found if seen else reverse("aftersales:complaints"))
    _name_gaps(form)
    view = request.resolver_match.view_name if request.resolver_match else ""
    last = found.investigations.first() if act.shows in ("cause", "proposals") else None
    proposals = list(found.proposals.filter(round=found.round).select_related("by")) if act.shows == "proposals" else []
    context = {
        "complaint": found, "form": form, "act": act, "spans": dict(act.spans), "draft_key": f"{view}:{found.ref}", "stage": selectors.stage_words(found),
        "kind": categories().get(found.category), "now": timezone.now(), "clocks": _clock_rows(found), "customer": selectors.customer_of(found),
        "address": selectors.address_of(found), "upheld": selectors.upheld_words(found.upheld), "payments": selectors.payments_of(found),
        "class_words": str(ComplaintClass(found.kind).label) if found.kind else "", "investigation": last, "proposals": proposals,
        "listening": script().listening, "call": "", "nobody": "", **more,
    }  # fmt: skip
    return render(request, "aftersales/complaint_act.html", context, status=422 if form.is_bound else 200)


JUDGE = Act(
    gettext_lazy("Judge the complaint"), gettext_lazy("Judge it"), gettext_lazy("It cannot be judged like this"),
    gettext_lazy("upheld when the reason is sufficient and the demand reasonable"),
    (("identity_checked", 3), ("payment_looked", 3), ("kind", 6), ("kind_reason", 6), ("reason_sufficient", 3), ("demand_reasonable", 3), ("why", 6),
     ("more", 6)), "payments",
)  # fmt: skip


@allowed(policies.JUDGE_COMPLAINTS)
@once
def judgement(request: HttpRequest, ref: str) -> HttpResponse:
    """Step 2: upheld or not, with the reason; the department that answers for it."""
    found = _complaint(request, ref, policies.JUDGE_COMPLAINTS)
    kind = categories().get(found.category)
    initial = {"kind": found.kind, "department": kind.department if kind else ""}
    form = forms.JudgementForm(request.POST or None, initial=initial, people=_colleagues(found.store_id))

    def verb(said: dict[str, Any], at: datetime) -> str:
        made = services.judge_complaint(found, by=request.user, at=at, **said)
        return _("Upheld: the department investigates.") if made.upheld else _("Not upheld: the customer is told why.")

    return _act(request, found, form, JUDGE, verb)


CLASS = Act(gettext_lazy("Change the class"), gettext_lazy("Change the class"), spans=(("kind", 6), ("reason", 6)))


@allowed(policies.HANDLE_COMPLAINTS)
@once
def classings(request: HttpRequest, ref: str) -> HttpResponse:
    """The class of 7.1, changed with a reason."""
    found = _complaint(request, ref, policies.HANDLE_COMPLAINTS)
    form = forms.ClassForm(request.POST or None, initial={"kind": found.kind})

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.class_complaint(found, by=request.user, at=at, **said)
        return _("The class is noted.")

    return _act(request, found, form, CLASS, verb)


PROMISE = Act(gettext_lazy("Promise an answer"), gettext_lazy("Promise it"), note=gettext_lazy("agreed with the customer; the clock keeps it"))


@allowed(policies.HANDLE_COMPLAINTS)
@once
def promises(request: HttpRequest, ref: str) -> HttpResponse:
    """S15: when the answer comes, as agreed with the customer."""
    found = _complaint(request, ref, policies.HANDLE_COMPLAINTS)
    form = forms.PromiseForm(request.POST or None, initial={"owed_at": timezone.localtime(found.owed_at)})

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.promise_reply(found, by=request.user, at=at, **said)
        return _("The promise is noted; its clock runs.")

    return _act(request, found, form, PROMISE, verb)


TALK = Act(
    gettext_lazy("Talk to the customer"), gettext_lazy("Note the talk"), gettext_lazy("This cannot be noted"), spans=(("kind", 6), ("says", 6)),
    shows="cause",
)  # fmt: skip
TALKS_OF: dict[str, tuple[TalkKind, ...]] = {
    ComplaintStage.ANSWERING: (TalkKind.ANSWER,), ComplaintStage.APPROVED: (TalkKind.TOLD,), ComplaintStage.CALLING: (TalkKind.AFTER,),
}  # fmt: skip


@allowed(policies.HANDLE_COMPLAINTS)
@once
def talks(request: HttpRequest, ref: str) -> HttpResponse:
    """A talk with the customer: what it is for is said by where the complaint stands."""
    found = _complaint(request, ref, policies.HANDLE_COMPLAINTS)
    kinds = [*TALKS_OF.get(found.stage, ()), *([] if found.replied_at else [TalkKind.REPLY]), TalkKind.OTHER]
    form = forms.ComplaintTalkForm(request.POST or None, initial={"kind": kinds[0], "reached": "yes"}, kinds=kinds)

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.record_talk(found, by=request.user, at=at, **said)
        return _("The talk is noted.")

    return _act(request, found, form, TALK, verb, call=_call_words(found, request.user) if found.stage == ComplaintStage.CALLING else "")


def _call_words(found: Complaint, user: Any) -> str:
    """What is said at the return call, with the names filled in."""
    done, profile = found.carryings.first(), CompanyProfile.objects.first()
    kind = categories().get(found.category)
    return script().call.format(
        company=profile.name if profile else "", name=user.full_name, what=kind.title if kind else "", result=done.done if done else ""
    )


HAND = Act(
    gettext_lazy("Hand the complaint over"), gettext_lazy("Hand it over"), gettext_lazy("It cannot be handed over"), spans=(("to", 6), ("reason", 6))
)


@allowed(policies.HANDLE_COMPLAINTS)
@once
def hands(request: HttpRequest, ref: str) -> HttpResponse:
    """Another officer or investigator."""
    found = _complaint(request, ref, policies.HANDLE_COMPLAINTS)
    takers = services.takers(found, _colleagues(found.store_id).with_posts())
    form = forms.HandForm(request.POST or None, takers=takers)

    def verb(_said: dict[str, Any], at: datetime) -> str:
        told = form.told()
        services.hand_complaint(found, by=request.user, at=at, **told)
        return _("%(who)s has it now.") % {"who": told["to"]}

    return _act(request, found, form, HAND, verb, nobody="" if any(takers.values()) else _nobody(found))


def _nobody(found: Complaint) -> str:
    if found.stage == ComplaintStage.CLOSED:
        return _("This complaint stands at “{stage}”.").format(stage=ComplaintStage(found.stage).label)
    return _("Nobody else works on complaints of this store.")


NAMED = Act(gettext_lazy("Name whom it is about"), gettext_lazy("Name the person"), note=gettext_lazy("that colleague neither sees nor handles it"))


@allowed(policies.HANDLE_COMPLAINTS)
@once
def named(request: HttpRequest, ref: str) -> HttpResponse:
    """Only later it became clear whom it is about."""
    found = _complaint(request, ref, policies.HANDLE_COMPLAINTS)
    form = forms.NamedForm(request.POST or None, people=_colleagues(found.store_id))

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.name_person(found, by=request.user, at=at, **said)
        return _("Noted: %(who)s neither sees nor handles it.") % {"who": said["person"]}

    return _act(request, found, form, NAMED, verb)


INVESTIGATE = Act(
    gettext_lazy("Investigate the complaint"), pgettext_lazy("complaint", "Note it"), gettext_lazy("This cannot be noted"),
    gettext_lazy("facts with their rule; nothing follows from them by itself"), (("found", 6), ("cause", 6), ("rule", 6)),
)  # fmt: skip


@allowed(policies.INVESTIGATE_COMPLAINTS)
@once
def investigation(request: HttpRequest, ref: str) -> HttpResponse:
    """Step 3 (S08): cause and responsible person."""
    found = _complaint(request, ref, policies.INVESTIGATE_COMPLAINTS)
    form = forms.InvestigationForm(request.POST or None, people=_colleagues(found.store_id))

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.investigate_complaint(found, by=request.user, at=at, **said)
        return _("The cause is noted. Next: several solutions.")

    return _act(request, found, form, INVESTIGATE, verb)


PROPOSE = Act(
    gettext_lazy("Propose a solution"), pgettext_lazy("complaint", "Propose it"), note=gettext_lazy("nothing is promised to the customer before the approval"),
    spans=(("says", 6),), shows="proposals",
)  # fmt: skip


@allowed(policies.INVESTIGATE_COMPLAINTS)
@once
def proposals(request: HttpRequest, ref: str) -> HttpResponse:
    """Step 4 (S09): one of several solutions."""
    found = _complaint(request, ref, policies.INVESTIGATE_COMPLAINTS)
    form = forms.SolutionForm(request.POST or None, initial={"days": 3})

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.propose_solution(found, by=request.user, at=at, **said)
        return _("The proposal is noted.")

    return _act(request, found, form, PROPOSE, verb)


APPROVE = Act(
    gettext_lazy("Read and approve one"), gettext_lazy("Approve it"), gettext_lazy("It cannot be approved yet"),
    gettext_lazy("read each proposal, choose one, write your instruction"), (("read", 6), ("chosen", 6), ("instruction", 6)), "proposals",
)  # fmt: skip


@allowed(policies.APPROVE_SOLUTIONS)
@once
def approval(request: HttpRequest, ref: str) -> HttpResponse:
    """Step 4 (G23): the leader in charge reads each proposal and approves exactly one."""
    found = _complaint(request, ref, policies.APPROVE_SOLUTIONS)
    rows = list(found.proposals.filter(round=found.round))
    form = forms.ApprovalForm(request.POST or None, proposals=rows)

    def verb(said: dict[str, Any], at: datetime) -> str:
        chosen = next(row for row in rows if str(row.pk) == said["chosen"])
        services.approve_solution(chosen, read=[int(pk) for pk in said["read"]], instruction=said["instruction"], by=request.user, at=at)
        return _("Approved. The customer is told and signs.")

    return _act(request, found, form, APPROVE, verb)


LOOK_AGAIN = Act(gettext_lazy("Have it investigated once more"), pgettext_lazy("complaint", "Send it back"), spans=(("reason", 6),), shows="cause")


@allowed(policies.APPROVE_SOLUTIONS)
@once
def second_looks(request: HttpRequest, ref: str) -> HttpResponse:
    """The leader in charge wants it looked into once more."""
    found = _complaint(request, ref, policies.APPROVE_SOLUTIONS)
    form = forms.WhyForm(request.POST or None)

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.look_again(found, by=request.user, at=at, **said)
        return _("It goes back to the department.")

    return _act(request, found, form, LOOK_AGAIN, verb)


REFUSE = Act(
    gettext_lazy("The customer does not sign"), pgettext_lazy("complaint", "Note it"),
    note=gettext_lazy("another solution is proposed; nobody signs instead of the customer"),
    spans=(("reason", 6),), shows="proposals",
)  # fmt: skip


@allowed(policies.HANDLE_COMPLAINTS)
@once
def unsigned(request: HttpRequest, ref: str) -> HttpResponse:
    """Q102: the customer does not sign; another solution."""
    found = _complaint(request, ref, policies.HANDLE_COMPLAINTS)
    form = forms.WhyForm(request.POST or None)

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.note_refusal(found, by=request.user, at=at, **said)
        return _("The leader in charge finds it on the desk.")

    return _act(request, found, form, REFUSE, verb)


EXECUTE = Act(
    gettext_lazy("Carry the solution out"), gettext_lazy("Note it as done"), gettext_lazy("Not possible yet"), spans=(("done", 6), ("feedback", 6)),
    shows="proposals",
)  # fmt: skip


@allowed(policies.HANDLE_COMPLAINTS)
@once
def execution(request: HttpRequest, ref: str) -> HttpResponse:
    """Step 5: what was done, what the customer says of it at once."""
    found = _complaint(request, ref, policies.HANDLE_COMPLAINTS)
    form = forms.ExecutionForm(request.POST or None)

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.carry_out(found, by=request.user, at=at, **said)
        return _("Noted. The return call is due.")

    return _act(request, found, form, EXECUTE, verb)


SUM_UP = Act(gettext_lazy("Sum the complaint up"), pgettext_lazy("complaint", "Close it"), spans=(("summary", 6), ("rating", 6), ("measure", 6)), shows="cause")


@allowed(policies.JUDGE_COMPLAINTS)
@once
def summary(request: HttpRequest, ref: str) -> HttpResponse:
    """Step 6: summed up, rated, improved; closed."""
    found = _complaint(request, ref, policies.JUDGE_COMPLAINTS)
    form = forms.SummaryForm(request.POST or None)

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.sum_up(found, by=request.user, at=at, **said)
        return _("The complaint is closed.")

    return _act(request, found, form, SUM_UP, verb)


REOPEN = Act(gettext_lazy("Open the complaint again"), gettext_lazy("Open it again"), note=gettext_lazy("it is judged anew"), spans=(("reason", 6),))


@allowed(policies.JUDGE_COMPLAINTS)
@once
def reopenings(request: HttpRequest, ref: str) -> HttpResponse:
    """A closed complaint is opened again with a reason."""
    found = _complaint(request, ref, policies.JUDGE_COMPLAINTS)
    form = forms.WhyForm(request.POST or None)

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.reopen_complaint(found, by=request.user, at=at, **said)
        return _("It is open again and is judged anew.")

    return _act(request, found, form, REOPEN, verb)


ITEM = Act(
    gettext_lazy("Propose a check item"), pgettext_lazy("complaint", "Propose it"),
    note=gettext_lazy("what a check should have found; the engineering manager decides"),
    spans=(("text", 6), ("method", 6), ("main", 6)), shows="cause",
)  # fmt: skip


@allowed(policies.INVESTIGATE_COMPLAINTS)
@once
def item_proposals(request: HttpRequest, ref: str) -> HttpResponse:
    """A cause becomes a proposed check item."""
    found = _complaint(request, ref, policies.INVESTIGATE_COMPLAINTS)
    kind = categories().get(found.category)
    form = forms.CheckItemForm(request.POST or None, initial={"check": kind.checks[0] if kind and kind.checks else "C7"})

    def verb(said: dict[str, Any], at: datetime) -> str:
        services.propose_check_item(found, by=request.user, at=at, **said)
        return _("The engineering manager decides about it.")

    return _act(request, found, form, ITEM, verb)


@allowed(policies.HANDLE_COMPLAINTS, methods=("POST",))
def phone(request: HttpRequest, ref: str) -> HttpResponse:
    """The number to call, shown once on the page; each look is on record (LR-43)."""
    found = _complaint(request, ref, policies.HANDLE_COMPLAINTS)
    form = forms.Nothing(request.POST)
    form.is_valid()
    number = ""
    with refusals_on(form):
        number = services.show_complainant(found, by=request.user, at=timezone.now())
    again = selectors.with_history(selectors.complaints_for(request.user)).get(pk=found.pk)
    return _shown(request, again, phone=number) if number else _shown(request, again, form)
