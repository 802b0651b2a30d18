"""Forms about people, accounts and the company.  They check shape; the verbs check the rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import phones
from core.choices import CHOICES, Choice, values
from core.form_fields import DayField
from core.models import CompanyProfile
from staff.checks import STORE_CODE, USERNAME, as_username, is_uscc
from staff.models import Store, User
from staff.posts import departments, in_language, posts
from staff.selectors import HoldingLine


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class Day(DayField):
    """A day that is not to come."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(initial=timezone.localdate, **kwargs)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and day > timezone.localdate():
            raise ValidationError(_("This day is still to come. Record it on the day."))
        if day is not None and day.year < 1980:
            raise ValidationError(_("This day is too long ago."))
        return day


class MobileField(forms.CharField):
    """A Chinese mobile number, in its normal form."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
        super().__init__(label=_("Mobile"), max_length=30, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        number = phones.normal(text)
        if number is None or not phones.MOBILE.fullmatch(number):
            raise ValidationError(_("A mobile number has 11 digits and begins with 13 to 19."))
        return number


class PhoneField(forms.CharField):
    """Any Chinese telephone number as it stands on a shop sign; 400 numbers included."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        digits = [sign for sign in text if sign.isdigit()]
        if text and (not 7 <= len(digits) <= 16 or any(sign.isalpha() for sign in text)):
            raise ValidationError(_("This is no telephone number."))
        return str(text)


def post_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The posts under their departments."""
    return [
        (
            in_language(department),
            [(row.code, in_language(row)) for row in posts() if row.department == department.code],
        )
        for department in departments()
    ]


class SuperiorField(forms.ModelChoiceField):
    """A colleague who works here, by pinyin."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=User.objects.here().select_related("home_store").order_by("pinyin", "pk"),
            label=_("Reports to"), required=False, empty_label=_("nobody"), **kwargs,
        )  # fmt: skip

    def label_from_instance(self, person: User) -> str:  # type: ignore[override]
        return f"{person.full_name} · {person.home_store}"


class StoreField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        stores = Store.objects.filter(closed_on__isnull=True).order_by("pk")
        super().__init__(queryset=stores, label=_("Store"), empty_label=None, **kwargs)


class PostField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=lambda: [("", _("choose")), *post_choices()], **kwargs)


# --- people ---------------------------------------------------------------------------------------------------------


