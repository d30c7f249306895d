"""Participatory budgets as Pabulib publishes them: sections META, PROJECTS and VOTES, cells divided by semicolons.

All vote types are read: approval (and choose-1), cumulative and scoring (points in the order of the projects; with
scoring, a project not listed gets `default_score`), ordinal. Ordinal ballots become Borda points: with `max_length` L
(as the format has it, the number of projects when it is not given) the first gets L, the next L−1, and so on. Projects
below `min_project_score_threshold` cannot be funded. Amounts may have a decimal point or comma and are kept exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ..errors import BadInput
from ..progress import Progress, unheard
from .files import decimal, rows_of, shortened, text_of, whole

APPROVAL = frozenset({"approval", "choose-1"})
POINTS = frozenset({"cumulative", "scoring"})
SECTIONS = frozenset({"meta", "projects", "votes"})
#: Other values of the column `selected` mean something that only the file's comment explains.
SELECTED = {"1": True, "1.0": True, "0": False, "0.0": False}

_DIGITS = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Project:
    """Something that money can be spent on. `published` is the file's own `selected` column (1 or 0), None where it says
    nothing or something else; `counted` the votes (or points) that the file's own columns give it."""

    id: str
    name: str
    cost: Fraction
    published: bool | None = None
    counted: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """A budget to be spent. `ballots` has one entry per voter: project number → points (1 for an approval). Projects with
    fewer votes than `threshold` cannot be funded. `rule` is what the file says was used; `notes` what a reader of the
    result must know about the file."""

    budget: Fraction
    projects: tuple[Project, ...]
    voters: tuple[str, ...]
    ballots: tuple[dict[int, Fraction], ...]
    vote_type: str = "approval"
    rule: str = ""
    threshold: Fraction = Fraction(0)
    notes: tuple[str, ...] = ()

    @property
    def by_points(self) -> bool:
        return self.vote_type not in APPROVAL


def read(path: str | Path, progress: Progress = unheard) -> Poll:
    """A budget from a `.pb` file."""
    return parse(text_of(path), str(path), progress)


def parse(text: str, file: str = "", progress: Progress = unheard) -> Poll:
    """A budget from the text of a `.pb` file. Raises BadInput with the row of what is wrong."""
    parts = _sections(text, file, progress)
    meta = _Meta({cells[0].lower(): (number, cells[1]) for number, cells in parts["meta"] if len(cells) > 1}, file)
    budget = meta.amount("budget")
    if budget is None:
        raise BadInput("the section META has no budget", file=file)
    kind = meta.text("vote_type", "approval").lower()
    if kind not in APPROVAL | POINTS | {"ordinal"}:
        known = "approval, choose-1, ordinal, cumulative, scoring"
        raise meta.wrong(f"there is no vote type “{shortened(kind)}” ({known})", "vote_type")
    projects = _projects(parts["projects"], kind, file)
    voters, ballots = _votes(parts["votes"], projects, kind, meta, file)
    rule, threshold = meta.text("rule").lower(), meta.amount("min_project_score_threshold") or Fraction(0)
    notes = (*_promised(meta, projects, voters), *_recounted(projects, ballots))
    return Poll(budget, projects, voters, ballots, kind, rule, threshold, notes)


class _Meta:
    """What the section META says, with the row of each key for whoever must mend it."""

    def __init__(self, found: Mapping[str, tuple[int, str]], file: str) -> None:
        self._found, self._file = found, file

    def text(self, key: str, default: str = "") -> str:
        return (self._found[key][1] if key in self._found else "") or default

    def amount(self, key: str, least: int | None = 0) -> Fraction | None:
        if not (text := self.text(key)):
            return None
        amount = decimal(text, self._file, self._found[key][0], key)
        if least is not None and amount < least:
            raise self.wrong(f"the {key} is below {least}", key)
        return amount

    def number(self, key: str) -> int | None:
        return whole(text, self._file, self._found[key][0], key) if (text := self.text(key)) else None

    def wrong(self, message: str, key: str) -> BadInput:
        return BadInput(message, file=self._file, row=self._found[key][0] if key in self._found else None, column=key)


def _promised(meta: _Meta, projects: Sequence[Project], voters: Sequence[str]) -> Iterator[str]:
    """A file cut off in the middle still reads well, so what its head says is held against what is there."""
    for key, here, what in (("num_projects", len(projects), "projects"), ("num_votes", len(voters), "votes")):
        said = meta.text(key)
        if said.isascii() and said.isdigit() and len(said) < 13 and int(said) != here:
            yield f"The head of the file says {int(said):,} {what}, but {here:,} are in it."


def _recounted(projects: Sequence[Project], ballots: Sequence[Mapping[int, Fraction]]) -> Iterator[str]:
    """Whether the votes add up to what the file's own columns say."""
    sums = votes_of(len(projects), ballots)
    differ = [
        project.id
        for project, points in zip(projects, sums, strict=True)
        if project.counted is not None and project.counted != points
    ]
    if differ:
        names = f"{', '.join(differ[:5])}{' and others' if len(differ) > 5 else ''}"
        yield f"The votes in the file do not add up to the numbers it gives for its projects ({names}); these votes count."


