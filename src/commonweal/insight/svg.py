"""Drawing the flow: SVG as text, every word escaped, no inline style. One drawing for wide pages, one for phones."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from .flow import NOTHING
from .shown import End, Picture

#: The tallest a side may be drawn, in units of the drawing, before bands get thinner than six units a person.
TALLEST = 260.0
THICKEST = 6.0


@dataclass(frozen=True)
class Frame:
    """Where things stand in a drawing, in its own units. `above`: the words stand above each bar, not beside it."""

    name: str
    width: int
    left: int
    right: int
    above: bool
    gap: int
    letters: int


WIDE = Frame("wide", width=640, left=162, right=470, above=False, gap=16, letters=22)
NARROW = Frame("narrow", width=340, left=0, right=332, above=True, gap=10, letters=20)
BAR = 8
LINE = 16


def draw(picture: Picture, frame: Frame, title: str, description: str) -> SafeString:
    """One drawing, with its title and description for those who do not see it."""
    total = sum(band.weight for band in picture.bands) or 1.0
    scale = min(THICKEST, TALLEST / total)
    left, left_end = _stacked(picture.left, frame, scale)
    right, right_end = _stacked(picture.right, frame, scale)
    height = round(max(left_end, right_end))
    parts = [*_bands(picture, frame, scale, dict(left), dict(right))]
    for ends, tops, x in ((picture.left, left, frame.left), (picture.right, right, frame.right)):
        for end in ends:
            parts.append(_bar(end, x, tops[end.key], max(2.0, end.weight * scale)))
            parts.extend(_words(end, frame, tops[end.key], max(2.0, end.weight * scale), x == frame.left))
    ids = f"flow-{frame.name}"
    return format_html(
        '<svg class="{0}" viewBox="0 0 {1} {2}" role="img" direction="ltr" aria-labelledby="{3}-t {3}-d">'
        '<title id="{3}-t">{4}</title><desc id="{3}-d">{5}</desc>{6}</svg>',
        frame.name,
        frame.width,
        height,
        ids,
        title,
        description,
        mark_safe("".join(parts)),  # noqa: S308 every part below is built of numbers and escaped words
    )


def _stacked(ends: list[End], frame: Frame, scale: float) -> tuple[dict[str, float], float]:
    """The top of each bar of one side, and where the side ends."""
    tops: dict[str, float] = {}
    y = 4.0
    for end in ends:
        room = LINE * (len(_wrapped(end.label, frame.letters)) + 1) + 4
        y += room if frame.above else 0
        tops[end.key] = y
        y += max(end.weight * scale, 4.0 if frame.above else room) + frame.gap
    return tops, y


def _bands(picture: Picture, frame: Frame, scale: float, left: dict[str, float], right: dict[str, float]) -> list[str]:
    order = {end.key: place for place, end in enumerate(picture.right)}
    rank = {end.key: place for place, end in enumerate(picture.left)}
    drawn = []
    x1, x2 = frame.left + BAR, frame.right
    middle = (x1 + x2) / 2
    for band in sorted(picture.bands, key=lambda band: (rank[band.contact], order[band.effect])):
        thick = max(1.5, band.weight * scale)
        y1 = left[band.contact] + band.weight * scale / 2
        y2 = right[band.effect] + band.weight * scale / 2
        left[band.contact] += band.weight * scale
        right[band.effect] += band.weight * scale
        kind = ' class="none"' if band.effect == NOTHING else ""
        curve = f"M{x1} {y1:.1f}C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {x2} {y2:.1f}"
        drawn.append(f'<path{kind} stroke-width="{thick:.1f}" d="{curve}"/>')
    return drawn


def _bar(end: End, x: int, top: float, height: float) -> str:
    kind = ' class="none"' if end.key == NOTHING else ""
    return f'<rect{kind} x="{x}" y="{top:.1f}" width="{BAR}" height="{height:.1f}" rx="2"/>'


def _words(end: End, frame: Frame, top: float, height: float, on_left: bool) -> list[str]:
    """The label, on one or two lines, and the number under it: beside the bar, or above it on a phone."""
    lines = _wrapped(end.label, frame.letters)
    if frame.above:
        x = 0 if on_left else frame.width
        y = top - 7 - LINE * len(lines)
    else:
        x = frame.left - 10 if on_left else frame.right + BAR + 10
        y = max(top + 12, top + height / 2 - LINE / 2 * (len(lines) - 1))
    anchor = "start" if on_left == frame.above else "end"
    drawn = []
    for line, kind in [*((line, "") for line in lines), (end.shown, ' class="n"')]:
        drawn.append(f'<text{kind} x="{x}" y="{y:.1f}" text-anchor="{anchor}">{escape(line)}</text>')
        y += LINE
    return drawn


def _wrapped(label: str, letters: int) -> list[str]:
    """A label on one line, or on two when it is long; what does not fit on two is cut with an ellipsis."""
    if len(label) <= letters:
        return [label]
    words, first = label.split(), ""
    while words and len(f"{first} {words[0]}".strip()) <= letters:
        first = f"{first} {words.pop(0)}".strip()
    rest = " ".join(words)
    if not first:
        return [label[: letters - 1] + "…"]
    return [first, rest if len(rest) <= letters else rest[: letters - 1] + "…"]
