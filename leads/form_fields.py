"""Fields that several forms of enquiries share."""

from __future__ import annotations

from typing import Any

from django import forms

DRAWN_FILES = "application/pdf,image/jpeg,image/png,image/webp,image/heic,image/heif,.dwg"
SHOWN_FILES = "application/pdf,image/jpeg,image/png,image/webp,image/heic,image/heif"


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
