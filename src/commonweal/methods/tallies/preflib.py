"""Files as PrefLib publishes them (preflib.org/format): strict or tied orders, complete or not, and categories.

Both generations are read: since 2022 a head of `# KEY: value` lines and `count: order` below it; before that a number of
options, a line `1,name` each, a line of totals and `count,order`. An order is 3,1,{2,4}: what stands in braces is equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from ..errors import BadInput
from .files import lines_of, shortened, told_apart, whole
from .profile import NONE, Ranked, Scored, ranked, scored
from .reading import Rules

ENDINGS = frozenset({".soc", ".soi", ".toc", ".toi", ".cat"})
MOST_OPTIONS = 10_000

_NAME = re.compile(r"#\s*ALTERNATIVE NAME\s+(\d{1,6})\s*:(.*)", re.IGNORECASE)
_SIZE = re.compile(r"#\s*NUMBER ALTERNATIVES\s*:(.*)", re.IGNORECASE)
_VOTERS = re.compile(r"#\s*NUMBER VOTERS\s*:\s*(\d{1,12})\s*", re.IGNORECASE)
_CATEGORY = re.compile(r"#\s*CATEGORY NAME\s+(\d{1,3})\s*:(.*)", re.IGNORECASE)
#: What a category of approved options may be called; without such a name it is the first.
APPROVED = frozenset({"yes", "approve", "approved", "approval", "approvals"})

Order = list[list[int]]


@dataclass(slots=True)
class _File:
    names: dict[int, str] = field(default_factory=dict)
    orders: list[tuple[int, int, Order]] = field(default_factory=list)  # line, people, tiers of option numbers
    voters: int | None = None  # as the head says
    approved: int = 0  # which category

    def notes(self) -> tuple[str, ...]:
        """A file cut off in the middle still reads well, so what the head says is held against what is there."""
        people = sum(people for _, people, _ in self.orders)
        if self.voters is None or self.voters == people:
            return ()
        return (f"The head of the file says {self.voters:,} people voted, its ballots add up to {people:,}.",)


def parse(text: str, ending: str, file: str = "", rules: Rules | None = None) -> Ranked | Scored:
    """Ballots from the text of a PrefLib file. A `.cat` file gives approvals: its category "Yes" (or the like), else its
    first, is what is approved."""
    lines = [(n, line.strip()) for n, line in enumerate(lines_of(text), 1) if line.strip()]
    if not lines:
        raise BadInput("the file is empty", file=file)
    found = _modern(lines, file) if lines[0][1].startswith("#") else _older(lines, file)
    if not found.names:
        raise BadInput("the head names no alternatives (# ALTERNATIVE NAME 1: …)", file=file, row=1)
    if not found.orders:
        raise BadInput("there is no ballot below the head", file=file, row=lines[-1][0])
    numbers = sorted(found.names)
    names = told_apart([_unquoted(found.names[number]) or f"option {number}" for number in numbers])
    place = {number: n for n, number in enumerate(numbers)}
    _check(found, place, file)
    if ending == ".cat":
        return _approvals(found, names, place)
    return _orders(found, names, place, ends=rules is not None and rules.overvote == "exhaust")


def _unquoted(name: str) -> str:
    """A name without the quotes around it; quotes inside a name stay."""
    bare = name[1:-1].strip() if len(name) > 1 and name[0] == name[-1] == '"' else name
    return bare.replace('""', '"')


def _modern(lines: list[tuple[int, str]], file: str) -> _File:
    found = _File()
    size = 0
    for number, line in lines:
        if line.startswith("#"):
            if name := _NAME.match(line):
                found.names[int(name[1])] = name[2].strip()
            elif count := _SIZE.match(line):
                size = _options(count[1], file, number)
            elif voters := _VOTERS.fullmatch(line):
                found.voters = int(voters[1])
            elif (category := _CATEGORY.match(line)) and category[2].strip().lower() in APPROVED:
                found.approved = int(category[1]) - 1
            continue
        people, colon, order = line.partition(":")
        if not colon:
            raise BadInput(f"“{shortened(line)}” is not “count: order”", file=file, row=number)
        found.orders.append((number, _people(people, file, number), _tiers(order, file, number)))
    for number in range(1, size + 1):
        found.names.setdefault(number, "")
    return found


def _older(lines: list[tuple[int, str]], file: str) -> _File:
    found = _File()
    size = _options(lines[0][1], file, lines[0][0])
    if len(lines) < size + 2:
        raise BadInput(f"{size} alternatives are promised, but the file ends before", file=file, row=lines[-1][0])
    for number, line in lines[1 : size + 1]:
        at, _, name = line.partition(",")
        found.names[whole(at, file, number, None, least=1)] = name.strip()
    totals = [part.strip() for part in lines[size + 1][1].split(",")]
    if len(totals) == 3 and totals[1].isascii() and totals[1].isdigit() and len(totals[1]) < 13:
        found.voters = int(totals[1])
    for number, line in lines[size + 2 :]:
        people, _, order = line.partition(",")
        found.orders.append((number, _people(people, file, number), _tiers(order, file, number)))
    return found


def _options(text: str, file: str, row: int) -> int:
    size = whole(text, file, row, None, least=1)
    if size > MOST_OPTIONS:
        raise BadInput(f"{size:,} alternatives are more than can be counted ({MOST_OPTIONS:,})", file=file, row=row)
    return size


def _people(text: str, file: str, row: int) -> int:
    people = whole(text, file, row, None)
    if people > 10**11:
        raise BadInput(f"{people:,} ballots in one line are more than there are people", file=file, row=row)
    return people


def _tiers(order: str, file: str, row: int) -> Order:
    """The tiers of an order, best first: {…} is one tier, a bare number a tier of its own."""
    clean = re.sub(r"\s", "", order)
    if not re.fullmatch(r"(?:(?:\d{1,6}|\{(?:\d{1,6}(?:,\d{1,6})*)?\})(?:,|$))*", clean, re.ASCII):
        raise BadInput(f"“{shortened(order)}” is not an order such as 3,1,{{2,4}}", file=file, row=row)
    parts = re.findall(r"\{([\d,]*)\}|(\d+)", clean)
    return [[int(number) for number in (tied or alone).split(",") if number] for tied, alone in parts]


def _check(found: _File, place: dict[int, int], file: str) -> None:
    for line, _, order in found.orders:
        named = [number for tier in order for number in tier]
        if strange := next((number for number in named if number not in place), None):
            raise BadInput(f"alternative {strange} is not in the head", file=file, row=line)
        if 0 in named:
            raise BadInput("alternatives are numbered from 1", file=file, row=line)
        if len(set(named)) != len(named):
            raise BadInput("an alternative stands twice in this order", file=file, row=line)


def _orders(found: _File, names: list[str], place: dict[int, int], ends: bool) -> Ranked:
    """`ends`: where options share a rank, a count by transfer ends the ballot there instead of passing over the rank."""
    ties = any(len(tier) > 1 for _, _, order in found.orders for tier in order)
    ranks = max(len(order) for _, _, order in found.orders) or 1
    order = np.full((len(found.orders), ranks), NONE, np.int16)
    tiers = np.full((len(found.orders), len(names)), len(names), np.int16) if ties else None
    for row, (_, _, ballot) in enumerate(found.orders):
        ended = False
        for rank, tier in enumerate(ballot):
            ended = ended or (ends and len(tier) > 1)
            if len(tier) == 1 and not ended:
                order[row, rank] = place[tier[0]]
            if tiers is not None:
                tiers[row, [place[number] for number in tier]] = rank
    weight = np.array([people for _, people, _ in found.orders], np.int64)
    blank = np.array([not any(ballot) for _, _, ballot in found.orders])
    useless = ~blank & (order == NONE).all(axis=1)
    keep = ~blank if ties else ~blank & ~useless
    return ranked(
        names,
        order[keep],
        weight[keep],
        blank=int(weight[blank].sum()),
        spoiled=int(weight[useless].sum()),
        tiers=None if tiers is None else tiers[keep],
        notes=found.notes(),
    )


def _approvals(found: _File, names: list[str], place: dict[int, int]) -> Scored:
    scores = np.zeros((len(found.orders), len(names)), np.int64)
    for row, (_, _, order) in enumerate(found.orders):
        for number in order[found.approved] if 0 <= found.approved < len(order) else []:
            scores[row, place[number]] = 1
    return scored(names, scores, [people for _, people, _ in found.orders], notes=found.notes())
