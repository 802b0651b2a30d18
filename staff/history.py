"""What happened to a person, a store or the company, in words (the kinds that the verbs of this app record)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.choices import CHOICES
from staff.posts import listed, title_of

SENTENCES = {
    "staff.company_set_up": gettext_lazy("Company set up"),
    "staff.profile_changed": gettext_lazy("Company profile changed"),
    "staff.choices_changed": gettext_lazy("The company has chosen"),
    "staff.store_opened": gettext_lazy("Store opened"),
    "staff.store_changed": gettext_lazy("Store's particulars changed"),
    "staff.hired": gettext_lazy("Hired"),
    "staff.person_changed": gettext_lazy("Particulars changed"),
    "staff.post_given": gettext_lazy("Post given"),
    "staff.post_ended": gettext_lazy("Post ended"),
    "staff.left": gettext_lazy("Left the company"),
    "staff.password_changed": gettext_lazy("Password changed"),
    "staff.password_reset": gettext_lazy("First password given"),
    "staff.signed_out_everywhere": gettext_lazy("Signed out everywhere"),
    "staff.session_ended": gettext_lazy("One browser signed out"),
    "staff.other_sessions_ended": gettext_lazy("Other browsers signed out"),
    "staff.mobile_shown": gettext_lazy("Mobile number shown"),
    "staff.second_factor_on": gettext_lazy("Second step switched on"),
    "staff.second_factor_off": gettext_lazy("Second step switched off"),
    "staff.recovery_codes_made": gettext_lazy("New recovery codes made"),
    "leads.feed_opened": gettext_lazy("Calendar address made"),
    "leads.feed_closed": gettext_lazy("Calendar address switched off"),
    "core.attachment_kept": gettext_lazy("File kept"),
}

FIELDS = {
    "full_name": gettext_lazy("Name"), "mobile": gettext_lazy("Mobile"), "superior": gettext_lazy("Reports to"),
    "name": gettext_lazy("Name"), "city": gettext_lazy("City"), "address": gettext_lazy("Address"), "phone": gettext_lazy("Phone"),
}  # fmt: skip


def title(kind: str) -> str:
    return str(SENTENCES.get(kind, kind))


def details(kind: str, facts: dict[str, Any], stores: dict[str, str]) -> str:
    """The facts of an entry in one line; stores: their names by code."""
    place = stores.get(facts.get("store", ""), facts.get("store", ""))
    match kind:
        case "staff.hired":
            named = listed(title_of(code) for code in facts["posts"])
            return f"{named} · {place} · {facts['hired_on']}"
        case "staff.post_given":
            return " · ".join([title_of(facts["post"]), place, _("since %(day)s") % {"day": facts["since"]}])
        case "staff.post_ended":
            return " · ".join([title_of(facts["post"]), place, _("until %(day)s") % {"day": facts["on"]}])
        case "staff.left":
            return " · ".join(filter(None, [facts["on"], facts["reason"]]))
        case "staff.person_changed" | "staff.store_changed" | "staff.profile_changed":
            return "; ".join(
                f"{FIELDS.get(name, name)}: {before or '–'} → {after or '–'}"
                for name, (before, after) in facts["changed"].items()
            )
        case "staff.choices_changed":
            says = {code: str(CHOICES[code].says) if code in CHOICES else code for code in facts["changed"]}
            return "; ".join(f"{says[code]}: {before} → {after}" for code, (before, after) in facts["changed"].items())
        case "staff.signed_out_everywhere" | "staff.other_sessions_ended":
            number = facts["number"]
            return ngettext("%(number)s browser", "%(number)s browsers", number) % {"number": number}
    return ""
