"""Pictures as SVG text, drawn without a plotting library: accessible, themed by the page, readable in print.

Colours are the custom properties of Commonweal's stylesheet with a fallback, so a picture follows the page it stands in
(light, dark, print) and still reads when it is a file of its own. Nothing here uses a style attribute or a script, so a
strict content security policy has nothing to refuse. Each method keeps its own pictures beside it and draws with these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from math import ceil, floor, isfinite, log10

INK, SOFT, LINE = "currentColor", "var(--ink-soft, #55605a)", "var(--line-strong, #857f70)"
PAPER = "var(--card, #fffdf9)"
GREEN, AMBER, RED, BLUE = (
    "var(--green, #1d5c48)",
    "var(--amber, #7f4a06)",
    "var(--red, #9b2f22)",
    "var(--blue, #27566f)",
)
#: For up to five things that differ in kind; always told apart by `MARKS` too, never by colour alone.
HUES = (GREEN, AMBER, BLUE, RED, SOFT)
MARKS = ("circle", "square", "triangle", "diamond", "cross")

Point = tuple[float, float]


class Picture:
    """An SVG drawing in its own units; the page scales it. `title` names it, `description` says what it shows."""

    def __init__(self, title: str, description: str, width: float = 640, height: float = 360) -> None:
        self.title, self.description, self.width, self.height = title, description, width, height
        self._parts: list[str] = []

    def line(self, start: Point, end: Point, colour: str = INK, width: float = 1.5, dash: str = "") -> None:
        (x1, y1), (x2, y2) = start, end
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{width:g}" stroke-linecap="round"{dashed}/>'
        )

    def arrow(self, start: Point, end: Point, colour: str = INK, width: float = 1.5, dash: str = "") -> None:
        """A line with a head at its end."""
        (x1, y1), (x2, y2) = start, end
        length = max(1e-9, ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5)
        ux, uy, head = (x2 - x1) / length, (y2 - y1) / length, 5 + 2 * width
        base = (x2 - ux * head, y2 - uy * head)
        self.line(start, base, colour, width, dash)
        left = (base[0] - uy * head / 2, base[1] + ux * head / 2)
        right = (base[0] + uy * head / 2, base[1] - ux * head / 2)
        self.polygon([end, left, right], colour)

    def path(self, points: Iterable[Point], colour: str = INK, width: float = 2, dash: str = "") -> None:
        """A line through many points; it breaks where one is not finite."""
        text, pen_down = "", False
        for x, y in points:
            if not (isfinite(x) and isfinite(y)):
                pen_down = False
                continue
            text += f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}"
            pen_down = True
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="{text}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round"{dashed}/>'
        )

    def polygon(self, points: Iterable[Point], colour: str = INK, opacity: float = 1) -> None:
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(f'<polygon points="{corners}" fill="{colour}" fill-opacity="{opacity:g}"/>')

    def box(
        self, corner: Point, size: Point, colour: str = GREEN, opacity: float = 1, edge: str = "", round_by: float = 2
    ) -> None:
        (x, y), (width, height) = corner, size
        edged = f' stroke="{edge}"' if edge else ""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{max(0.0, height):.1f}" '
            f'rx="{round_by:g}" fill="{colour}" fill-opacity="{opacity:g}"{edged}/>'
        )

    def mark(self, at: Point, kind: int = 0, radius: float = 4, opacity: float = 1, colour: str = "") -> None:
        """A sign of the kind `kind`, told apart by shape and colour; kinds wrap after five."""
        x, y = at
        shape, colour, r = MARKS[kind % len(MARKS)], colour or HUES[kind % len(HUES)], radius
        if shape == "circle":
            self._parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:g}" fill="{colour}" fill-opacity="{opacity:g}"/>'
            )
        elif shape == "square":
            self.box((x - r * 0.9, y - r * 0.9), (1.8 * r, 1.8 * r), colour, opacity, round_by=0)
        elif shape == "triangle":
            self.polygon([(x, y - 1.2 * r), (x + 1.1 * r, y + 0.8 * r), (x - 1.1 * r, y + 0.8 * r)], colour, opacity)
        elif shape == "diamond":
            self.polygon([(x, y - 1.2 * r), (x + 1.2 * r, y), (x, y + 1.2 * r), (x - 1.2 * r, y)], colour, opacity)
        else:
            self.line((x - r, y - r), (x + r, y + r), colour)
            self.line((x - r, y + r), (x + r, y - r), colour)

    def text(
        self, at: Point, words: str, anchor: str = "start", size: float = 13, colour: str = INK, bold: bool = False
    ) -> None:
        x, y = at
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" fill="{colour}"{weight}>'
            f"{escape(words)}</text>"
        )

    def legend(self, names: Sequence[str], at: Point, step: float = 18) -> None:
        """What each kind of mark stands for, one below the other."""
        for kind, name in enumerate(names):
            y = at[1] + kind * step
            self.mark((at[0] + 5, y - 4), kind)
            self.text((at[0] + 16, y), name, size=12)

    def svg(self) -> str:
        """The drawing as text. The title and description are what a screen reader says."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
            f'font-family="system-ui, sans-serif" color="var(--ink, #20302b)">'
            f"<title>{escape(self.title)}</title><desc>{escape(self.description)}</desc>{''.join(self._parts)}</svg>"
        )


class Scale:
    """Maps values to places along one side of a picture, and names the round values between."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        if not high > low:
            low, high = low - 0.5, high + 0.5
        self.low, self.high, self.start, self.end = low, high, start, end

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, about: int = 5) -> list[float]:
        """Round values from end to end, about as many as asked for."""
        raw = (self.high - self.low) / max(1, about)
        unit = 10.0 ** floor(log10(raw))
        step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= raw * 0.999)
        first = ceil(self.low / step - 1e-9)
        return [n * step for n in range(first, floor(self.high / step + 1e-9) + 1)]


def axis_below(picture: Picture, scale: Scale, y: float, label: str = "", about: int = 5) -> None:
    """A horizontal axis at height `y`: line, round values, what is measured."""
    picture.line((scale.start, y), (scale.end, y), LINE, 1)
    ticks = scale.ticks(about)
    for tick in ticks:
        picture.line((scale(tick), y), (scale(tick), y + 5), LINE, 1)
        picture.text((scale(tick), y + 18), in_step(tick, ticks), "middle", 12, SOFT)
    if label:
        picture.text(((scale.start + scale.end) / 2, y + 38), label, "middle", 13)


def axis_left(picture: Picture, scale: Scale, x: float, label: str = "", about: int = 5) -> None:
    """A vertical axis at `x`: line, round values, what is measured (above it, so that it reads without turning)."""
    picture.line((x, scale.start), (x, scale.end), LINE, 1)
    ticks = scale.ticks(about)
    for tick in ticks:
        picture.line((x - 5, scale(tick)), (x, scale(tick)), LINE, 1)
        picture.text((x - 9, scale(tick) + 4), in_step(tick, ticks), "end", 12, SOFT)
    if label:
        picture.text((x - 9, min(scale.start, scale.end) - 12), label, "start", 13)


def in_step(tick: float, ticks: Sequence[float]) -> str:
    """A tick with as many decimals as the distance between ticks needs."""
    step = min((b - a for a, b in pairwise(ticks)), default=1.0)
    value = 0.0 if abs(tick) < step * 1e-6 else tick
    return f"{value:,.{max(0, -floor(log10(step) + 1e-9))}f}"
