"""The path diagram, the effects with their intervals, and the sensitivity curve, as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..pictures import AMBER, BLUE, GREEN, LINE, PAPER, SOFT, Picture, Point, Scale, axis_below, axis_left
from ..results import Estimate
from . import words
from .sensitivity import ORDINARY

if TYPE_CHECKING:
    from .result import Mediation

WIDTH = 640.0
BOX = (124.0, 34.0)
ROW = 26.0


def path_diagram(result: Mediation) -> str:
    """X, mediators and Y with the coefficient on each arrow; dashed where the interval holds zero."""
    picture = Picture(title(result), described(result), WIDTH, paths_height(result))
    draw_paths(picture, result, 0)
    return picture.svg()


def coefficients(result: Mediation) -> str:
    """Every effect with its interval on one axis."""
    picture = Picture(title(result), described(result), WIDTH, effects_height(result))
    draw_effects(picture, result, 0)
    return picture.svg()


def sensitivity_curve(result: Mediation) -> str:
    """The effect by way of M against the strength of a hidden common cause."""
    picture = Picture(title(result), words.sensitivity_words(result), WIDTH, curve_height(result))
    draw_curve(picture, result, 0)
    return picture.svg()


def all_three(result: Mediation) -> str:
    """The three, one below the other."""
    tops = (paths_height(result), paths_height(result) + effects_height(result))
    picture = Picture(title(result), described(result), WIDTH, tops[1] + curve_height(result))
    draw_paths(picture, result, 0)
    draw_effects(picture, result, tops[0])
    draw_curve(picture, result, tops[1])
    return picture.svg()


def title(result: Mediation) -> str:
    model = result.model
    return f"From {model.x} to {model.y} by way of {words.joined(model.mediators)}"


def described(result: Mediation) -> str:
    return result.sentence


def paths_height(result: Mediation) -> float:
    return 250.0 if result.model.serial else 120.0 + 72.0 * len(result.model.mediators)


def draw_paths(picture: Picture, result: Mediation, top: float) -> None:
    model, effects = result.model, result.effects
    places = places_of(result, top)
    arrows: list[tuple[str, str, Estimate]] = [(model.x, name, e) for name, e in effects.a.items()]
    arrows += [(name, model.y, e) for name, e in effects.b.items()]
    arrows += [(k, j, e) for (k, j), e in effects.between.items()]
    arrows.append((model.x, model.y, effects.direct))
    ends = [joint(result, places, one, two) for one, two, _ in arrows]
    for (start, end), (_one, _two, estimate) in zip(ends, arrows, strict=True):
        sure = estimate.excludes_zero
        picture.arrow(start, end, GREEN if sure else SOFT, 2.2 if sure else 1.4, "" if sure else "5 4")
    for (start, end), (one, two, estimate) in zip(ends, arrows, strict=True):
        beside = 0.5 if (one, two) == (model.x, model.y) or len(model.mediators) == 1 else 0.36
        label(picture, along(start, end, beside), estimate)
    for name, (x, y) in places.items():
        picture.box((x - BOX[0] / 2, y - BOX[1] / 2), BOX, PAPER, edge="currentColor", round_by=6)
        picture.text((x, y + 5), short(name), "middle", 13, bold=True)


def places_of(result: Mediation, top: float) -> dict[str, Point]:
    """Where each box stands: mediators in a row or arch when serial, else in a column; X and Y below them."""
    model = result.model
    count = len(model.mediators)
    if model.serial and count > 2:  # on an arch, so that an arrow past a mediator runs below its box
        along_arch = [(n / (count - 1), name) for n, name in enumerate(model.mediators)]
        places = {name: (72 + t * (WIDTH - 144), top + 44 + 60 * (2 * t - 1) ** 2) for t, name in along_arch}
    elif model.serial:
        step = (WIDTH - 2 * 72 - BOX[0]) / max(1, count)
        places = {name: (72 + BOX[0] / 2 + step * (n + 0.5), top + 44.0) for n, name in enumerate(model.mediators)}
    else:
        places = {name: (WIDTH / 2, top + 40 + 72.0 * n) for n, name in enumerate(model.mediators)}
    bottom = top + paths_height(result) - 40
    return {model.x: (72.0, bottom), model.y: (WIDTH - 72, bottom)} | places


def joint(result: Mediation, places: dict[str, Point], one: str, two: str) -> tuple[Point, Point]:
    """Start and end of an arrow; at the sides of mediators that stand in a column, so that none crosses another."""
    start, end = edge(places[one], places[two]), edge(places[two], places[one])
    side = BOX[0] / 2 + 3
    if not result.model.serial and two in result.model.mediators:
        end = (places[two][0] - side, places[two][1])
    if not result.model.serial and one in result.model.mediators:
        start = (places[one][0] + side, places[one][1])
    return start, end


def edge(here: Point, there: Point) -> Point:
    """Where the line from the middle of a box to another place leaves the box."""
    dx, dy = there[0] - here[0], there[1] - here[1]
    share = min(
        (BOX[0] / 2 + 3) / abs(dx) if dx else float("inf"), (BOX[1] / 2 + 3) / abs(dy) if dy else float("inf"), 1.0
    )
    return here[0] + share * dx, here[1] + share * dy


def along(start: Point, end: Point, share: float) -> Point:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def label(picture: Picture, at: Point, estimate: Estimate) -> None:
    text = figure(estimate.estimate)
    width = 7.4 * len(text) + 8
    picture.box((at[0] - width / 2, at[1] - 10), (width, 19), PAPER, 0.92)
    picture.text((at[0], at[1] + 4), text, "middle", 12)


def effects_height(result: Mediation) -> float:
    return 90.0 + ROW * len(effect_rows(result))


def effect_rows(result: Mediation) -> list[tuple[str, Estimate, int]]:
    """The effects to draw and their kind: by way of M, otherwise, in all."""
    effects, model = result.effects, result.model
    rows = []
    if len(model.mediators) > 1:
        rows = [(f"by way of {' → '.join(path)}", value, 0) for path, value in effects.paths.items()]
    whole = "by way of all of them" if rows else f"by way of {model.mediators[0]}"
    rows += [(whole, effects.indirect, 0), ("otherwise", effects.direct, 1), ("in all", effects.total, 2)]
    for name, there in result.at:
        rows.append((f"{whole}, {model.moderator} {name}", there.indirect, 0))
    return rows


def draw_effects(picture: Picture, result: Mediation, top: float) -> None:
    rows = effect_rows(result)
    values = [v for _, e, _ in rows for v in (e.estimate, e.low, e.high) if v is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    room = 0.04 * (high - low)
    scale = Scale(low - room, high + room, 250, WIDTH - 24)
    bottom = top + 28 + ROW * len(rows)
    picture.text((12, top + 16), f"Effects on {short(result.model.y, 40)}", bold=True)
    picture.line((scale(0), top + 24), (scale(0), bottom), SOFT, 1, "3 3")
    for n, (name, estimate, kind) in enumerate(rows):
        y = top + 28 + ROW * (n + 0.5)
        picture.text((240, y + 4), short(name, 34), "end", 12)
        if estimate.low is not None and estimate.high is not None:
            picture.line((scale(estimate.low), y), (scale(estimate.high), y), (GREEN, AMBER, BLUE)[kind], 2.5)
        picture.mark((scale(estimate.estimate), y), kind, 5)
    axis_below(picture, scale, bottom, f"change, with {100 * result.level:g}% interval")


def curve_height(result: Mediation) -> float:
    return 320.0 if result.sensitivity.curve else 64.0


def draw_curve(picture: Picture, result: Mediation, top: float) -> None:
    curve = result.sensitivity.curve
    name = result.sensitivity.weakest
    picture.text(
        (12, top + 16), f"If a hidden common cause drives {short(name, 24)} and {short(result.model.y, 24)}", bold=True
    )
    if curve is None:
        picture.text(
            (12, top + 44), f"ρ̃ = {words.signed(result.sensitivity.rho_zero)}; for this model there is no curve."
        )
        return
    ends = [v for e in curve.effect for v in (e.estimate, e.low, e.high) if v is not None]
    across = Scale(curve.rho[0], curve.rho[-1], 76, WIDTH - 24)
    up = Scale(min([0.0, *ends]), max([0.0, *ends]), top + 264, top + 56)
    picture.box((across(-ORDINARY), top + 56), (across(ORDINARY) - across(-ORDINARY), 208), SOFT, 0.12)
    band = [(across(r), up(e.high)) for r, e in zip(curve.rho, curve.effect, strict=True) if e.high is not None]
    below = [(across(r), up(e.low)) for r, e in zip(curve.rho, curve.effect, strict=True) if e.low is not None]
    if band:
        picture.polygon([*band, *reversed(below)], GREEN, 0.2)
    picture.line((76, up(0)), (WIDTH - 24, up(0)), LINE, 1, "3 3")
    picture.path([(across(r), up(e.estimate)) for r, e in zip(curve.rho, curve.effect, strict=True)], GREEN)
    rho = result.sensitivity.rho_zero
    if curve.rho[0] <= rho <= curve.rho[-1]:
        picture.mark((across(rho), up(0)), 3, 6)
        picture.text((across(rho) + 9, up(0) - 8), f"ρ̃ = {words.signed(rho)}", size=12)
    axis_left(picture, up, 76, f"effect by way of {short(name, 30)}")
    axis_below(picture, across, top + 264, "correlation ρ that it makes (shaded: an ordinary one)", 8)


def figure(value: float) -> str:
    size = abs(value)
    digits = 2 if size >= 0.1 else 3 if size >= 0.01 else 4
    return f"{value:.{digits}f}".replace("-", "−")


def short(name: str, most: int = 15) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
