"""Pages of satisfaction surveys: sent, answered, judged, their results opened down to the answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aftersales import forms_rounds as forms
from aftersales import policies_rounds as policies
from aftersales import selectors_surveys as selectors
from aftersales import services
from aftersales.choices_rounds import InviteState, SurveyState
from aftersales.models import QuestionSet, Survey, SurveyInvite
from aftersales.round_terms import questions_of
from aftersales.sheets_surveys import SURVEY_COLUMNS, answers_of
from aftersales.terms import TEXT
from aftersales.views.repairs import MOST_ROWS
from aftersales.views.rounds import store_for
from core import sheets
from core.lists import address, keyset
from core.once import once
from core.policies import Permission, allowed
from core.refusals import refusals_on
from projects.choices import Role
from staff.models import Holding, User


@allowed(policies.SEE_SURVEYS, methods=("GET",))
def survey_list(request: HttpRequest) -> HttpResponse:
    """The surveys, the newest first."""
    show = request.GET.get("show", "")
    page = selectors.surveys_page(request.user, show, after=request.GET.get("after", ""))
    chips = [{"says": _("All"), "url": address(request, show=None), "active": not show}]
    chips += [{"says": s.label, "url": address(request, show=None if show == s.value else s.value), "active": show == s.value} for s in SurveyState]
    context = {"page": page, "rows": [(row, selectors.survey_state(row)) for row in page.rows], "chips": chips}
    context |= {"may_make": policies.MAKE_SURVEYS.allows(request.user), "may_word": policies.WORD_QUESTIONS.allows(request.user)}
    return render(request, "aftersales/survey_list.html", context)


@allowed(policies.MAKE_SURVEYS)
@once
def survey_new(request: HttpRequest) -> HttpResponse:
    """Choose whom to ask and what."""
    store, stores = store_for(request, policies.MAKE_SURVEYS)
    version, questions = services.questions_now(store)
    today = timezone.localdate()
    usual = [row.code for row in questions if row.node in ("any", "completion")]
    start = {"from_on": today, "until_on": today + timedelta(days=14), "codes": usual}
    form = forms.SurveyForm(request.POST or None, questions=questions, initial=start)
    if form.is_valid():
        with refusals_on(form):
            made = services.send_survey(store, by=request.user, at=timezone.now(), **form.told)
            messages.success(request, _("%(name)s is sent; the answers are taken on its page.") % {"name": made.name})
            return redirect(made)
    context = {"form": form, "store": store, "stores": stores, "version": version, "draft_key": f"aftersales:survey-new:{store.code}"}
    return render(request, "aftersales/survey_new.html", context, status=422 if form.is_bound else 200)


@allowed(policies.WORD_QUESTIONS)
@once
def survey_questions(request: HttpRequest) -> HttpResponse:
    """The questions of the store, worded anew in versions; what was asked stays with the answers."""
    store, stores = store_for(request, policies.WORD_QUESTIONS)
    version, questions = services.questions_now(store)
    form = forms.QuestionsForm(request.POST or None, questions=questions)
    if form.is_valid():
        with refusals_on(form):
            made = services.word_questions(store, questions=form.questions, by=request.user, at=timezone.now())
            messages.success(request, _("Version %(n)s is in use; surveys that are out keep their own words.") % {"n": made.version})
            return redirect(f"{request.path}?store={store.code}")
    context = {
        "form": form, "store": store, "stores": stores, "version": version, "earlier": QuestionSet.objects.filter(store=store).select_related("by")[:10],
        "draft_key": f"aftersales:survey-questions:{store.code}",
    }  # fmt: skip
    return render(request, "aftersales/survey_questions.html", context, status=422 if form.is_bound else 200)


def _survey(request: HttpRequest, ref: str, permission: Permission) -> Survey:
    found: Survey = get_object_or_404(Survey.objects.visible_to(request.user).select_related("store", "by", "responsible", "checked_by"), ref=ref)
    if permission is not policies.SEE_SURVEYS and not permission.reaches(request.user, found.store_id, own=False):
        raise Http404
    return found


@allowed(policies.SEE_SURVEYS, methods=("GET",))
def survey(request: HttpRequest, ref: str) -> HttpResponse:
    """One survey: who answered, what it shows, the measures and their effect."""
    found, show = _survey(request, ref, policies.SEE_SURVEYS), request.GET.get("show", "")
    far = selectors.figures(request.user, found)
    page = keyset(selectors.invites_of(request.user, found, show), order=("seq",), after=request.GET.get("after", ""), size=50)
    scores = selectors.scores_of(request.user, found)
    leads = policies.MAKE_SURVEYS.reaches(request.user, found.store_id, own=False)
    chips = [{"says": _("All"), "count": far["asked"], "url": address(request, show=None), "active": not show}]
    counts = {"open": far["asked"] - far["answered"] - far["declined"], "answered": far["answered"], "declined": far["declined"]}
    for state in InviteState:
        on = show == state.value
        chips.append({"says": state.label, "count": counts[state.value], "url": address(request, show=None if on else state.value), "active": on})
    context = {
        "survey": found, "state": selectors.survey_state(found), "far": far, "page": page, "rows": [_row(request, row, found) for row in page.rows],
        "chips": chips, "questions": selectors.by_question(scores.exclude(kind=TEXT)), "promoters": selectors.promoters(scores), "may_lead": leads,
    }  # fmt: skip
    return render(request, "aftersales/survey.html", context)


def _row(request: HttpRequest, row: Any, found: Survey) -> dict[str, Any]:
    state = InviteState(row.state)
    own = row.project.customer_manager_id == request.user.pk
    may = found.state == SurveyState.ASKING and state == InviteState.OPEN and policies.TAKE_ANSWERS.reaches(request.user, row.store_id, own=own)
    says = (_("waits for the signature"), "soon") if row.paper and not row.signed and state == InviteState.OPEN else (str(state.label), state.tone)
    return {"row": row, "site": row.project, "state": says, "low": bool(row.signed and row.low), "may": may}


def _invite(request: HttpRequest, ref: str, seq: int) -> SurveyInvite:
    rows = SurveyInvite.objects.visible_to(request.user).select_related(
        "survey", "project__customer", "project__dossier", "project__store", "project__lead", "project__contract__paper"
    )
    found: SurveyInvite = get_object_or_404(rows, survey__ref=ref, seq=seq)
    own = found.project.customer_manager_id == request.user.pk
    if not policies.TAKE_ANSWERS.reaches(request.user, found.store_id, own=own):
        raise Http404
    return found


@allowed(policies.TAKE_ANSWERS)
@once
def survey_answers(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """S18: the customer answers on this device, on paper, or on the phone; then the signature."""
    found = _invite(request, ref, seq)
    form = forms.AnswersForm(request.POST or None, questions=questions_of(found.survey.questions))
    if form.is_valid():
        with refusals_on(form):
            made = services.take_answers(found, by=request.user, at=timezone.now(), **form.told)
            messages.success(request, _("The answers wait for the signature: %(ref)s.") % {"ref": made.paper.ref})
            return redirect("paper", made.paper.ref)
    context = {"invite": found, "survey": found.survey, "project": found.project, "form": form, "draft_key": f"aftersales:survey-answers:{ref}:{seq}"}
    return render(request, "aftersales/survey_answers.html", context, status=422 if form.is_bound else 200)


@allowed(policies.TAKE_ANSWERS)
@once
def survey_declines(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """The customer does not want to answer."""
    found = _invite(request, ref, seq)
    form = forms.DeclineForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.decline_survey(found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("It is noted that the customer does not want to answer."))
            return redirect(found.survey)
    site = found.project
    cells = [(_("Survey"), found.survey.name, found.survey.ref), (_("Customer"), site.customer_name, ""), (_("Home"), site.address, site.ref)]
    return _plain(
        request, form, found.survey, title=_("The customer does not want to answer"), button=_("Note it"), refusal=_("It cannot be noted"),
        note=_("A wish that is respected; nobody asks again."), spans={"reason": 6}, cells=cells,
    )  # fmt: skip


@allowed(policies.MAKE_SURVEYS)
@once
def survey_analyses(request: HttpRequest, ref: str) -> HttpResponse:
    """What the answers show, measures, who sees to them, and the day on which their effect is looked at."""
    found = _survey(request, ref, policies.MAKE_SURVEYS)
    held = Holding.objects.open().filter(store=found.store_id).values("user")
    people = User.objects.here().filter(pk__in=held).order_by("pinyin", "pk")
    form = forms.AnalysisForm(request.POST or None, people=people, initial={"check_on": timezone.localdate() + timedelta(days=30)})
    if form.is_valid():
        with refusals_on(form):
            services.analyse_survey(found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The survey is judged; the day of the check stands on your desk."))
            return redirect(found)
    return _plain(
        request, form, found, title=_("Judge the survey"), button=_("Keep analysis and measures"), refusal=_("The survey cannot be judged yet"),
        note=_("No more answers are taken from then on."), spans={"analysis": 6, "measures": 6}, cells=_cells(request, found),
        results=selectors.by_question(selectors.scores_of(request.user, found).exclude(kind=TEXT)),
    )  # fmt: skip


@allowed(policies.MAKE_SURVEYS)
@once
def survey_effects(request: HttpRequest, ref: str) -> HttpResponse:
    """Have the measures worked?"""
    found = _survey(request, ref, policies.MAKE_SURVEYS)
    form = forms.EffectForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.check_effect(found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The effect is noted."))
            return redirect(found)
    return _plain(
        request, form, found, title=_("Look at the effect"), button=_("Note the effect"), refusal=_("The effect cannot be noted yet"),
        note=found.measures, spans={"effect": 6}, cells=_cells(request, found),
    )  # fmt: skip


def _cells(request: HttpRequest, found: Survey) -> list[tuple[Any, Any, Any]]:
    far = selectors.figures(request.user, found)
    form = "%m-%d" if found.from_on.year == found.until_on.year == timezone.localdate().year else "%Y-%m-%d"
    until = f"{found.from_on:{form}} – {found.until_on:{form}}"
    return [(_("Survey"), found.name, found.ref), (pgettext("round", "Period"), until, ""), (_("Answered"), f"{far['answered']}/{far['asked']}", "")]


def _plain(request: HttpRequest, form: Any, found: Survey, **more: Any) -> HttpResponse:
    context = {"form": form, "back": found.get_absolute_url(), "back_says": _("Back to the survey"), "draft_key": request.path, **more}
    return render(request, "aftersales/plain_act.html", context, status=422 if form.is_bound else 200)


# --- results --------------------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_SURVEYS, methods=("GET",))
def survey_results(request: HttpRequest, ref: str) -> HttpResponse:
    """By question, by store, by the person's post; every figure opens its answers.  A customer manager sees his own customers."""
    found, wanted = _survey(request, ref, policies.SEE_SURVEYS), selectors.ResultFilter.read(request.GET)
    scores = selectors.scores_of(request.user, found)
    chosen = selectors.narrowed(scores, wanted)
    people = selectors.by_person(scores)
    chips = [{"says": _("All"), "url": address(request, code=None, person=None, role=None, store=None, low=None), "active": not wanted.narrows}]
    chips.append({"says": _("Bad answers"), "url": address(request, low=None if wanted.low else "1"), "active": wanted.low, "tone": "late"})
    who = next((row.says for row in people if row.value == wanted.person), wanted.person)
    for name, value in (("code", wanted.code), ("person", who), ("store", wanted.store)):
        if value:
            chips.append({"says": value, "url": address(request, **{name: None}), "active": True})
    if wanted.role:
        chips.append({"says": Role(wanted.role).label, "url": address(request, role=None), "active": True})
    context = {
        "survey": found, "questions": selectors.by_question(scores.exclude(kind=TEXT)), "people": [(row, Role(row.role).label) for row in people],
        "stores": selectors.by_store(scores), "promoters": selectors.promoters(scores), "answers": selectors.answers_listed(request.user, chosen),
        "chips": chips, "wanted": wanted, "may_export": policies.EXPORT_SURVEYS.reaches(request.user, found.store_id, own=False),
    }  # fmt: skip
    return render(request, "aftersales/survey_results.html", context)


@allowed(policies.EXPORT_SURVEYS, methods=("GET",))
def survey_export(request: HttpRequest, ref: str) -> HttpResponse:
    """Every answer that counts, a column for each question; customers by surname, no telephone number (LR-43)."""
    found = _survey(request, ref, policies.EXPORT_SURVEYS)
    book = sheets.write(SURVEY_COLUMNS(found), answers_of(request.user, found)[:MOST_ROWS], title=found.name)
    return sheets.download(book, f"survey-{found.ref}.xlsx")


__all__ = [
    "survey", "survey_analyses", "survey_answers", "survey_declines", "survey_effects", "survey_export", "survey_list", "survey_new", "survey_questions",
    "survey_results",
]  # fmt: skip
