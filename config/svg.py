# ruff: noqa: S704 -- numbers and escaped words only
"""Drawn measures: tape, dimension line, ruler, money bar.

Plain SVG with presentation attributes (the content security policy refuses style attributes).  Colours are classes
(`class="c-accent"`), so that forced-colors and print may change them in one place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import segno
from markupsafe import Markup, escape

from config.words import LATE, PAUSED, RUNNING, SOON, STOPPED, ClockFace


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def tape(face: ClockFace, width: int = 104) -> Markup:
    """卷尺: what is used, where now is, what sticks out beyond the end.  Decoration for the words beside it."""
    left, right, top = 4.0, width - 4.0, 8
    end = right if face.used <= 1 else left + (right - left) * min(0.88, max(0.6, 1 / face.used))
    now = right if face.used > 1 else left + (end - left) * min(1.0, face.used)
    parts = [f'<path class="s-tick" d="M{_n(left)} {top + 4.5}H{_n(end)}"/>']
    step = (end - left) / face.ticks
    marks = [left + step * i for i in range(1, face.ticks)] if step >= 2 else []
    parts.append('<path class="s-tick" d="' + "".join(f"M{_n(x)} {top + 1}v3" for x in marks if x > now) + '"/>')
    parts.append(_used(face, left, end, now, top))
    if face.state not in (PAUSED, STOPPED) or face.used <= 1:
        cut = [x for x in marks if x < min(now, end) - 1]
        if face.state != PAUSED:
            parts.append('<path class="s-sheet" d="' + "".join(f"M{_n(x)} {top + 1.5}v2" for x in cut) + '"/>')
    parts.append(f'<path class="s-ink" d="M{_n(left)} {top - 2}v9M{_n(end)} {top - 2}v9"/>')
    if face.state != STOPPED:
        tone = {LATE: "late", SOON: "soon", RUNNING: "accent", PAUSED: "info"}[face.state]
        parts.append(f'<path class="c-{tone}" d="M{_n(now - 3.5)} 1h7l-3.5 5z"/>')
    return Markup(
        f'<svg class="tape" width="{width}" height="18" viewBox="0 0 {width} 18" aria-hidden="true" '
        f'focusable="false">{"".join(parts)}</svg>'
    )


def _used(face: ClockFace, left: float, end: float, now: float, top: int) -> str:
    if face.state == LATE:
        return (
            f'<rect class="c-used" x="{_n(left)}" y="{top}" width="{_n(end - left)}" height="5"/>'
            f'<rect class="c-late" x="{_n(end)}" y="{top}" width="{_n(max(2, now - end))}" height="5"/>'
        )
    length = max(1.0, min(now, end) - left)
    if face.state == PAUSED:
        return f'<rect class="s-info c-none" x="{_n(left)}" y="{top}" width="{_n(length)}" height="5"/>'
    tone = {SOON: "soon", RUNNING: "accent", STOPPED: "done"}[face.state]
    return f'<rect class="c-{tone}" x="{_n(left)}" y="{top}" width="{_n(length)}" height="5"/>'


def dimension_line(states: Sequence[tuple[str, float]]) -> Markup:
    """尺寸线 of the stages: (state, share done) each; past solid, current an accent bar, future dashed."""
    count = len(states)
    part = 100 / count
    lines, ticks = [], []
    for index, (state, share) in enumerate(states):
        x1, x2 = part * index, part * (index + 1)
        if state == "past":
            lines.append(f'<line class="s-ink" x1="{x1:.3f}%" x2="{x2:.3f}%" y1="14" y2="14"/>')
            continue
        lines.append(f'<line class="s-tick dashed" x1="{x1:.3f}%" x2="{x2:.3f}%" y1="14" y2="14"/>')
        if state == "current":
            length = part * min(1.0, max(0.04, share))
            lines.append(f'<rect class="c-accent" x="{x1:.3f}%" y="12" width="{length:.3f}%" height="4"/>')
            lines.append(
                f'<svg x="{x1 + length:.3f}%" overflow="visible"><path class="c-accent" d="M-4 4h8l-4 6z"/></svg>'
            )
        elif state == "reopened":
            lines.append(
                f'<svg x="{x1 + part / 2:.3f}%" overflow="visible">'
                '<path class="s-accent c-none" d="M-4 4h8l-4 6z"/></svg>'
            )
    for index in range(count + 1):
        past = index == 0 or states[index - 1][0] == "past" or (index < count and states[index][0] == "past")
        now = index < count and states[index][0] == "current"
        tone = "ink" if past or now else "tick"
        ticks.append(
            f'<svg x="{part * index:.3f}%" overflow="visible">'
            f'<path class="s-{tone} thin" d="M0 9v10"/><path class="s-{tone} thick" d="M-4 18l8-8"/></svg>'
        )
    return Markup(
        '<svg class="dimension" width="100%" height="24" aria-hidden="true" focusable="false" overflow="visible">'
        f"{''.join(lines)}{''.join(ticks)}</svg>"
    )


def ruler(
    value: Decimal | float | None, low: Decimal | float | None, high: Decimal | float | None, *, label: str
) -> Markup:
    """The ruler under a measured value: allowed range green, limits ticked, a triangle at the value."""
    bounds = [float(x) for x in (low, high) if x is not None]
    if not bounds:
        return Markup("")
    start, end = _scale(bounds, None if value is None else float(value))
    width = 326.0

    def x(number: float) -> float:
        return 7 + (width - 14) * min(1.0, max(0.0, (number - start) / (end - start)))

    parts = []
    from_x = x(float(low)) if low is not None else x(start)
    to_x = x(float(high)) if high is not None else x(end)
    parts.append(f'<rect class="c-range" x="{_n(from_x)}" y="10" width="{_n(max(2, to_x - from_x))}" height="13"/>')
    parts.append(f'<path class="s-ink2" d="M7 23H{_n(width - 7)}"/>')
    step = (end - start) / 20
    for index in range(21):
        tall = index in (0, 20) or index % 5 == 0
        parts.append(f'<path class="s-ink2" d="M{_n(x(start + step * index))} 23v-{8 if tall else 4}"/>')
    for number in bounds:
        parts.append(f'<path class="s-done thick" d="M{_n(x(number))} 24V6"/>')
        parts.append(f'<text class="t-label" x="{_n(x(number))}" y="38" text-anchor="middle">{_plain(number)}</text>')
    for number in (start + (end - start) / 4, start + 3 * (end - start) / 4):
        if all(abs(x(number) - x(bound)) > 40 for bound in bounds):
            parts.append(
                f'<text class="t-label" x="{_n(x(number))}" y="38" text-anchor="middle">{_plain(number)}</text>'
            )
    if value is not None:
        number = float(value)
        out = (low is not None and number < float(low)) or (high is not None and number > float(high))
        tone = "late" if out else "done"
        at = x(number)
        parts.append(f'<path data-mark-server="" class="s-{tone} thick" d="M{_n(at)} 24V8"/>')
        parts.append(f'<path data-mark-server="" class="c-{tone}" d="M{_n(at - 6)} 1h12l-6 9z"/>')
    return Markup(
        f'<svg class="ruler" viewBox="0 0 {_n(width)} 42" width="100%" role="img" aria-label="{escape(label)}" '
        f'data-start="{_plain(start)}" data-end="{_plain(end)}">'
        f"{''.join(parts)}</svg>"
    )


def _scale(bounds: list[float], value: float | None) -> tuple[float, float]:
    span = max(bounds) - min(bounds) or abs(bounds[0]) * 0.4 or 1.0
    start, end = min(bounds) - span, max(bounds) + span
    if min(bounds) >= 0:
        start = max(0.0, start)
    if value is not None:
        start, end = min(start, value), max(end, value)
    return start, end


def _plain(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")


def money_bar(
    total: Decimal, parts: Sequence[Decimal], received: Decimal, next_index: int | None, overdue: bool = False
) -> Markup:
    """One bar divided by instalment ticks: received filled, the next due framed, the rest empty."""
    whole = sum(parts, Decimal(0)) or total or Decimal(1)
    edges = [0.0]
    for part in parts:
        edges.append(edges[-1] + float(part / whole * 100))
    filled = min(100.0, float(received / whole * 100)) if whole else 0.0
    out = ['<rect class="c-empty" x="0" y="6" width="100%" height="12"/>']
    out.append(f'<rect class="c-accent" x="0" y="6" width="{filled:.2f}%" height="12"/>')
    if next_index is not None:
        x1, x2 = max(edges[next_index], filled), edges[next_index + 1]
        tone = "late" if overdue else "soon"
        out.append(f'<rect class="s-{tone} c-none" x="{x1:.2f}%" y="6.5" width="{x2 - x1:.2f}%" height="11"/>')
    for edge in edges:
        out.append(f'<line class="s-ink" x1="{edge:.2f}%" x2="{edge:.2f}%" y1="1" y2="23"/>')
    return Markup(
        '<svg class="money-bar" width="100%" height="24" aria-hidden="true" focusable="false" overflow="visible">'
        f"{''.join(out)}</svg>"
    )


def progress(segments: Sequence[str]) -> Markup:
    """Progress of a check on the phone: one segment an item (done, late, now, open)."""
    count = max(1, len(segments))
    part = 100 / count
    gap = min(0.6, part * 0.15)
    tones = {"done": "c-done", "late": "c-late", "now": "c-accent", "open": "c-empty"}
    out = [
        f'<rect class="{tones[state]}" x="{part * i:.3f}%" y="0" width="{part - gap:.3f}%" height="6"/>'
        for i, state in enumerate(segments)
    ]
    return Markup(f'<svg class="progress" width="100%" height="6" aria-hidden="true">{"".join(out)}</svg>')


def seal(company: str, says: str) -> Markup:
    """The company's round seal: name on the circle, star, purpose below.  Red, on papers only."""
    red, size, middle = "#C0261B", 120, 60
    letters = list(company)[:20]
    span = min(250.0, 17.0 * max(1, len(letters) - 1))
    height = 12 if len(letters) <= 13 else 9.5
    out = [
        f'<circle cx="{middle}" cy="{middle}" r="56.5" fill="none" stroke="{red}" stroke-width="2.6"/>',
        f'<path d="{_star(middle, middle, 17)}" fill="{red}"/>',
    ]
    for index, letter in enumerate(letters):
        turn = -span / 2 + (span * index / (len(letters) - 1) if len(letters) > 1 else span / 2)
        out.append(
            f'<text transform="rotate({turn:.1f} {middle} {middle})" x="{middle}" y="19" font-size="{height}" '
            f'text-anchor="middle" fill="{red}" font-family="Noto Serif SC" font-weight="700">{escape(letter)}</text>'
        )
    below = 11 if len(says) <= 8 else 80 / len(says)
    out.append(
        f'<text x="{middle}" y="98" font-size="{below:.1f}" text-anchor="middle" fill="{red}" '
        f'font-family="Noto Serif SC" font-weight="700">{escape(says)}</text>'
    )
    return Markup(
        f'<svg viewBox="0 0 {size} {size}" opacity="0.85" role="img" aria-label="{escape(company + says)}">'
        f'<g transform="rotate(-7 {middle} {middle})">{"".join(out)}</g></svg>'
    )


