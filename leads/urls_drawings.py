"""Addresses of drawings and of measuring for free; part of `leads.urls`."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from leads.choices import DrawingKind
from leads.views import drawings


class Kind:
    """One of the kinds of drawing."""

    regex = "|".join(DrawingKind.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Kind, "drawing")
_D = "<lead:ref>/drawings/"


def patterns() -> list[URLPattern]:
    """Built when `leads.urls` has registered its converters."""
    return [
        path(_D, drawings.drawing_list, name="drawings"),
        path(_D + "<drawing:kind>/versions/", drawings.drawing_new, name="drawing-new"),
        path(_D + "<drawing:kind>/<nth:version>/confirmations/", drawings.drawing_confirmations, name="drawing-confirmations"),
        path(_D + "<drawing:kind>/<nth:version>/reviews/", drawings.drawing_reviews, name="drawing-reviews"),
        path("<lead:ref>/measure-notes/", drawings.measure_notes, name="measure-notes"),
    ]
