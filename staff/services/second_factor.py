"""The optional second factor: a code from an authenticator app, and recovery codes for the day the phone is lost."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit
from core.refusals import Refused
from staff.models import User
from staff.services import rules

RECOVERY_CODES = 10


def pending_device(person: User) -> TOTPDevice:
    """The secret that is being enrolled; the same one until it is confirmed, so a reload shows the same QR."""
    device, _made = TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": "totp"})
    return device


def has_second_factor(person: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=person, confirmed=True).exists())


def check_code(person: User, code: str) -> bool:
    """Whether a code of the app, or an unused recovery code, is right now; both are throttled and good once."""
    code = code.replace(" ", "").strip().lower()
    model = TOTPDevice if code.isdigit() else StaticDevice
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user=person, confirmed=True).first()
        if device is None or not device.verify_is_allowed()[0]:
            return False
        return bool(device.verify_token(code))


@transaction.atomic
def enrol_second_factor(person: User, *, code: str, at: datetime) -> list[str]:
    """Confirm the secret with its first code; from now on the code is asked at every sign-in.  Returns the recovery codes."""
    person = rules.locked(person)
    if has_second_factor(person):
        raise Refused(_("The second step is on already."))
    device = pending_device(person)
    if not device.verify_token(code.replace(" ", "")):
        raise Refused(_("This code is not right. Take the newest one from the app, and check the clock of the phone."))
    device.confirmed = True
    device.save()
    codes = _fresh_codes(person)
    audit.record(person.dossier, "staff.second_factor_on", by=person, at=at)
    return codes


@transaction.atomic
def new_recovery_codes(person: User, *, at: datetime) -> list[str]:
    """Ten new recovery codes; the old ones are worthless."""
    person = rules.locked(person)
    if not has_second_factor(person):
        raise Refused(_("The second step is off."))
    codes = _fresh_codes(person)
    audit.record(person.dossier, "staff.recovery_codes_made", by=person, at=at)
    return codes


@transaction.atomic
def drop_second_factor(person: User, *, at: datetime) -> None:
    """Sign in with the password alone again."""
    person = rules.locked(person)
    if not has_second_factor(person):
        raise Refused(_("The second step is off."))
    forget_devices(person)
    audit.record(person.dossier, "staff.second_factor_off", by=person, at=at)


def recovery_codes_left(person: User) -> int:
    return int(StaticToken.objects.filter(device__user=person).count())


def forget_devices(person: User) -> None:
    """Delete the secrets, inside the verb that makes it necessary."""
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()


def _fresh_codes(person: User) -> list[str]:
    StaticDevice.objects.filter(user=person).delete()
    device = StaticDevice.objects.create(user=person, name="recovery", confirmed=True)
    letters = "abcdefghjkmnpqrstuvwxyz"  # never digits alone: that would be a code of the app
    codes = ["".join(secrets.choice(letters) for _ in range(8)) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes
