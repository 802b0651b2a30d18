"""Messages to a customer, ready to copy: the house's words from a data file, a store's own from the database, filled from the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from core import data
from core.money import yuan
from leads.choices import Stage, Title
from leads.choices_appointments import AppointmentKind, AppointmentState
from leads.models import Appointment, Lead
from leads.naming import surname

FILE = Path(__file__).resolve().parent / "data" / "texts.yaml"
WORD = re.compile(r"\{([^{}]*)\}")
SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]?")
WORDS = (
    "称呼", "小区", "门店", "门店地址", "门店电话", "本人", "设计师", "设计师电话", "客户经理", "客户经理电话", "预约时间", "预约地点", "事项",
    "接待人", "接送", "下次见面", "定金金额",
)  # fmt: skip
WEEKDAYS = "一二三四五六日"
FOR_WHAT = {"measuring": "上门量房", "meeting": "见面沟通", "store": "到店", "visit": "看样板间", "other": ""}
PICK_UP = "我们派车接送，请把上车地点告诉我。"


@dataclass(frozen=True)
class Text:
    """One message: at which stages of an enquiry, and in which states and kinds of an appointment, it is offered."""

    code: str
    title: str
    title_en: str
    body: str
    stages: tuple[str, ...] = ()
    appointment: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    moved: bool = False

    @property
    def says(self) -> str:
        return self.title_en if (get_language() or "").startswith("en") else self.title


@dataclass(frozen=True)
class Ready:
    """A message filled and ready to copy."""

    code: str
    title: str
    body: str


@cache
def texts() -> dict[str, Text]:
    """The house's messages by code, in the order of the file."""
    return read(FILE)


def read(path: Path) -> dict[str, Text]:
    """The messages of a file; an unknown placeholder, stage, state or kind is an error that names its row."""
    found: dict[str, Text] = {}
    for row in data.load(path, Text, key="texts"):
        if row.code in found:
            raise data.BadData(f"{path.name}: {row.code} stands twice")
        if wrong := unknown(row.body):
            raise data.BadData(f"{path.name}: {row.code} has the unknown word {wrong[0]}")
        for given, known in ((row.stages, Stage.values), (row.appointment, AppointmentState.values), (row.kinds, AppointmentKind.values)):
            if strange := set(given) - set(known):
                raise data.BadData(f"{path.name}: {row.code} is offered at the unknown {', '.join(sorted(strange))}")
        found[row.code] = row
    return found


def unknown(body: str) -> list[str]:
    """The words in braces that nothing fills."""
    return [word for word in WORD.findall(body) if word not in WORDS]


def fill(body: str, values: Mapping[str, str]) -> str:
    """The message with its words filled; a sentence with a word that has no value is left out, braces never remain."""
    kept = []
    for sentence in SENTENCE.findall(body):
        if all(values.get(word) for word in WORD.findall(sentence) if word != "接送"):
            kept.append(WORD.sub(lambda found: values.get(found[1], ""), sentence))
    return "".join(kept).strip()


def of_file(lead: Lead, own: Mapping[str, str], *, user: Any, deposit: Any = None, meeting: Any = None) -> list[Ready]:
    """What may be sent at the stage at which the enquiry stands."""
    values = words_of(lead, user=user, deposit=deposit, meeting=meeting)
    return _ready((text for text in texts().values() if lead.stage in text.stages), own, values)


def of_appointment(row: Appointment, own: Mapping[str, str], *, user: Any) -> list[Ready]:
    """What may be sent about an appointment, by its state and kind."""
    if row.lead is None:
        return []
    values = words_of(row.lead, user=user, meeting=row) | appointment_words(row)
    chosen = (
        text
        for text in texts().values()
        if row.state in text.appointment and (not text.kinds or row.kind in text.kinds) and (not text.moved or row.moved_from_id is not None)
    )
    return _ready(chosen, own, values)


def _ready(chosen: Iterable[Text], own: Mapping[str, str], values: Mapping[str, str]) -> list[Ready]:
    made = [Ready(text.code, text.says, fill(own.get(text.code) or text.body, values)) for text in chosen]
    return [ready for ready in made if ready.body]


def words_of(lead: Lead, *, user: Any, deposit: Any = None, meeting: Any = None) -> dict[str, str]:
    """The words of an enquiry; what is not known stays empty."""
    designer, manager = lead.designer, lead.customer_manager
    return {
        "称呼": address(lead.customer),
        "小区": str(lead.home.estate or ""),
        "门店": lead.store.name,
        "门店地址": lead.store.address,
        "门店电话": lead.store.phone,
        "本人": user.full_name,
        "设计师": designer.full_name if designer else "",
        "设计师电话": designer.mobile if designer else "",
        "客户经理": manager.full_name if manager else "",
        "客户经理电话": manager.mobile if manager else "",
        "下次见面": moment(meeting.start_at) if meeting is not None else "",
        "定金金额": f"{yuan(deposit.amount):,.2f}" if deposit is not None else "",
    }


def appointment_words(row: Appointment) -> dict[str, str]:
    return {
        "预约时间": moment(row.start_at),
        "预约地点": row.place,
        "事项": FOR_WHAT[row.kind] or row.note,
        "接待人": row.person.full_name,
        "接送": PICK_UP if row.pick_up else "",
    }


def address(customer: Any) -> str:
    """陈女士; without a form of address the whole name."""
    title = {Title.MR: "先生", Title.MS: "女士"}.get(customer.title, "")
    return f"{surname(customer.name)}{title}" if title else customer.name


def moment(value: datetime) -> str:
    """11 月 25 日（周三）14:00"""
    local = timezone.localtime(value)
    return f"{local.month} 月 {local.day} 日（周{WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def example() -> dict[str, str]:
    """Words for a preview of a wording that is being edited; nobody of the files."""
    return {
        "称呼": "陈女士", "小区": "澄湖里", "门店": "城西店", "门店地址": "文二西路 18 号", "门店电话": "0571-88880000", "本人": "沈亦安",
        "设计师": "林晓舟", "设计师电话": "138 0000 0000", "客户经理": "沈亦安", "客户经理电话": "138 0000 0001", "预约时间": "11 月 25 日（周三）14:00",
        "预约地点": "澄湖里 3-2-1102", "事项": "上门量房", "接待人": "林晓舟", "接送": PICK_UP, "下次见面": "11 月 25 日（周三）14:00", "定金金额": "10,000.00",
    }  # fmt: skip
