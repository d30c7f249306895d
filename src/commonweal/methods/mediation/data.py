"""Reading a table for mediation: which columns, coded how, which rows are complete.

Strings are treatment-coded: levels in alphabetical order, the first is the reference, every other one gets a column of
zeros and ones. An empty cell, `NA`, `NaN`, `null` and `.` are missing (`MISSING` lists all).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import BadInput

MISSING = frozenset({"", "na", "n/a", "nan", "null", ".", "<na>", "#n/a"})
#: A column with fewer words than this share among its numbers is a column of numbers with slips of the pen.
SLIPS = 0.05
#: How many levels a column of words may have before it is a name rather than a kind.
MOST_LEVELS = 50


@dataclass(frozen=True)
class Frame:
    """Named columns of equal length: float64 with NaN for missing, or str with "" for missing.

    `lines` are the rows of the file that they came from, counted as a text editor does.
    """

    columns: Mapping[str, np.ndarray]
    file: str = ""
    lines: np.ndarray | None = field(default=None, repr=False)

    @classmethod
    def of(cls, columns: Mapping[str, Any], file: str = "") -> Frame:
        """A frame of arrays or lists. Raises BadInput when their lengths differ or a value is infinite."""
        arrays = {str(name): _typed(values) for name, values in columns.items()}
        lengths = {len(array) for array in arrays.values()}
        if len(lengths) > 1:
            raise BadInput("the columns differ in length", file=file)
        for name, array in arrays.items():
            if array.dtype.kind == "f" and np.isinf(array).any():
                raise BadInput("holds an infinite value", file=file, column=name)
        return cls(arrays, file)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def column(self, name: str) -> np.ndarray:
        """The column called `name`. Raises BadInput with the nearest names when there is none."""
        if name not in self.columns:
            near = get_close_matches(name, list(self.columns), n=3, cutoff=0.5) or list(self.columns)[:8]
            known = ", ".join(near) or "none"
            raise BadInput(f"there is no column “{name}”; columns here: {known}", file=self.file)
        return self.columns[name]

    def missing(self, name: str) -> np.ndarray:
        """Where the column has no value, as booleans."""
        values = self.column(name)
        return np.isnan(values) if values.dtype.kind == "f" else values == ""

    def complete(self, names: Sequence[str]) -> tuple[Frame, int]:
        """Only the named columns and the rows where all of them have a value; and how many rows were left out."""
        keep = np.ones(len(self), dtype=bool)
        for name in names:
            keep &= ~self.missing(name)
        chosen = {name: self.columns[name][keep] for name in dict.fromkeys(names)}
        lines = None if self.lines is None else self.lines[keep]
        return Frame(chosen, self.file, lines), int(len(self) - keep.sum())

    def levels(self, name: str) -> list[str]:
        """The words in a column of words, in alphabetical order (as R sorts them); empty for a column of numbers."""
        values = self.column(name)
        if values.dtype.kind == "f":
            return []
        return sorted(set(values.tolist()) - {""}, key=lambda word: (word.casefold(), word.swapcase()))

    def number(self, name: str) -> np.ndarray:
        """The column as numbers; words of two kinds become 0 and 1. Raises BadInput for more kinds or a constant."""
        values, levels = self.column(name), self.levels(name)
        if levels:
            if len(levels) > 2:
                raise BadInput(
                    f"holds {len(levels)} different words ({', '.join(levels[:4])}, …); it must be a number or of two"
                    " kinds",
                    file=self.file,
                    column=name,
                )
            values = (values == levels[-1]).astype(float)
        if len(values) and float(np.ptp(values)) == 0.0:
            raise BadInput("has the same value in every complete row", file=self.file, column=name)
        return values

    def coded(self, name: str) -> dict[str, np.ndarray]:
        """The column as columns of numbers: itself, or one per level of words but the first."""
        levels = self.levels(name)
        if not levels:
            return {name: self.column(name)}
        if len(levels) > MOST_LEVELS:
            raise BadInput(
                f"holds {len(levels)} different words, too many to compare; leave it out or group them",
                file=self.file,
                column=name,
            )
        values = self.column(name)
        return {f"{name}={level}": (values == level).astype(float) for level in levels[1:]}


def read_csv(path: str | Path) -> Frame:
    """Read a CSV file with a header; commas, semicolons or tabs. Raises BadInput with the row and column of a fault."""
    file = str(path)
    header, rows, lines, mark = _rows(Path(path))
    named = [n for n, name in enumerate(header) if name]  # a column without a name (row numbers) is passed over
    if len({header[n] for n in named}) < len(named):
        twice = next(header[n] for n in named if header.count(header[n]) > 1)
        raise BadInput("two columns have this name", file=file, row=1, column=twice)
    columns = {header[n]: _column([row[n] for row in rows], lines, file, header[n], mark) for n in named}
    if not columns:
        raise BadInput("the first row names no columns", file=file, row=1)
    if not rows:
        raise BadInput("there are no rows below the names of the columns", file=file)
    return Frame(columns, file, np.array(lines))


def _rows(path: Path) -> tuple[list[str], list[list[str]], list[int], str]:
    """Header, cells, the line of each row and the mark between cells; every row as long as the header."""
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror})", file=file) from None
    except UnicodeDecodeError:
        raise BadInput("is not UTF-8 text; save it as CSV in UTF-8", file=file) from None
    if not text.strip():
        raise BadInput("is empty", file=file)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    header: list[str] = []
    rows, lines = [], []
    try:
        reader = csv.reader(text.splitlines(keepends=True), delimiter=mark, strict=True)
        for row in reader:
            if not row or not any(cell.strip() for cell in row):
                continue
            if not header:
                header = [cell.strip() for cell in row]
                continue
            if len(row) != len(header):
                raise BadInput(f"has {len(row)} cells where {len(header)} are named", file=file, row=reader.line_num)
            rows.append([cell.strip() for cell in row])
            lines.append(reader.line_num)
    except csv.Error as error:
        raise BadInput(f"is not CSV ({error})", file=file) from None
    return header, rows, lines, mark


def _column(cells: list[str], lines: list[int], file: str, name: str, mark: str) -> np.ndarray:
    """Numbers when all that is there is a number; words when it is not; BadInput for a few slips among numbers.

    Between semicolons or tabs a number may be written with a decimal comma.
    """
    numbers, words = np.full(len(cells), np.nan), []
    comma = mark != ","
    for n, cell in enumerate(cells):
        if cell.casefold() in MISSING:
            continue
        value = _number(cell.replace(",", ".", 1) if comma else cell)
        if value is None:
            words.append(n)
        elif math.isinf(value):
            raise BadInput(f"“{cell[:40]}” is too large", file=file, row=lines[n], column=name)
        else:
            numbers[n] = value
    if not words:
        return numbers
    if len(words) < SLIPS * (len(words) + np.isfinite(numbers).sum()):
        raise BadInput(
            f"“{cells[words[0]][:40]}” is not a number, and nearly all others are; correct it or leave the cell empty",
            file=file,
            row=lines[words[0]],
            column=name,
        )
    return np.array(["" if cell.casefold() in MISSING else cell for cell in cells], dtype=object)


def _number(cell: str) -> float | None:
    if "_" in cell:  # Python reads 1_000 as a number; a spreadsheet does not
        return None
    try:
        return float(cell)
    except ValueError:
        return None


def _typed(values: Any) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind in "fiub":
        return array.astype(float)
    cells = ["" if v is None or (isinstance(v, float) and math.isnan(v)) else v for v in np.ravel(array).tolist()]
    if all(v == "" or isinstance(v, (int, float)) for v in cells):
        return np.array([math.nan if v == "" else float(v) for v in cells])
    return np.array([str(v) for v in cells], dtype=object)