class NewPersonForm(forms.Form):
    full_name = forms.CharField(label=_("Name"), max_length=40)
    mobile = MobileField()
    store = StoreField()
    post = PostField(label=_("Post"))
    second_post = PostField(label=_("Second post"), required=False)
    hired_on = Day(label=_("Hired on"))
    superior = SuperiorField()
    username = forms.CharField(
        label=_("User name"), max_length=40, required=False, help_text=_("empty: the name in pinyin"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_username(self) -> str:
        name = as_username(self.cleaned_data["username"])
        if name and not USERNAME.fullmatch(name):
            raise ValidationError(_("A user name is 2 to 40 small letters, digits, dots or hyphens."))
        return name

    @property
    def posts(self) -> list[str]:
        return [code for code in (self.cleaned_data["post"], self.cleaned_data["second_post"]) if code]


class PersonForm(forms.Form):
    full_name = forms.CharField(label=_("Name"), max_length=40)
    mobile = MobileField(required=False)
    superior = SuperiorField()


class HoldPostForm(forms.Form):
    post = PostField(label=_("Post"))
    store = StoreField()
    since = Day(label=_("Held from"))


class EndPostForm(forms.Form):
    """Which of the person's posts ends, and its last day."""

    holding = forms.TypedChoiceField(label=_("Post"), coerce=int)
    on = Day(label=_("Last day"))

    def __init__(self, *args: Any, held: Iterable[HoldingLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(line.pk, f"{line.post} · {line.store}") for line in held if line.until is None]
        self.fields["holding"].choices = choices  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    on = Day(label=_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class PeopleFileForm(forms.Form):
    file = forms.FileField(
        label=_("Excel list"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}), help_text=_("up to 10 MB")
    )


# --- one's own account -------------------------------------------------------------------------------------------------


class SignInForm(AuthenticationForm):
    """User name and password; the one sentence for every failure says nothing about which was wrong."""

    error_messages = {
        "invalid_login": _(
            "This user name and password do not belong together. Small and capital letters matter in the password."
        ),
        "inactive": _(
            "This user name and password do not belong together. Small and capital letters matter in the password."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "spellcheck": "false"}
        self.fields["password"].label = _("Password")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("One-time code"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip


class PasswordForm(forms.Form):
    """The old password, and the new one twice."""

    old = forms.CharField(
        label=_("Present password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False, max_length=200
    )  # fmt: skip
    new = forms.CharField(
        label=_("New password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False,
        max_length=200, help_text=_("at least 8 characters, no common word"),
    )  # fmt: skip
    again = forms.CharField(
        label=_("New password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False, max_length=200
    )  # fmt: skip

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.person.check_password(old):
            raise ValidationError(_("This is not your present password."))
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.person)
        if new == self.cleaned_data.get("old"):
            raise ValidationError(_("This is the present password. Choose another."))
        return new

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "new" in data and data.get("again") != data["new"]:
            self.add_error("again", _("The two are not the same."))
        return data


class OwnPasswordForm(forms.Form):
    """One's password, before something that weakens the account."""

    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False, max_length=200
    )  # fmt: skip

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise ValidationError(_("This is not your present password."))
        return password


# --- company and stores --------------------------------------------------------------------------------------------------


class StoreForm(forms.Form):
    name = forms.CharField(label=_("Store name"), max_length=40)
    city = forms.CharField(label=_("City"), max_length=20, required=False)
    address = forms.CharField(label=_("Address"), max_length=160, required=False)
    phone = PhoneField(label=_("Phone"), max_length=20, required=False)


class NewStoreForm(StoreForm):
    code = forms.CharField(
        label=_("Store code"), max_length=6, help_text=_("stands in every paper's number, for good"),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    opened_on = Day(label=_("Opened on"))
    field_order = ("code", "name", "city", "address", "phone", "opened_on")

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip().upper()
        if not STORE_CODE.fullmatch(code):
            raise ValidationError(_("A store's code is two to six capital letters or digits and begins with a letter."))
        return code


class CompanyForm(forms.ModelForm):
    """The profile as papers show it."""

    name = forms.CharField(label=_("Registered name"), max_length=80)
    licence = forms.CharField(label=_("Business licence number"), max_length=60, required=False)
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=18, required=False)
    qualification = forms.CharField(label=_("Qualification"), max_length=80, required=False)
    representative = forms.CharField(label=_("Legal representative"), max_length=40, required=False)
    address = forms.CharField(label=_("Registered address"), max_length=160, required=False)
    hotline = PhoneField(label=_("Hotline"), max_length=30, required=False)
    bank_name = forms.CharField(label=_("Bank"), max_length=80, required=False)
    bank_account = forms.CharField(label=_("Account number"), max_length=40, required=False)
    picture = forms.FileField(
        label=_("New logo"), required=False, widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"})
    )

    class Meta:
        model = CompanyProfile
        fields = (
            "name", "licence", "uscc", "qualification", "representative", "address", "hotline", "bank_name", "bank_account",
        )  # fmt: skip

    def clean_uscc(self) -> str:
        code = str(self.cleaned_data["uscc"]).strip().upper()
        if code and code != self.initial.get("uscc") and not is_uscc(code):
            raise ValidationError(
                _("This is no unified social credit code: 18 signs, and the last one checks the others.")
            )
        return code

    def clean_bank_account(self) -> str:
        account = str(self.cleaned_data["bank_account"]).strip()
        if account and not account.replace(" ", "").replace("-", "").isdigit():
            raise ValidationError(_("An account number has only digits."))
        return account

    def particulars(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ChoicesForm(forms.Form):
    """Every choice that the handbook leaves to the company, by the part of the house that it concerns."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={code.replace(".", "__"): value for code, value in values().items()})
        for choice in CHOICES.values():
            self.fields[choice.code.replace(".", "__")] = self._field(choice)

    @staticmethod
    def _field(choice: Choice) -> forms.Field:
        if choice.options:
            options = [(str(value), says) for value, says in choice.options]
            return forms.TypedChoiceField(label=str(choice.says), choices=options, coerce=int, widget=forms.RadioSelect)
        hint = _("{least} to {most}").format(least=choice.least, most=choice.most)
        return forms.IntegerField(
            label=str(choice.says), min_value=choice.least, max_value=choice.most, help_text=hint, widget=forms.TextInput(attrs={"inputmode": "numeric"})
        )

    @property
    def rows(self) -> list[tuple[Any, Choice]]:
        return [(self[choice.code.replace(".", "__")], choice) for choice in CHOICES.values()]

    @property
    def chosen(self) -> dict[str, int]:
        return {choice.code: self.cleaned_data[choice.code.replace(".", "__")] for choice in CHOICES.values()}
