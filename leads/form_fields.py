"""Fields that several forms of enquiries share."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms

DRAWN_FILES = "application/pdf,image/jpeg,image/png,image/webp,image/heic,image/heif,.dwg"
SHOWN_FILES = "application/pdf,image/jpeg,image/png,image/webp,image/heic,image/heif"


_TEN_THOUSANDS = re.compile(r"(\d+(?:\.\d+)?)万")


class Yuan(forms.DecimalField):
    """An amount as people write it: 180000, 180,000, ¥180000, 180000 元, 18 万."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = re.sub(r"[\s,¥]", "", unicodedata.normalize("NFKC", value)).removesuffix("元")
            if found := _TEN_THOUSANDS.fullmatch(value):
                value = format((Decimal(found[1]) * 10_000).normalize(), "f")
        return super().to_python(value)


class ManyInput(forms.FileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Several files under one name."""

    def __init__(self, *, accept: str, **kwargs: Any) -> None:
        super().__init__(widget=ManyInput(attrs={"accept": accept, "multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        listed = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not listed:
            return [] if not self.required else super().clean(None, initial)
        return [super(Files, self).clean(each, initial) for each in listed]
