"""Along the procedure: advance, waive, pause, resume, cancel, reopen."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.once import once
from core.papers import KINDS
from core.policies import allowed
from core.procedure import GATES, Gate
from core.refusals import Missing
from projects import forms, policies, services
from projects.choices import Stage
from projects.procedure import PAUSABLE, PROCEDURE, REOPENS, WAIVABLE
from projects.views.frame import Page, act, named, site

ADVANCE = Page(
    gettext_lazy("Next stage"), gettext_lazy("Advance"), gettext_lazy("The site cannot advance yet"), template="projects/stage_change.html"
)


@allowed(policies.SEE_PROJECTS, post=policies.ADVANCE)
@once
def stage_changes(request: HttpRequest, ref: str) -> HttpResponse:
    """What is missing for the next stage, who can clear it – and the step itself."""
    project = site(request, ref, policies.ADVANCE if request.method == "POST" else policies.SEE_PROJECTS)
    step = next(iter(PROCEDURE.steps_from(project.stage)), None)
    posted = request.POST if request.method == "POST" else None
    form = forms.AdvanceForm(posted, project=project, initial={"to": step.target if step else ""})

    def verb(told: dict[str, Any], at: Any) -> str:
        services.advance(project, to=told["to"], by=request.user, at=at)
        return _("The site stands at “%(stage)s” now.") % {"stage": Stage(project.stage).label}

    missing, done = PROCEDURE.state_of(project, step) if step else ((), ())
    mine = step is not None and bool(set(step.by) & request.user.posts) and policies.ADVANCE.allows(request.user)
    context: dict[str, Any] = {
        "step": step, "target": Stage(step.target).label if step else "", "missing": missing,
        "done": [done_words(gate) for gate in done], "mine": mine,
        "who": named(project, Missing("", ",".join(step.by)), request.user).who if step else "",
        "waivable": [gap.gate for gap in missing if gap.gate in WAIVABLE] if policies.WAIVE.allows(request.user) else [],
        "may_interrupt": policies.INTERRUPT.allows(request.user), "pausable": project.stage in PAUSABLE,
        "reopenable": project.stage in REOPENS or project.stage == Stage.CANCELLED,
        "moves": list(project.stage_changes.select_related("by").order_by("-seq")),
    }  # fmt: skip
    return act(request, project, form, ADVANCE, verb, **context)


# what an open gate is called that has no paper of this house
_DONE = {
    "S5": gettext_lazy("Assign the people of the site"), "G7": gettext_lazy("Review drawings and budget"),
    "G8": gettext_lazy("Worker passes"), "G10": gettext_lazy("Report the crew on site"), "G24": gettext_lazy("Permit in force"),
}  # fmt: skip


def done_words(gate: Gate) -> str:
    """An open gate in short: the paper that carries its fact, else what was done, else its id."""
    kind = KINDS.get(gate.paper)
    if kind is None:
        return str(_DONE.get(gate.id, gate.id))
    return kind.title_en if (get_language() or "").startswith("en") else f"《{kind.title}》"


WAIVER = Page(
    gettext_lazy("Let a gate pass"), gettext_lazy("Let it pass"), gettext_lazy("This gate cannot be waived"), "projects/waiver_form.html"
)


@allowed(policies.WAIVE)
@once
def waivers(request: HttpRequest, ref: str, gate: str) -> HttpResponse:
    """Waive G7 or G10 with a reason; it stands in the month (decision 8)."""
    project = site(request, ref, policies.WAIVE)
    rule = GATES.get(gate)
    if rule is None:
        raise Http404

    def verb(told: dict[str, Any], at: Any) -> str:
        services.waive(project, gate=gate, reason=told["reason"], by=request.user, at=at)
        return _("%(gate)s was let pass; the reason stands in the file and in the month.") % {"gate": gate}

    form = forms.ReasonForm(request.POST if request.method == "POST" else None, project=project)
    return act(request, project, form, WAIVER, verb, gate=gate, says=str(rule.says), waiver=project.waived.get(gate), waivable=gate in WAIVABLE)


PAUSE = Page(
    gettext_lazy("Pause the site"), gettext_lazy("Pause"), gettext_lazy("The site cannot be paused"), template="projects/reason.html",
    note=gettext_lazy("The running clocks are held with it."),
)
RESUME = Page(
    gettext_lazy("Let the site go on"), gettext_lazy("Let it go on"), gettext_lazy("The site cannot go on"),
    note=gettext_lazy("It returns to the stage that it left."),
)
CANCEL = Page(
    gettext_lazy("Cancel the site"), gettext_lazy("Cancel the site"), gettext_lazy("The site cannot be cancelled"),
    template="projects/reason.html", note=gettext_lazy("The contract ends; the file stays, all clocks end."),
)
REOPEN = Page(
    gettext_lazy("One step back"), gettext_lazy("Reopen"), gettext_lazy("The stage cannot be reopened"), template="projects/reason.html",
    note=gettext_lazy("The reopening is a row of the file with your reason."),
)


@allowed(policies.INTERRUPT)
@once
def pauses(request: HttpRequest, ref: str) -> HttpResponse:
    """Hold the site."""
    project = site(request, ref, policies.INTERRUPT)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.pause(project, reason=told["reason"], by=request.user, at=at)
        return _("The site is paused.")

    return act(request, project, forms.ReasonForm(request.POST if request.method == "POST" else None, project=project), PAUSE, verb)


@allowed(policies.INTERRUPT)
@once
def resumptions(request: HttpRequest, ref: str) -> HttpResponse:
    """Let it go on."""
    project = site(request, ref, policies.INTERRUPT)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.resume(project, by=request.user, at=at)
        return _("The site goes on.")

    return act(request, project, forms.EmptyForm(request.POST if request.method == "POST" else None, project=project), RESUME, verb)


@allowed(policies.INTERRUPT)
@once
def cancellations(request: HttpRequest, ref: str) -> HttpResponse:
    """End it before it is finished."""
    project = site(request, ref, policies.INTERRUPT)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.cancel(project, reason=told["reason"], by=request.user, at=at)
        return _("The site is cancelled.")

    return act(request, project, forms.ReasonForm(request.POST if request.method == "POST" else None, project=project), CANCEL, verb)


@allowed(policies.INTERRUPT)
@once
def reopenings(request: HttpRequest, ref: str) -> HttpResponse:
    """One step back, with a reason (decision 17)."""
    project = site(request, ref, policies.INTERRUPT)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.reopen(project, reason=told["reason"], by=request.user, at=at)
        return _("The site stands at “%(stage)s” again.") % {"stage": Stage(project.stage).label}

    return act(request, project, forms.ReasonForm(request.POST if request.method == "POST" else None, project=project), REOPEN, verb)