def _star(x: float, y: float, radius: float) -> str:
    points = []
    for index in range(10):
        length = radius if index % 2 == 0 else radius * 0.382
        angle = math.radians(-90 + index * 36)
        points.append(f"{x + length * math.cos(angle):.2f} {y + length * math.sin(angle):.2f}")
    return "M" + "L".join(points) + "z"


def qr(text: str) -> Markup:
    """A QR code that scales with its box."""
    return Markup(
        segno.make(text, error="m").svg_inline(omitsize=True, border=0, dark="#1B1E22", svgclass=None, lineclass=None)
    )


def gantt_bar(
    left: float, width: float, *, state: str, done: tuple[float, float] = (0, 0), months: Sequence[tuple[float, str]] = (), today: float | None = None
) -> Markup:
    """One phase on the measure of the whole schedule: planned frame, what really happened filled, months ticked, today a line."""
    tones = {"done": ("s-done", "c-done"), "late": ("s-late", "c-late"), "now": ("s-accent", "c-accent"), "open": ("s-ink2", "c-accent")}
    frame, fill = tones[state]
    out = [f'<line class="s-tick" x1="{place:.2f}%" x2="{place:.2f}%" y1="0" y2="28"/>' for place, _says in months]
    out.append(f'<rect class="{frame} c-empty" x="{left:.2f}%" y="8" width="{max(width, 0.8):.2f}%" height="12"/>')
    if done[1]:
        out.append(f'<rect class="{fill}" x="{done[0]:.2f}%" y="11" width="{max(done[1], 0.8):.2f}%" height="6"/>')
    if today is not None:
        out.append(f'<line class="s-accent thick" x1="{today:.2f}%" x2="{today:.2f}%" y1="0" y2="28"/>')
    return Markup(f'<svg class="gantt-bar" width="100%" height="28" aria-hidden="true" focusable="false">{"".join(out)}</svg>')


def gantt_scale(months: Sequence[tuple[float, str]], today: float | None, says: str) -> Markup:
    """The head of the bars: the months, and today."""
    out = [
        f'<line class="s-tick" x1="{place:.2f}%" x2="{place:.2f}%" y1="14" y2="24"/>'
        f'<svg x="{place:.2f}%" overflow="visible"><text class="t-label" x="4" y="22">{escape(month)}</text></svg>'
        for place, month in months
    ]
    if today is not None:
        anchor = "end" if today > 80 else "start"
        out.append(
            f'<svg x="{today:.2f}%" overflow="visible"><path class="c-accent" d="M-4 16h8l-4 7z"/>'
            f'<text class="t-label" x="0" y="10" text-anchor="{anchor}">{escape(says)}</text></svg>'
        )
    return Markup(f'<svg class="gantt-scale" width="100%" height="24" aria-hidden="true" focusable="false" overflow="visible">{"".join(out)}</svg>')
