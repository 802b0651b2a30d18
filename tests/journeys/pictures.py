"""Photos and scans as a phone takes them, made here."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw


def photo(name: str = "site.jpg", *, colour: str = "#8a8f94") -> Any:
    """A picture file for a file field: a wall with a window and a line."""
    image = Image.new("RGB", (640, 480), colour)
    pen = ImageDraw.Draw(image)
    pen.rectangle((60, 60, 260, 300), fill="#d9d4c7", outline="#3a3f45", width=6)
    pen.line((0, 420, 640, 380), fill="#3a3f45", width=8)
    pen.ellipse((430, 120, 560, 250), fill="#b5651d")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}
