"""The wordings of a store's messages to customers, in versions."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.lists import address
from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from leads import policies, services, texts
from leads.forms_calendar import TextForm
from leads.models import TextVersion
from leads.services.wordings import own_words
from leads.views.show_homes import store_asked


@allowed(policies.EDIT_TEXTS, methods=("GET",))
def text_list(request: HttpRequest) -> HttpResponse:
    """Every message as it reads now, and whose words they are."""
    store, stores = store_asked(request, policies.EDIT_TEXTS)
    own = own_words(store)
    rows = [
        {"code": text.code, "title": text.says, "own": text.code in own, "body": texts.fill(own.get(text.code) or text.body, texts.example())}
        for text in texts.texts().values()
    ]
    chosen = [{"says": s.name, "url": address(request, store=s.code), "active": s.pk == store.pk} for s in stores] if len(stores) > 1 else []
    return render(request, "leads/text_list.html", {"store": store, "rows": rows, "stores": chosen})


@allowed(policies.EDIT_TEXTS)
@once
def text(request: HttpRequest, code: str) -> HttpResponse:
    """Word one message; its versions stay to be read."""
    known = texts.texts().get(code)
    if known is None:
        raise Http404
    store, _stores = store_asked(request, policies.EDIT_TEXTS)
    versions = list(TextVersion.objects.filter(store=store, code=code).select_related("by")[:20])
    now = versions[0].body if versions and versions[0].body else known.body
    form = TextForm(request.POST if request.method == "POST" else None, initial={"body": now})
    if form.is_valid():
        body = form.cleaned_data["body"]
        with refusals_on(form):
            services.word_text(store, code, body="" if body.strip() == known.body else body, by=request.user, at=timezone.now())
            messages.success(request, _("From now on the store writes it so."))
            return redirect(f"{reverse('leads:texts')}?store={store.code}")
    typed = form["body"].value() or known.body
    context = {
        "form": form, "store": store, "text": known, "versions": versions, "words": texts.WORDS, "shown": texts.fill(typed, texts.example()),
        "house": known.body,
    }  # fmt: skip
    return render(request, "leads/text_form.html", context, status=422 if form.is_bound else 200)
