"""Pictures of sites that never were: walls, pipes, boxes and gauges, drawn so that a page of photos looks like one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter

SIZE = (640, 480)
PIPES = ((198, 62, 52), (64, 108, 176), (70, 150, 98), (214, 214, 210))


def photo(seed: str) -> SimpleUploadedFile:
    """A JPEG; the same seed gives the same picture."""
    dice = Random(f"photo:{seed}")
    picture = _wall(dice)
    dice.choice((_pipes, _boxes, _tiles, _window))(ImageDraw.Draw(picture), dice)
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(0.8)).save(out, "JPEG", quality=72)
    return SimpleUploadedFile(f"{seed}.jpg", out.getvalue(), "image/jpeg")


def sketch(seed: str) -> SimpleUploadedFile:
    """A note written by hand: what a customer wishes to change."""
    dice = Random(f"sketch:{seed}")
    picture = Image.new("RGB", SIZE, (248, 246, 238))
    pen = ImageDraw.Draw(picture)
    for line in range(9):
        y, x = 48 + line * 44, 48.0
        while x < dice.randint(360, 590):
            pen.line([(x, y + dice.randint(-9, 9)), (x + dice.randint(6, 18), y + dice.randint(-12, 12))], fill=(40, 48, 92), width=3)
            x += dice.randint(12, 24)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=72)
    return SimpleUploadedFile(f"{seed}.jpg", out.getvalue(), "image/jpeg")


def plan(seed: str, rooms: Sequence[tuple[str, int, int]], *, detailed: bool = False) -> SimpleUploadedFile:
    """A floor plan: rooms side by side in two rows, walls, a door in each; `detailed` with dimension lines and sockets."""
    dice, picture = Random(f"plan:{seed}"), Image.new("RGB", (1200, 860), (252, 251, 247))
    pen, half = ImageDraw.Draw(picture), (len(rooms) + 1) // 2
    for row, part in enumerate((rooms[:half], rooms[half:])):
        left, top, whole = 70, 90 + row * 360, sum(length for _name, length, _width in part) or 1
        for _name, length, width in part:
            right, bottom = left + 1060 * length // whole, top + min(340, 120 + width // 18)
            pen.rectangle([left, top, right, bottom], outline=(28, 30, 34), width=9)
            door = left + dice.randint(20, max(21, (right - left) // 2))
            pen.rectangle([door, bottom - 8, door + 56, bottom + 1], fill=(252, 251, 247))
            pen.arc([door - 56, bottom - 60, door + 56, bottom + 52], 270, 360, fill=(90, 94, 100), width=3)
            pen.rectangle([left + (right - left) // 3, top - 4, right - (right - left) // 4, top + 4], fill=(150, 176, 200))
            if detailed:
                pen.line([(left, bottom + 18), (right, bottom + 18)], fill=(170, 60, 50), width=2)
                for x in (left, right):
                    pen.line([(x - 6, bottom + 24), (x + 6, bottom + 12)], fill=(170, 60, 50), width=2)
                for spot in range(3):
                    x = left + 30 + spot * max(20, (right - left - 70) // 3)
                    pen.ellipse([x, top + 24, x + 14, top + 38], outline=(30, 79, 143), width=3)
            left = right
    out = io.BytesIO()
    picture.save(out, "PNG")
    return SimpleUploadedFile(f"{seed}.png", out.getvalue(), "image/png")


def _wall(dice: Random) -> Image.Image:
    tone = dice.randint(150, 196)
    grain = Image.frombytes("L", SIZE, dice.randbytes(SIZE[0] * SIZE[1])).convert("RGB")
    return Image.blend(Image.new("RGB", SIZE, (tone, tone - 4, tone - 12)), grain, 0.07)


def _pipes(pen: ImageDraw.ImageDraw, dice: Random) -> None:
    for number in range(dice.randint(2, 4)):
        x, colour = 90 + number * 130 + dice.randint(-20, 20), dice.choice(PIPES)
        pen.line([(x, 0), (x, 300), (x + dice.choice((-70, 70)), 380), (x + dice.choice((-70, 70)), 480)], fill=colour, width=16, joint="curve")
    _ruler(pen, 560)


def _boxes(pen: ImageDraw.ImageDraw, dice: Random) -> None:
    for number in range(dice.randint(1, 3)):
        x, y = 110 + number * 170, 170 + dice.randint(-30, 30)
        pen.rectangle([x, y, x + 110, y + 110], fill=(226, 226, 222), outline=(120, 120, 118), width=5)
        for wire in range(3):
            pen.arc([x + 20 + wire * 22, y + 18, x + 66 + wire * 10, y + 96], 20, 300, fill=PIPES[wire], width=5)
    _ruler(pen, 590)


def _tiles(pen: ImageDraw.ImageDraw, dice: Random) -> None:
    step = dice.choice((96, 128, 160))
    for x in range(0, 640, step):
        pen.line([(x, 0), (x, 480)], fill=(120, 118, 112), width=2)
    for y in range(0, 480, step):
        pen.line([(0, y), (640, y)], fill=(120, 118, 112), width=2)
    pen.rectangle([180, 220, 470, 250], fill=(214, 178, 40), outline=(90, 80, 30), width=3)
    pen.ellipse([308, 226, 340, 244], fill=(170, 214, 120), outline=(60, 80, 40), width=2)


def _window(pen: ImageDraw.ImageDraw, dice: Random) -> None:
    pen.polygon([(0, 480), (210, 330), (430, 330), (640, 480)], fill=(150, 146, 138))
    pen.rectangle([220, 120, 420, 300], fill=(206, 222, 232), outline=(98, 98, 96), width=8)
    pen.line([(320, 120), (320, 300)], fill=(98, 98, 96), width=8)
    pen.line([(0, 60), (210, 110)], fill=(120, 116, 110), width=3)
    pen.line([(640, 60 + dice.randint(0, 20)), (430, 110)], fill=(120, 116, 110), width=3)


def _ruler(pen: ImageDraw.ImageDraw, x: int) -> None:
    pen.rectangle([x, 10, x + 24, 470], fill=(222, 190, 54), outline=(120, 100, 20))
    for y in range(16, 466, 12):
        pen.line([(x, y), (x + (18 if y % 60 == 16 else 10), y)], fill=(60, 50, 10), width=2)