def votes_of(size: int, ballots: Iterable[Mapping[int, Fraction]]) -> list[Fraction]:
    """Votes of every project: how many approve it, or the sum of its points."""
    sums = [Fraction(0)] * size
    for ballot in ballots:
        for project, points in ballot.items():
            sums[project] += points
    return sums


def _sections(text: str, file: str, progress: Progress) -> dict[str, list[Row]]:
    """The rows of each section; the first row of PROJECTS and VOTES names their columns."""
    parts: dict[str, list[Row]] = {}
    section = ""
    for number, cells in rows_of(text, ";", file, progress):
        word = cells[0].lower()
        if word in SECTIONS and not any(cells[1:]):
            if word in parts:
                raise BadInput(f"a second section {word.upper()}", file=file, row=number)
            section = word
            parts[section] = []
        elif not section:
            raise BadInput("the file does not begin with META", file=file, row=number)
        else:
            parts[section].append((number, cells))
    for name in ("meta", "projects", "votes"):
        if name not in parts:
            raise BadInput(f"the section {name.upper()} is missing", file=file)
    return parts


def _columns(rows: Sequence[Row], needed: Sequence[str], section: str, file: str) -> dict[str, int]:
    if not rows:
        raise BadInput(f"the section {section} is empty", file=file)
    number, header = rows[0]
    at = {name.lower(): n for n, name in enumerate(header)}
    for name in needed:
        if name not in at:
            raise BadInput(f"the section {section} has no column {name}", file=file, row=number)
    return at


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) and cells[at].lower() != "none" else ""


def _projects(rows: Sequence[Row], kind: str, file: str) -> tuple[Project, ...]:
    at = _columns(rows, ("project_id", "cost"), "PROJECTS", file)
    sums = at.get("votes" if kind in APPROVAL else "score")
    found: list[Project] = []
    seen: set[str] = set()
    for number, cells in rows[1:]:
        key = _cell(cells, at["project_id"])
        if not key:
            raise BadInput("a project without an id", file=file, row=number, column="project_id")
        if key in seen:
            raise BadInput(f"a second project {shortened(key)}", file=file, row=number, column="project_id")
        seen.add(key)
        cost = decimal(_cell(cells, at["cost"]), file, number, "cost")
        if cost < 0:
            raise BadInput("a cost below 0", file=file, row=number, column="cost")
        published = SELECTED.get(_cell(cells, at.get("selected")))
        counted = Fraction(said) if _DIGITS.fullmatch(said := _cell(cells, sums)) else None
        found.append(Project(key, _cell(cells, at.get("name")) or key, cost, published, counted))
    if not found:
        raise BadInput("there is no project to vote for", file=file)
    return tuple(found)


def _votes(
    rows: Sequence[Row], projects: Sequence[Project], kind: str, meta: _Meta, file: str
) -> tuple[tuple[str, ...], tuple[dict[int, Fraction], ...]]:
    at = _columns(rows, ("vote", "points") if kind in POINTS else ("vote",), "VOTES", file)
    place = {project.id: n for n, project in enumerate(projects)}
    voters: list[str] = []
    named: list[tuple[int, list[int], str]] = []
    for number, cells in rows[1:]:
        voters.append(_cell(cells, at.get("voter_id")) or str(len(voters) + 1))
        chosen = _chosen(_cell(cells, at["vote"]), place, number, file)
        if kind in POINTS and len(set(chosen)) != len(chosen):
            raise BadInput("a project stands twice on this ballot", file=file, row=number, column="vote")
        named.append((number, list(dict.fromkeys(chosen)), _cell(cells, at.get("points"))))
    if len(set(voters)) != len(voters):
        voters = [f"{voter}#{n}" for n, voter in enumerate(voters, 1)]
    if kind in POINTS:
        rest = (meta.amount("default_score", least=None) or 0) if kind == "scoring" else 0
        others = dict.fromkeys(range(len(projects)), Fraction(rest)) if rest else {}
        ballots = [others | _points(chosen, points, number, file) for number, chosen, points in named]
    elif kind == "ordinal":
        longest = max((len(chosen) for _, chosen, _ in named), default=0)
        most = max(meta.number("max_length") or len(projects), longest)
        ballots = [{p: Fraction(most - rank) for rank, p in enumerate(chosen)} for _, chosen, _ in named]
    else:
        one = Fraction(1)
        ballots = [dict.fromkeys(chosen, one) for _, chosen, _ in named]
    return tuple(voters), tuple(ballots)


def _chosen(cell: str, place: Mapping[str, int], row: int, file: str) -> list[int]:
    """The numbers of the projects that a ballot names, in its order."""
    chosen = []
    for key in (part.strip() for part in cell.split(",")):
        if not key:
            continue
        if key not in place:
            raise BadInput(f"there is no project {shortened(key)}", file=file, row=row, column="vote")
        chosen.append(place[key])
    return chosen


def _points(chosen: Sequence[int], text: str, row: int, file: str) -> dict[int, Fraction]:
    parts = [part.strip() for part in text.split(",")] if text else []
    if len(parts) != len(chosen):
        raise BadInput(f"{len(parts)} points for {len(chosen)} projects", file=file, row=row, column="points")
    return {project: decimal(part, file, row, "points") for project, part in zip(chosen, parts, strict=True)}
