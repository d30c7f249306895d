"""Reads long files whose rows are two names and perhaps a number: ratings, ties, who belongs where.

Two readers give the same answer. `_read_carefully` takes every file that the csv module takes and says of the first wrong
row where it is. Files above a megabyte first go through `pairs_fast`, which reads plain rows an order of magnitude faster;
at the first thing that is not plain (a quote, an odd number, a wrong row) it gives up and the careful one decides.
"""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import BadInput
from .progress import Progress, unheard

#: Files from this size go through the fast reader first (below it, compiling would cost more than it saves).
FAST_FROM = 1 << 20
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
BLANK = " \t"


@dataclass(frozen=True)
class Columns:
    """Which columns to read. `allowed` says of a number what is wrong with it, or nothing.

    `number` may be absent from the file when `optional`. With `shared`, both names come from one list (nodes).
    """

    first: str
    second: str
    number: str | None = None
    optional: bool = False
    shared: bool = False
    allowed: Callable[[NDArray[np.float64]], NDArray[np.bool_]] | None = None
    wanted: str = "a number"


@dataclass(frozen=True)
class Pairs:
    """Codes (int32) of the names in each row and the number beside them (float32; None without the column)."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    number: NDArray[np.float32] | None
    first_names: Sequence[str]
    second_names: Sequence[str]

    def __len__(self) -> int:
        return len(self.first)


def read_pairs(path: str | Path, columns: Columns, *, progress: Progress = unheard) -> Pairs:
    """Read the file. Raises `BadInput`, naming file, row and column, at the first thing that is wrong with it."""
    file = Path(path)
    try:
        if file.stat().st_size >= FAST_FROM:
            from .pairs_fast import read_plain

            header = next(_rows(file), None)
            if header is not None:
                found = read_plain(file, _places(header, file, columns), columns, progress)
                if found is not None:
                    return found
        return _read_carefully(file, columns)
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror})", file=str(path)) from None
    except UnicodeDecodeError:
        raise BadInput("is not UTF-8 text", file=str(path), row=_first_undecodable(file)) from None


def line_of(path: str | Path, index: int) -> int:
    """The line on which the data row `index` (from 0, blank lines not counted) begins."""
    for n, (line, _fields) in enumerate(_rows(Path(path))):
        if n == index + 1:
            return line
    raise IndexError(index)


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each row that is not blank; the first is the header."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text)
        line = 1
        try:
            for fields in reader:
                if fields:
                    yield line, [field.strip(BLANK) for field in fields]
                line = reader.line_num + 1
        except csv.Error as error:
            raise BadInput(f"is not a CSV row ({error})", file=str(file), row=line) from None
    if line == 1:
        raise BadInput("is empty; a header and rows are needed", file=str(file), row=1)


def _places(header: tuple[int, list[str]], file: Path, columns: Columns) -> tuple[int, int, int, int]:
    """Where first, second and number stand (number −1 when absent), and how many fields a row has."""
    line, names = header[0], [name.lower() for name in header[1]]
    wanted = [columns.first, columns.second]
    if columns.number is not None and not (columns.optional and columns.number not in names):
        wanted.append(columns.number)
    for name in wanted:
        if names.count(name) != 1:
            problem = "is missing from" if name not in names else "stands twice in"
            needed = ", ".join(wanted)
            raise BadInput(f"the column {problem} the header; needed: {needed}", file=str(file), row=line, column=name)
    places = [names.index(name) for name in wanted] + [-1]
    return places[0], places[1], places[2], len(names)


def _read_carefully(file: Path, columns: Columns) -> Pairs:
    rows = _rows(file)
    header = next(rows, None)
    if header is None:
        raise BadInput("is empty; a header and rows are needed", file=str(file), row=1)
    first, second, number, width = _places(header, file, columns)
    left: dict[str, int] = {}
    right = left if columns.shared else {}
    one, two, numbers = array("i"), array("i"), array("d")
    for line, fields in rows:
        if len(fields) != width:
            raise BadInput(f"has {len(fields)} fields; the header has {width}", file=str(file), row=line)
        for place, name in ((first, columns.first), (second, columns.second)):
            if not fields[place]:
                raise BadInput("is empty; a name is needed", file=str(file), row=line, column=name)
        one.append(left.setdefault(fields[first], len(left)))
        two.append(right.setdefault(fields[second], len(right)))
        if number >= 0:
            numbers.append(_number(fields[number], columns, file, line))
    values = np.array(numbers, dtype=np.float32) if number >= 0 else None
    codes = (np.array(one, dtype=np.int32), np.array(two, dtype=np.int32))
    return Pairs(*codes, values, list(left), list(right))


def _number(text: str, columns: Columns, file: Path, line: int) -> float:
    value = float(text) if len(text) < 400 and NUMBER.fullmatch(text) else float("nan")
    with np.errstate(over="ignore"):  # a number beyond what is kept becomes infinite and is refused below
        kept = np.array([value]).astype(np.float32).astype(np.float64)
    if not np.isfinite(kept[0]) or (columns.allowed is not None and not columns.allowed(kept)[0]):
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        problem = f"“{shown}” is not {columns.wanted}" if text else f"is empty; {columns.wanted} is needed"
        raise BadInput(problem, file=str(file), row=line, column=columns.number)
    return value


def _first_undecodable(file: Path) -> int | None:
    with file.open("rb") as lines:
        for n, line in enumerate(lines, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return n
    return None
