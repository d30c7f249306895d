"""Ballot files: CSV with a row per ballot (or per group of equal ballots), and whatever PrefLib publishes.

Ranked or chosen: columns `choice_1`, `choice_2`, …; `undervote` and empty cells are skipped ranks, `overvote` is a rank
with two marks and is skipped too. Scored or approved: one column per option. `ballots` says how many people cast the
row and is 1 when the column is missing. Other columns beside `choice_…` are left alone; lines without any mark in any cell
are no ballots.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from ..progress import Progress, unheard
from .files import delimiter_of, rows_of, shortened, text_of, whole
from .profile import NONE, Ranked, Scored, ranked, scored

UNDERVOTE, OVERVOTE = NONE, -2
EMPTY = frozenset({"", "undervote", "skipped", "blank"})
OVER = frozenset({"overvote"})
COUNT_COLUMNS = frozenset({"ballots", "count", "weight"})
#: Columns that name a ballot or a person, and are no option.
NAME_COLUMNS = frozenset({"id", "ballot", "ballot_id", "voter", "voter_id"})
YES = frozenset({"1", "yes", "true", "x", "approve", "approved", "y"})
NO = frozenset({"0", "no", "false", "n"})

_CHOICE = re.compile(r"(?:choice|rank|preference)[ _-]?(\d{1,4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """How marks on paper become ranks. `skips`: so many skipped ranks in a row are allowed before a mark, or the ballot
    ends there (None: any number). `overvote`: an overvoted rank is skipped, or ends the ballot."""

    skips: int | None = None
    overvote: Literal["skip", "exhaust"] = "skip"


def read(path: str | Path, rules: Rules | None = None, progress: Progress = unheard) -> Ranked | Scored:
    """Ballots from a file: by its ending as PrefLib publishes them (.soc .soi .toc .toi .cat), otherwise CSV."""
    from . import preflib

    text = text_of(path)
    ending = Path(path).suffix.lower()
    if ending in preflib.ENDINGS:
        return preflib.parse(text, ending, str(path), rules)
    return parse_csv(text, rules, str(path), progress)


def parse_csv(text: str, rules: Rules | None = None, file: str = "", progress: Progress = unheard) -> Ranked | Scored:
    """Ballots from the text of a CSV file: ranked when there are `choice_…` columns, else a column per option."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    rows = list(rows_of(text, delimiter_of(first), file, lambda share: progress(0.6 * share)))
    if not rows:
        raise BadInput("the file is empty; the first row names the columns", file=file)
    (line, header), *body = rows
    if not body:
        raise BadInput("there is no ballot below the column names", file=file, row=line)
    for number, cells in body:
        if len(cells) > len(header):
            raise BadInput(f"{len(cells)} cells under {len(header)} column names", file=file, row=number)
        cells += [""] * (len(header) - len(cells))
    choices = _choices(header, line, file)
    counts = _counts(header, body, file)
    progress(0.7)
    if choices:
        return _ranked(body, choices, counts, rules or Rules(), file)
    return _scored(header, line, body, counts, file)


def _choices(header: Sequence[str], line: int, file: str) -> list[int]:
    """The columns that hold choices, first choice first."""
    found: dict[int, int] = {}
    for at, name in enumerate(header):
        if match := _CHOICE.fullmatch(name):
            if (rank := int(match[1])) in found:
                raise BadInput("a second column for the same choice", file=file, row=line, column=name)
            found[rank] = at
    return [found[rank] for rank in sorted(found)]


def _counts(header: Sequence[str], body: Sequence[tuple[int, list[str]]], file: str) -> list[int]:
    found_at = [n for n, name in enumerate(header) if name.lower() in COUNT_COLUMNS]
    if not found_at:
        return [1] * len(body)
    if len(found_at) > 1:
        raise BadInput("two columns say how many people cast a row; leave one", file=file, column=header[found_at[1]])
    at = found_at[0]
    found = []
    for number, cells in body:
        count = whole(cells[at], file, number, header[at])
        if count > 10**11:
            raise BadInput(
                f"{count:,} ballots in one row are more than there are people",
                file=file,
                row=number,
                column=header[at],
            )
        found.append(count)
    return found


