"""The signals as a picture: each figure with its interval, beside what chance alone gives."""

from __future__ import annotations

from collections.abc import Sequence

from ..pictures import AMBER, GREEN, INK, LINE, RED, SOFT, Picture, Scale, axis_below
from .signal import Signal

ROW, TOP, LEFT, RIGHT = 40.0, 56.0, 150.0, 610.0
#: Colour and shape (of `pictures.MARKS`) by level, so that colour alone tells nothing.
SIGNS = {"none": (GREEN, 0, "calm"), "amber": (AMBER, 2, "amber"), "red": (RED, 3, "red")}


def draw(signals: Sequence[Signal], description: str) -> str:
    """One row for each signal: a band where chance alone would be, a line for the interval, a mark for the figure.

    All are drawn on one axis from −1 to 1; what lies beyond is drawn at its end. A signal that is not shown has a dash.
    """
    bottom = TOP + ROW * len(signals)
    picture = Picture("Signals", description, 640, bottom + 40)
    along = Scale(-1, 1, LEFT, RIGHT)
    _legend(picture)
    for n, signal in enumerate(signals):
        y = TOP + ROW * (n + 0.5)
        picture.text((LEFT - 12, y + 4), signal.name.replace("_", " "), "end", 13)
        if signal.value is None:
            picture.text((along(0), y + 4), "– not shown", "middle", 12, SOFT)
            continue
        _row(picture, along, signal, y)
    picture.line((along(0), TOP), (along(0), bottom), LINE, 1, "2 4")
    axis_below(picture, along, bottom)
    return picture.svg()


def _row(picture: Picture, along: Scale, signal: Signal, y: float) -> None:
    assert signal.value is not None
    colour, shape, _ = SIGNS[signal.level]
    if signal.null is not None:
        low, high = _inside(signal.null.low), _inside(signal.null.high)
        picture.box((along(low) - 2, y - 11), (along(high) - along(low) + 4, 22), SOFT, 0.28)
    if signal.value.low is not None and signal.value.high is not None:
        picture.line((along(_inside(signal.value.low)), y), (along(_inside(signal.value.high)), y), colour, 3)
    picture.mark((along(_inside(signal.value.estimate)), y), shape, 6, 1, colour)


def _inside(value: float) -> float:
    return min(1.0, max(-1.0, value))


def _legend(picture: Picture) -> None:
    picture.box((LEFT, 14), (26, 16), SOFT, 0.28)
    picture.text((LEFT + 34, 27), "chance alone", size=12)
    for n, (colour, shape, words) in enumerate(SIGNS.values()):
        x = LEFT + 150 + 90 * n
        picture.line((x - 12, 22), (x + 12, 22), colour, 3)
        picture.mark((x, 22), shape, 6, 1, colour)
        picture.text((x + 20, 27), words, size=12, colour=INK)
