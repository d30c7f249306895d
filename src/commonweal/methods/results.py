"""The shapes that results share: an estimate with its interval, a table, and the rule for showing either."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number from a sample with the interval that says how sure it is. `low` and `high` are None without one."""

    estimate: float
    low: float | None = None
    high: float | None = None
    level: float = 0.95

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of zero. False when there is no interval."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    def as_json(self) -> dict[str, float | None]:
        return {"estimate": finite(self.estimate), "low": finite(self.low), "high": finite(self.high)}

    def in_words(self, digits: int = 2) -> str:
        """For example "0.12 (95% interval 0.03 to 0.21)"."""
        if self.low is None or self.high is None:
            return f"{self.estimate:z.{digits}f} (no interval)"
        percent = f"{100 * self.level:g}%"
        return f"{self.estimate:z.{digits}f} ({percent} interval {self.low:z.{digits}f} to {self.high:z.{digits}f})"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns: the alternative to every picture, and what reports, CSV and pages print."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def as_text(self) -> str:
        """Aligned for a terminal: numbers to the right, words to the left."""
        cells = [[shown(value) for value in row] for row in self.rows]
        widths = [max(len(row[n]) for row in [list(self.columns), *cells]) for n in range(len(self.columns))]
        right = [all(not isinstance(row[n], str) for row in self.rows) for n in range(len(self.columns))]

        def line(row: Sequence[str]) -> str:
            aligned = (cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(row, widths, right, strict=True))
            return "  ".join(aligned).rstrip()

        rule = "  ".join("─" * min(width, 60) for width in widths)  # a long sentence needs no long line above it
        return "\n".join([self.title, line(self.columns), rule, *map(line, cells)])

    def as_csv(self) -> str:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(["" if value is None else value for value in row] for row in self.rows)
        return text.getvalue()


def shown(value: Any) -> str:
    """A value as a reader wants it: four significant digits, a dash for what is not known."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def finite(value: float | None) -> float | None:
    """The number as JSON may hold it: None instead of infinities and what is not a number."""
    return float(value) if value is not None and math.isfinite(value) else None