def _ranked(
    body: Sequence[tuple[int, list[str]]], columns: Sequence[int], counts: Sequence[int], rules: Rules, file: str
) -> Ranked:
    place: dict[str, int] = {}
    coded: dict[str, int] = {}
    marks = np.empty((len(body), len(columns)), np.int64)
    for rank, at in enumerate(columns):
        cells = [row[at] for _, row in body]
        for cell in dict.fromkeys(cells):
            if cell not in coded:
                low = cell.lower()
                named = low not in EMPTY and low not in OVER
                coded[cell] = place.setdefault(cell, len(place)) if named else UNDERVOTE if low in EMPTY else OVERVOTE
        marks[:, rank] = np.fromiter(map(coded.__getitem__, cells), np.int64, len(cells))
    if not place:
        raise BadInput("no ballot names an option: every cell is empty, an undervote or an overvote", file=file)
    if len(place) > np.iinfo(np.int16).max:
        raise BadInput(f"{len(place):,} different options are more than can be counted (32,767)", file=file)
    return from_marks(sorted(place), np.array(_sorted_codes(place))[marks], counts, rules)


def _sorted_codes(place: dict[str, int]) -> list[int]:
    """Old number → number by name; the last two entries answer for OVERVOTE (-2) and UNDERVOTE (-1)."""
    by_name = {name: n for n, name in enumerate(sorted(place))}
    return [by_name[name] for name in place] + [OVERVOTE, UNDERVOTE]


def from_marks(options: Sequence[str], marks: NDArray[np.int64], counts: Sequence[int], rules: Rules) -> Ranked:
    """Ranked ballots from what stands in each rank: an option, UNDERVOTE or OVERVOTE. Applies the rules for marks."""
    weight = np.asarray(counts, np.int64)
    blank = (marks == UNDERVOTE).all(axis=1)
    ended = np.zeros(len(marks), bool)
    skipped = np.zeros(len(marks), np.int64)
    order = np.full(marks.shape, NONE, np.int16)
    for rank in range(marks.shape[1]):
        here = marks[:, rank]
        empty = here == UNDERVOTE
        if rules.skips is not None:
            ended |= ~empty & (skipped > rules.skips)
        if rules.overvote == "exhaust":
            ended |= here == OVERVOTE
        take = ~ended & (here >= 0)
        order[take, rank] = here[take]
        skipped = np.where(empty, skipped + 1, 0)
    useless = ~blank & (order == NONE).all(axis=1)
    keep = ~blank & ~useless
    return ranked(
        options, order[keep], weight[keep], blank=int(weight[blank].sum()), spoiled=int(weight[useless].sum())
    )


def _scored(
    header: Sequence[str], line: int, body: Sequence[tuple[int, list[str]]], counts: Sequence[int], file: str
) -> Scored:
    at = [n for n, name in enumerate(header) if name and name.lower() not in COUNT_COLUMNS | NAME_COLUMNS]
    if not at:
        raise BadInput("no column names an option, and there is no column choice_1", file=file, row=line)
    names = [header[n] for n in at]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise BadInput(f"two columns are named “{shortened(double)}”", file=file, row=line)
    scores = np.zeros((len(body), len(at)), np.int64)
    given = np.zeros((len(body), len(at)), bool)
    for row, (number, cells) in enumerate(body):
        for column, n in enumerate(at):
            cell = cells[n].lower()
            if cell in EMPTY:
                continue
            given[row, column] = True
            scores[row, column] = 1 if cell in YES else 0 if cell in NO else _score(cells[n], file, number, header[n])
    weight = np.asarray(counts, np.int64)
    blank = ~given.any(axis=1)
    return scored(names, scores[~blank], weight[~blank], given=given[~blank], blank=int(weight[blank].sum()))


def _score(cell: str, file: str, row: int, column: str) -> int:
    try:
        number = whole(cell, file, row, column, least=None)
    except BadInput as wrong:
        said = f"{wrong.message}; every column but ballots and voter_id is an option with a score or yes and no"
        raise BadInput(said, file=file, row=row, column=column) from None
    if abs(number) > 10**6:
        raise BadInput(f"{number:,} is no score; use whole numbers up to a million", file=file, row=row, column=column)
    return number
