"""A drawn hand as a picture: strokes to SVG, with presentation attributes only."""

from __future__ import annotations

from core.papers import stroke_points


def svg_of(strokes: str, *, width: int = 220, height: int = 80) -> str:
    """An inline SVG of the strokes, fitted into its box; empty for no strokes."""
    lines = [line for line in stroke_points(strokes) if line]
    if not lines:
        return ""
    xs, ys = [x for line in lines for x, _ in line], [y for line in lines for _, y in line]
    left, top = min(xs), min(ys)
    scale = min((width - 8) / max(max(xs) - left, 1), (height - 8) / max(max(ys) - top, 1))
    paths = []
    for line in lines:
        points = [f"{(x - left) * scale + 4:.1f} {(y - top) * scale + 4:.1f}" for x, y in line]
        if len(points) == 1:
            points.append(points[0])
        paths.append(f'<path d="M{" L".join(points)}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" fill="none" '
        f'stroke="#1B1E22" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{"".join(paths)}</svg>'
    )
