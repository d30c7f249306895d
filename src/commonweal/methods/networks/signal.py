"""What every guard answers with: the figure, how sure it is, what chance would give, and one thing to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..results import Estimate, Table, finite

Level = Literal["none", "amber", "red"]

#: Below this many members groups are not compared: a figure about a group would be a figure about persons.
MEMBERS_FOR_GROUPS = 50
#: A signal is judged against so many of the community's own weeks.
WEEKS = 8


@dataclass(frozen=True)
class Null:
    """What chance alone gives: its mean, and the range that holds 95% of it."""

    mean: float
    low: float
    high: float
    spread: float

    @classmethod
    def of(cls, draws: NDArray[np.float64]) -> Null | None:
        """From permutations; None when there are too few of them to tell."""
        if len(draws) < 5:
            return None
        low, high = np.quantile(draws, (0.025, 0.975))
        return cls(float(draws.mean()), float(low), float(high), float(draws.std(ddof=1)))

    def z(self, value: float) -> float | None:
        """How many standard deviations `value` lies from the mean; None where chance does not vary."""
        return (value - self.mean) / self.spread if self.spread > 1e-12 else None


@dataclass(frozen=True)
class Signal:
    """One measured sign of health or harm. Never holds, names or implies the side of a person.

    `value` is None when the figure is withheld; `withheld` then says why. `n` counts `unit`s. `action` is what a steward
    can do from the same place.
    """

    name: str
    family: str
    value: Estimate | None
    n: int
    unit: str
    level: Level
    words: str
    action: str
    null: Null | None = None
    z: float | None = None
    withheld: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The plain sentence with n, interval and what chance gives."""
        if self.value is None:
            return f"{self.words}: not shown, because {self.withheld}."
        told = f"{self.words}: {self.value.in_words()}, n = {self.n:,} {self.unit}"
        if self.null is not None:
            told += f"; chance alone gives {self.null.mean:z.2f} ({self.null.low:z.2f} to {self.null.high:z.2f})"
        if (before := self.details.get("before")) is not None:
            told += f"; the weeks before it was {before:z.2f}"
        return told + "."

    def beside(self, history: Sequence[float]) -> Signal:
        """The signal with the community's own weeks before this one: their mean (of the last eight), and the change."""
        before = usual(history)
        if before is None or self.value is None:
            return self
        return replace(self, details={**self.details, "before": before, "change": self.value.estimate - before})

    def as_json(self) -> dict[str, Any]:
        value = self.value.as_json() if self.value else {"estimate": None, "low": None, "high": None}
        null = None
        if self.null is not None:
            null = {"mean": finite(self.null.mean), "low": finite(self.null.low), "high": finite(self.null.high)}
        return {
            "name": self.name,
            "family": self.family,
            **value,
            "n": self.n,
            "unit": self.unit,
            "null": null,
            "z": finite(self.z),
            "level": self.level,
            "sentence": self.sentence,
            "action": self.action,
            "withheld": self.withheld or None,
            **self.details,
        }

    def tables(self) -> list[Table]:
        return [as_table([self])]


def as_table(signals: Sequence[Signal]) -> Table:
    """All signals, one row each."""
    rows = []
    for s in signals:
        value, null = s.value or Estimate(float("nan")), s.null
        chance = None if null is None else null.mean
        rows.append((s.name, value.estimate, value.low, value.high, s.n, s.unit, chance, s.z, s.level))
    columns = ("signal", "value", "low", "high", "n", "of", "chance", "z", "level")
    return Table("Signals", columns, tuple(rows))


def hidden(name: str, family: str, words: str, action: str, n: int, unit: str, why: str) -> Signal:
    """A signal that is not shown, with the reason."""
    return Signal(name, family, None, n, unit, "none", words, action, withheld=why)


def too_few_members(members: int) -> str:
    """Why groups are not compared; empty from 50 members on."""
    if members >= MEMBERS_FOR_GROUPS:
        return ""
    return f"with fewer than {MEMBERS_FOR_GROUPS} members groups are not compared (there are {members})"


def between(value: float, half: float, low: float = -np.inf, high: float = np.inf) -> Estimate:
    """An estimate with a symmetric interval, kept inside what is possible."""
    return Estimate(value, float(max(low, value - half)), float(min(high, value + half)))


def usual(history: Sequence[float]) -> float | None:
    """The mean of the community's own last eight weeks (what came before this week); None without any."""
    weeks = [value for value in history if np.isfinite(value)][-WEEKS:]
    return float(np.mean(weeks)) if weeks else None
