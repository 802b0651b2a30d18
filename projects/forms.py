"""Shapes of what is typed about a site; nothing here saves or decides.  Claimed times have their bounds here (decision 33)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import phones
from core.form_fields import TailField, day, moment
from projects import content, terms
from projects.choices import ChangeReason, KeyTerm, Method, MoneyKind, Role, Stage, StockState
from projects.models import ContractStock
from staff import posts
from staff.models import User

MOST = Decimal("9999999.99")
BACK = timedelta(hours=72)


def words(label: Any, *, rows: int = 3, most: int = 1000, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows}), **more)


def line(label: Any, *, most: int = 60, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, **more)


def money(label: Any, *, required: bool = True, least: Decimal = Decimal("0.01")) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=least, max_value=MOST, decimal_places=2, max_digits=12, required=required, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )


class SiteForm(forms.Form):
    """A form about one site."""

    def __init__(self, *args: Any, project: Any = None, user: Any = None, now: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project, self.user, self.now = project, user, now or timezone.now()

    @property
    def today(self) -> date:
        return timezone.localtime(self.now).date()

    def not_in_the_future(self, value: date | None, *, back: int = 3) -> date | None:
        """A claimed day: not after today, not older than three days (decision 33)."""
        if value is None:
            return None
        if value > self.today:
            raise forms.ValidationError(_now("This day lies in the future."))
        if value < self.today - timedelta(days=back):
            raise forms.ValidationError(_now("This day lies more than %(days)s days back."), params={"days": back})
        return value


class PersonChoice(forms.ModelChoiceField):
    """People of a post at a store, with how many sites they have in hand."""

    def __init__(self, label: Any, *, required: bool = True) -> None:
        super().__init__(User.objects.none(), label=label, required=required, empty_label=_("Please choose"))
        self.in_hand: Mapping[int, int] = {}

    def label_from_instance(self, person: User) -> str:
        count = self.in_hand.get(person.pk, 0)
        return _now("%(name)s · %(count)s sites in hand") % {"name": person, "count": count} if count else str(person)


def people_of(codes: Iterable[str], store: Any) -> Any:
    rows = User.objects.filter(left_on__isnull=True, holdings__post__in=codes, holdings__store=store, holdings__until__isnull=True)
    return rows.distinct().order_by("pinyin", "pk")


def company_signers(store: Any) -> Any:
    """Who may sign a contract for the company (LR-38)."""
    return people_of((posts.STORE_MANAGER, posts.CUSTOMER_MANAGER, posts.GENERAL_MANAGER), store)


class StockForm(forms.Form):
    serials = words(_("Serial numbers, one a line"), rows=6, most=4000)

    def clean_serials(self) -> list[str]:
        found = [part.strip() for part in self.cleaned_data["serials"].split() if part.strip()]
        if len(found) > 200:
            raise forms.ValidationError(_now("At most 200 at a time."))
        if any(len(serial) > 32 for serial in found):
            raise forms.ValidationError(_now("A serial number has at most 32 characters."))
        return found


class StockReturnForm(forms.Form):
    state = forms.ChoiceField(label=_("What became of it"), choices=[(s.value, s.label) for s in (StockState.VOID, StockState.LOST)], widget=forms.RadioSelect)
    reason = words(_("Reason"), rows=2, most=300)


class ContractForm(forms.Form):
    """The facts of a contract; the percentages of the payment table may be edited."""

    blank = forms.ModelChoiceField(ContractStock.objects.none(), label=_("Numbered blank contract"), empty_label=_("Please choose"))
    starts_on = day(_("Works start"))
    due_on = day(_("Works end"))
    plan = forms.ChoiceField(label=_("Payment plan"), choices=())
    percents = line(_("Percentages"), required=False, help_text=_("only to change those of the plan, for example 30 30 30 10"))
    signer = line(_("Who signs for the customer"))
    signer_phone = line(_("Telephone number of the signer"), most=20, required=False)
    company_signer = PersonChoice(_("Who signs for the company"))

    def __init__(self, *args: Any, store: Any, today: date, customer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.customer = today, customer
        self.fields["blank"].queryset = ContractStock.objects.filter(store=store, state=StockState.TAKEN).order_by("serial")  # type: ignore[attr-defined]
        self.fields["plan"].choices = [(plan.code, plan.name) for plan in terms.payment_plans().values()]  # type: ignore[attr-defined]
        self.fields["company_signer"].queryset = company_signers(store)  # type: ignore[attr-defined]

    def clean_signer_phone(self) -> str:
        """Empty stands for the customer's own number, which no page shows in full (LR-43)."""
        typed = self.cleaned_data["signer_phone"]
        found = phones.normal(typed)
        if typed and found is None:
            raise forms.ValidationError(_now("This is no Chinese telephone number."))
        signer = self.cleaned_data.get("signer")  # declared before; without it nothing can be said
        if found is None and signer and not content.number_of_signer(self.customer, signer, ""):
            raise forms.ValidationError(_now("The signer's telephone number is missing."))
        return found or ""

    def clean_percents(self) -> list[Decimal]:
        text = self.cleaned_data["percents"].replace("/", " ").replace(",", " ").replace("，", " ").replace("%", " ")
        try:
            found = [Decimal(part).quantize(Decimal("0.01")) for part in text.split()]
        except ArithmeticError as error:
            raise forms.ValidationError(_now("Give numbers only.")) from error
        if any(part.is_nan() for part in found):  # “nan” is a Decimal, too
            raise forms.ValidationError(_now("Give numbers only."))
        if found and (len(found) > 9 or not all(0 < part <= 100 for part in found) or sum(found) != 100):
            raise forms.ValidationError(_now("The percentages of the payment table must total 100."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("due_on")
        if first and first < self.today:
            self.add_error("starts_on", _now("The works start today at the earliest."))
        if first and last and last <= first:
            self.add_error("due_on", _now("The works end after they start."))
        if first and last and (last - first).days > 730:
            self.add_error("due_on", _now("The works take two years at most."))
        plan = terms.payment_plans().get(data.get("plan", ""))
        if plan and data.get("percents") and len(data["percents"]) != len(plan.nodes):
            self.add_error("percents", _now("This plan has %(count)s instalments.") % {"count": len(plan.nodes)})
        return data


class KeyTermsForm(forms.Form):
    """The key terms, each confirmed on its own (LR-20), and the agreement on signing electronically (LR-38)."""

    signs_electronically = forms.BooleanField(
        label=_("The customer agrees to sign this contract and the papers of its performance by hand on the company's device."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in KeyTerm.choices:
            self.fields[f"term_{code}"] = forms.BooleanField(label=label, required=False)

    @property
    def confirmed(self) -> list[str]:
        return [code for code in KeyTerm.values if self.cleaned_data.get(f"term_{code}")]


class HandInForm(SiteForm):
    """Completeness before handing in: each ticked by the person who looked (G6)."""

    signatures = forms.BooleanField(label=_("Both sides have signed every place."), required=False)
    quotation = forms.BooleanField(label=_("The quotation is annexed."), required=False)
    drawings = forms.BooleanField(label=_("The drawings are annexed."), required=False)
    payment_table = forms.BooleanField(label=_("The payment table is annexed."), required=False)
    warranty_table = forms.BooleanField(label=_("The warranty table is annexed."), required=False)


class EmptyForm(SiteForm):
    """Only a button."""


class StaffForm(SiteForm):
    project_manager = PersonChoice(Role.PROJECT_MANAGER.label)
    supervisor = PersonChoice(Role.SUPERVISOR.label)
    inspector = PersonChoice(Role.INSPECTOR.label)
    foreman = PersonChoice(Role.FOREMAN.label)

    def __init__(self, *args: Any, in_hand: Mapping[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = {
            "project_manager": posts.PROJECT_MANAGER, "supervisor": posts.SITE_SUPERVISOR, "inspector": posts.QUALITY_INSPECTOR, "foreman": posts.FOREMAN,
        }  # fmt: skip
        for name, code in codes.items():
            field: Any = self.fields[name]
            field.queryset, field.in_hand = people_of((code,), self.project.store_id), in_hand
            self.initial.setdefault(name, getattr(self.project, f"{name}_id"))


class ReviewForm(SiteForm):
    drawing_doubts = words(_("Doubts in the drawings"), required=False)
    budget_doubts = words(_("Doubts in the budget"), required=False)
    proposals = words(_("Proposals for correction"), required=False)
    clean_now = forms.BooleanField(label=_("I have read drawings and budget against the home and have no doubt left."), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        doubts = data.get("drawing_doubts", "").strip() or data.get("budget_doubts", "").strip()
        if not doubts and not data.get("clean_now"):
            raise forms.ValidationError(_now("Write the doubt, or tick that there is none."))
        if doubts and data.get("clean_now"):
            raise forms.ValidationError(_now("There is a doubt; do not tick that there is none."))
        return data


class PermitForm(SiteForm):
    """The renovation application (A01)."""

    works = words(_("Works applied for"), rows=4, most=400)
    from_on = day(_("First day"))
    until_on = day(_("Last day"))
    workers = forms.IntegerField(label=_("Workers"), min_value=1, max_value=60)
    waterproof = forms.BooleanField(label=_("Waterproofing of kitchen or bathroom is altered"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("from_on") and data.get("until_on") and not 0 < (data["until_on"] - data["from_on"]).days <= 400:
            self.add_error("until_on", _now("The permit ends after it starts, at most 400 days later."))
        return data


class PermitApprovalForm(SiteForm):
    """The property office's own permit (A02): number, period, scan."""

    number = line(_("Number of the permit"), most=40)
    approved_on = day(_("Issued on"))
    valid_from = day(_("Valid from"))
    valid_until = day(_("Valid until"))
    agreement_signed = forms.BooleanField(label=_("The management agreement has been signed"), required=False)
    deposit = money(_("Renovation deposit"), required=False, least=Decimal(0))
    rubbish_fee = money(_("Rubbish fee"), required=False, least=Decimal(0))
    scan = forms.FileField(label=_("Photo or scan of the permit"))

    def clean_approved_on(self) -> date | None:
        return self.not_in_the_future(self.cleaned_data["approved_on"], back=60)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("valid_from") and data.get("valid_until") and not 0 < (data["valid_until"] - data["valid_from"]).days <= 400:
            self.add_error("valid_until", _now("The permit ends after it starts, at most 400 days later."))
        return data


class ReasonForm(SiteForm):
    reason = words(_("Reason"), rows=2, most=300)


class PassForm(SiteForm):
    worker = line(_("Worker"), most=40)
    trade = line(_("Trade"), most=40, required=False)
    id_number = line(_("ID number"), most=20, help_text=_("not kept: only a masked form and a keyed check value"))
    number = line(_("Number of the pass"), most=40, required=False)
    valid_until = day(_("Valid until"), required=False, help_text=_("empty: as long as the permit"))


class PassReturnForm(SiteForm):
    passes: Any = forms.ModelMultipleChoiceField(None, label=_("Passes given back"), widget=forms.CheckboxSelectMultiple)
    returned_on = day(_("Given back on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passes"].queryset = self.project.passes.filter(returned_on__isnull=True, replaced_by__isnull=True).order_by("id")  # type: ignore[attr-defined]

    def clean_returned_on(self) -> date | None:
        return self.not_in_the_future(self.cleaned_data["returned_on"], back=30)


class DisclosureForm(SiteForm):
    """The points of a technical disclosure, ticked as they are gone through on site, with a note for this home."""

    held_at = moment(_("Held at"))
    crew_leader = line(_("Crew leader who attended"), most=40, required=False)
    extra = words(_("What else was disclosed for this home"), required=False)
    problems = words(_("Problems raised and how they were solved"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for i, point in enumerate(terms.disclosure_points()):
            self.fields[f"point_{i}"] = forms.BooleanField(label=point.trade, help_text=point.point, required=False)
            self.fields[f"note_{i}"] = line(_("Note for this home"), most=120, required=False)

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"point_{i}"], self[f"note_{i}"]) for i in range(len(terms.disclosure_points()))]

    @property
    def ticked(self) -> list[tuple[str, str, str]]:
        found = [
            (point.trade, point.point, self.cleaned_data[f"note_{i}"].strip())
            for i, point in enumerate(terms.disclosure_points())
            if self.cleaned_data[f"point_{i}"]
        ]  # fmt: skip
        extra = self.cleaned_data["extra"].strip()
        return [*found, ("其他", extra, "")] if extra else found

    def clean(self) -> dict[str, Any]:
        """A note is not lost because its point was not ticked."""
        data = super().clean() or {}
        for i in range(len(terms.disclosure_points())):
            if (data.get(f"note_{i}") or "").strip() and not data.get(f"point_{i}"):
                self.add_error(f"note_{i}", _now("Tick the point that this note belongs to, or take the note out."))
        return data

    def clean_held_at(self) -> datetime:
        held: datetime = self.cleaned_data["held_at"]
        if held > self.now + timedelta(minutes=2):
            raise forms.ValidationError(_now("This moment lies in the future."))
        if held < self.now - BACK:
            raise forms.ValidationError(_now("This moment lies more than 72 hours back."))
        return held


class ArrivalForm(SiteForm):
    crew = line(_("Which crew"), most=100)
    workers = forms.IntegerField(label=_("Workers on site"), min_value=1, max_value=60)
    cleared = forms.BooleanField(label=_("The site is cleared"), required=False)
    note = words(_("Remark"), rows=2, most=300, required=False)


class AdvanceForm(SiteForm):
    to = forms.ChoiceField(choices=[(s.value, s.label) for s in Stage], widget=forms.HiddenInput)


class WaiverForm(SiteForm):
    gate = forms.ChoiceField(choices=[("G7", "G7"), ("G10", "G10")], widget=forms.HiddenInput)
    reason = words(_("Reason"), rows=2, most=300)


class ChangeRequestForm(SiteForm):
    """What the customer wants, with the customer's own evidence first (P24)."""

    evidence = forms.FileField(
        label=_("The customer's evidence"),
        help_text=_("photo or scan of the note, sketch or message in which the customer asks for it, or the voice message"),
    )
    reason = forms.ChoiceField(label=_("Why"), choices=[("", _("Please choose")), *ChangeReason.choices])
    wish = words(_("The customer's wish"), rows=4)


class AnswerForm(SiteForm):
    answer = words(_("What it means for design and drawings"), rows=3)


class ChangePriceForm(SiteForm):
    """Lines from the contract's own price list; a negative quantity takes something out."""

    days = forms.IntegerField(label=_("Days more or less"), min_value=-60, max_value=180, initial=0)

    def __init__(self, *args: Any, count: int, items: Any, rooms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count, self.items, self.rooms = count, {item.pk: item for item in items}, {room.pk: room for room in rooms}
        groups: dict[str, list[tuple[int, str]]] = {}
        for item in items:
            groups.setdefault(str(item.get_trade_display()), []).append((item.pk, f"{item.code} {item.name} · ¥{item.price:,.2f}/{item.unit}"))
        chosen = [("", _("Please choose")), *groups.items()]
        places = [("", _("Whole home")), *((room.pk, room.name) for room in rooms)]
        for i in range(count):
            self.fields[f"item_{i}"] = forms.TypedChoiceField(label=_("Item"), choices=chosen, coerce=int, empty_value=None, required=False)
            self.fields[f"room_{i}"] = forms.TypedChoiceField(label=_("Room"), choices=places, coerce=int, empty_value=None, required=False)
            self.fields[f"quantity_{i}"] = forms.DecimalField(
                label=_("Quantity"), min_value=Decimal(-99999), max_value=Decimal(99999), decimal_places=2, max_digits=8, required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip
            self.fields[f"note_{i}"] = line(_("Remark"), most=120, required=False)

    @property
    def table(self) -> list[dict[str, Any]]:
        return [{name: self[f"{name}_{i}"] for name in ("item", "room", "quantity", "note")} for i in range(self.count)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for i in range(self.count):
            item, quantity = data.get(f"item_{i}"), data.get(f"quantity_{i}")
            if item and not quantity and f"quantity_{i}" not in self.errors:
                self.add_error(f"quantity_{i}", _now("How much? Use a minus for a deduction."))
            if quantity and not item:
                self.add_error(f"item_{i}", _now("Which item?"))
        return data

    @property
    def lines(self) -> list[tuple[Any, Decimal, Any, str]]:
        data = self.cleaned_data
        return [
            (self.items[data[f"item_{i}"]], data[f"quantity_{i}"], self.rooms.get(data[f"room_{i}"]), data[f"note_{i}"])
            for i in range(self.count)
            if data.get(f"item_{i}")
        ]


class PaymentForm(SiteForm):
    """A payment on the open instalments; a rest is kept as credit when that is said."""

    amount = money(_("Amount"))
    method = forms.ChoiceField(label=_("How"), choices=Method.choices, widget=forms.RadioSelect, initial=Method.TRANSFER)
    payer = line(_("Payer"))
    payer_account = TailField(label=_("Account of the payer, last four digits"))
    received_on = day(_("Received on"))
    slip = forms.FileField(
        label=_("Photo of the transfer slip"), required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"})
    )
    keep_rest = forms.BooleanField(label=_("Keep what is more than open today as the customer's credit"), required=False)
    again = forms.BooleanField(label=_("Yes, it is a second payment of the same amount"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open = account.open_now
        self.asks_again = False
        for row in self.open:
            self.fields[f"part_{row.seq}"] = money(row.name, required=False, least=Decimal(0))

    @property
    def parts(self) -> list[Any]:
        return [self[f"part_{row.seq}"] for row in self.open]

    def clean_received_on(self) -> date | None:
        return self.not_in_the_future(self.cleaned_data["received_on"])

    def clean(self) -> dict[str, Any]:
        """The same amount on the same day is asked about once: taken twice by mistake, or paid twice."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        amount, on = told.get("amount"), told.get("received_on")
        if amount and on and told.get("key"):
            same = self.project.payments.filter(kind=MoneyKind.IN, amount=amount, received_on=on, reversal__isnull=True).exclude(key=told["key"])
            if (before := same.select_related("receipt", "by").order_by("-id").first()) is not None:
                self.asks_again = True
                if not told.get("again"):
                    says = _now("The same amount was already received on that day: receipt {ref}, taken by {who}. If this is another payment, tick it.")
                    self.add_error("again", says.format(ref=before.receipt.ref, who=before.by))
        return told

    @property
    def allocations(self) -> dict[int, Decimal] | None:
        """As divided by hand; None = in the order of the table."""
        found = {row.seq: self.cleaned_data[f"part_{row.seq}"] for row in self.open if self.cleaned_data.get(f"part_{row.seq}")}
        return found or None

    @property
    def credit(self) -> Decimal:
        """The rest, if it is to be kept."""
        if not self.cleaned_data["keep_rest"]:
            return Decimal(0)
        if self.allocations is not None:
            return max(self.cleaned_data["amount"] - sum(self.allocations.values()), Decimal(0))
        return max(self.cleaned_data["amount"] - sum((row.rest for row in self.open), Decimal(0)), Decimal(0))


class ReminderForm(SiteForm):
    seq = forms.IntegerField(min_value=1, max_value=20, widget=forms.HiddenInput)


class SettlementForm(SiteForm):
    kind = forms.ChoiceField(choices=[("midterm", "midterm"), ("final", "final")], widget=forms.HiddenInput)


