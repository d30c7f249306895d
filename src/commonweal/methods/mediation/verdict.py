"""What three waves allow to be said: the verdict, its reasons, in a sentence and in tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..pictures import AMBER, GREEN, SOFT, Picture, Scale, axis_below
from ..results import Estimate, Table

Verdict = Literal["supported", "not supported", "no verdict: n < 100", "cannot say"]

#: A reverse link weaker than this correlation is no sign: in a large community, a lasting habit that X measures with
#: chance leaves as much (Hamaker, Kuiper and Grasman 2015).
NEGLIGIBLE = 0.15

PATHS = {
    "a": "a: X → M",
    "b": "b: M → Y",
    "indirect": "by way of M (a·b)",
    "direct": "otherwise (c′)",
    "total": "in all",
}


@dataclass(frozen=True)
class ThreeWaves:
    """Paths with intervals on `n` complete rows (`dropped` were not), and the verdict with what stands against it.

    `rho_zero` is ρ̃ of the link M → Y and `rho_first` the same for X → M: partial correlations, which a hidden common
    cause would have to make by itself to undo the link. `withstands` says for "a" and "b" whether it is surely larger
    than an ordinary one. `reverse` holds the links against the stream with 99% intervals.
    """

    n: int
    dropped: int
    a: Estimate
    b: Estimate
    direct: Estimate
    indirect: Estimate
    total: Estimate
    rho_zero: Estimate
    rho_first: Estimate
    mediates: bool
    reverse: dict[str, Estimate]
    withstands: dict[str, bool]
    randomised: bool
    better: str
    verdict: Verdict
    reasons: tuple[str, ...]
    replicates: int
    level: float

    @property
    def displacement(self) -> bool:
        """Whether more of X goes with less of M, zero left out."""
        return self.a.high is not None and self.a.high < 0

    @property
    def reversed(self) -> bool:
        """Whether there is a sign of the reverse direction."""
        return any(telling(alike) for alike in self.reverse.values())

    @property
    def sentence(self) -> str:
        begin = f"{self.n:,} people answered all three waves" + (f" ({self.dropped:,} did not)" if self.dropped else "")
        numbers = f"by way of M, one more of X goes with {self.indirect.in_words()} in Y"
        rho = self.rho_zero.estimate
        hidden = (
            f"The link from M to Y would be nothing under a hidden common cause that correlates the two by {rho:.2f}"
            f" (ρ̃ = {rho:.2f}, ρ̃² = {rho**2:.3f})."
        )
        return f"{begin}: {numbers}. {self._conclusion()} {hidden}".replace(" -", " −")

    def _conclusion(self) -> str:
        why = "; ".join(self.reasons)
        if self.verdict == "supported":
            return "This supports that X leads to Y by way of M."
        if self.verdict == "not supported":
            return f"This does not support that X leads to Y by way of M: {why}."
        if self.verdict == "cannot say":
            return f"Whether X leads to Y by way of M cannot be said: {why}."
        return f"No verdict: {why}."

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: getattr(self, name).as_json() for name in PATHS}
        found["sensitivity"] = {"rho_zero": self.rho_zero.estimate, "rho_zero_squared": self.rho_zero.estimate**2}
        found["reverse"] = {link: effect.as_json() for link, effect in self.reverse.items()}
        found |= {"n": self.n, "dropped": self.dropped, "mediates": self.mediates, "displacement": self.displacement}
        return found | {"verdict": self.verdict, "reasons": list(self.reasons), "sentence": self.sentence}

    def tables(self) -> list[Table]:
        paths = [(words, getattr(self, name)) for name, words in PATHS.items()]
        links = [("ρ̃ of X → M", self.rho_first), ("ρ̃ of M → Y", self.rho_zero)]
        checks = [*links, *((f"reverse: {link}", effect) for link, effect in self.reverse.items())]
        columns = ("figure", "estimate", "low", "high")
        return [
            Table(f"Paths ({100 * self.level:g}% intervals)", columns, tuple(_row(*pair) for pair in paths)),
            Table(
                "Checks: partial correlations (reverse links with 99% intervals)",
                columns,
                tuple(_row(*pair) for pair in checks),
            ),
            Table("Verdict", ("verdict", "because"), ((self.verdict, "; ".join(self.reasons) or "all checks passed"),)),
        ]

    def picture(self) -> str:
        """Paths and reverse links with their intervals, on one axis."""
        paths = [(words, getattr(self, name), GREEN) for name, words in PATHS.items()]
        rows = [*paths, *((f"reverse: {link}", effect, AMBER) for link, effect in self.reverse.items())]
        ends = [value for _, e, _ in rows for value in (e.estimate, e.low, e.high, 0.0) if value is not None]
        height = 70 + 28 * len(rows)
        picture = Picture("Paths over three waves", self.sentence, height=height)
        across = Scale(min(ends), max(ends), 250, 610)
        picture.line((across(0), 10), (across(0), height - 50), SOFT, 1, dash="4 4")
        for n, (words, effect, colour) in enumerate(rows):
            y = 28 + 28 * n
            picture.text((8, y + 4), words, size=12)
            if effect.low is not None and effect.high is not None:
                picture.line((across(effect.low), y), (across(effect.high), y), colour, 2.5)
            picture.mark((across(effect.estimate), y), colour=colour)
        axis_below(picture, across, height - 50)
        return picture.svg()


def telling(alike: Estimate) -> bool:
    """Whether a reverse link is there, and not negligible."""
    return alike.excludes_zero and abs(alike.estimate) >= NEGLIGIBLE


def _row(words: str, effect: Estimate) -> tuple[str, float, float | None, float | None]:
    return (words, effect.estimate, effect.low, effect.high)
