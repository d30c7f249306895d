"""Participatory budgets as Pabulib publishes them: sections META, PROJECTS and VOTES, cells divided by semicolons.

All vote types are read: approval (and choose-1), cumulative and scoring (points in the order of the projects), ordinal.
Ordinal ballots become Borda points: with `max_length` L (or the longest ballot) the first gets L, the next L−1, and so
on. Amounts may have a decimal point or a decimal comma and are kept exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ..errors import BadInput
from .files import decimal, rows_of, shortened, text_of, whole

APPROVAL = frozenset({"approval", "choose-1"})
POINTS = frozenset({"cumulative", "scoring"})
SECTIONS = frozenset({"meta", "projects", "votes"})

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Project:
    """Something that money can be spent on. `published` is the file's own `selected` column, None where it says nothing."""

    id: str
    name: str
    cost: Fraction
    published: bool | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """A budget to be spent. `ballots` has one entry per voter: project number → points (1 for an approval)."""

    budget: Fraction
    projects: tuple[Project, ...]
    voters: tuple[str, ...]
    ballots: tuple[dict[int, Fraction], ...]
    vote_type: str = "approval"
    rule: str = ""

    @property
    def by_points(self) -> bool:
        return self.vote_type not in APPROVAL


def read(path: str | Path) -> Poll:
    """A budget from a `.pb` file."""
    return parse(text_of(path), str(path))


def parse(text: str, file: str = "") -> Poll:
    """A budget from the text of a `.pb` file. Raises BadInput with the row of what is wrong."""
    parts = _sections(text, file)
    meta = {cells[0].lower(): cells[1] if len(cells) > 1 else "" for _, cells in parts["meta"]}
    if "budget" not in meta:
        raise BadInput("the section META has no budget", file=file)
    budget = decimal(meta["budget"], file, None, "budget")
    if budget < 0:
        raise BadInput("the budget is below 0", file=file, column="budget")
    kind = meta.get("vote_type", "approval").strip().lower()
    if kind not in APPROVAL | POINTS | {"ordinal"}:
        raise BadInput(f"there is no vote type “{shortened(kind)}” (approval, ordinal, cumulative, scoring)", file=file)
    projects = _projects(parts["projects"], file)
    longest = whole(meta["max_length"], file, None, "max_length") if meta.get("max_length") else None
    voters, ballots = _votes(parts["votes"], projects, kind, longest, file)
    return Poll(budget, projects, voters, ballots, kind, meta.get("rule", ""))


def _sections(text: str, file: str) -> dict[str, list[Row]]:
    """The rows of each section; the first row of PROJECTS and VOTES names their columns."""
    parts: dict[str, list[Row]] = {}
    section = ""
    for number, cells in rows_of(text, ";", file):
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


def _projects(rows: Sequence[Row], file: str) -> tuple[Project, ...]:
    at = _columns(rows, ("project_id", "cost"), "PROJECTS", file)
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
        selected = _cell(cells, at.get("selected"))
        published = selected not in {"0", "0.0"} if selected else None
        found.append(Project(key, _cell(cells, at.get("name")) or key, cost, published))
    if not found:
        raise BadInput("there is no project to vote for", file=file)
    return tuple(found)


def _votes(
    rows: Sequence[Row], projects: Sequence[Project], kind: str, longest: int | None, file: str
) -> tuple[tuple[str, ...], tuple[dict[int, Fraction], ...]]:
    at = _columns(rows, ("vote",), "VOTES", file)
    place = {project.id: n for n, project in enumerate(projects)}
    voters: list[str] = []
    named: list[tuple[int, list[int], str]] = []
    for number, cells in rows[1:]:
        voters.append(_cell(cells, at.get("voter_id")) or str(len(voters) + 1))
        chosen = []
        for key in (part.strip() for part in _cell(cells, at["vote"]).split(",")):
            if not key:
                continue
            if key not in place:
                raise BadInput(f"there is no project {shortened(key)}", file=file, row=number, column="vote")
            chosen.append(place[key])
        if kind in POINTS and len(set(chosen)) != len(chosen):
            raise BadInput("a project stands twice on this ballot", file=file, row=number, column="vote")
        named.append((number, list(dict.fromkeys(chosen)), _cell(cells, at.get("points"))))
    if len(set(voters)) != len(voters):
        voters = [f"{voter}#{n}" for n, voter in enumerate(voters, 1)]
    most = max([longest or 0, *(len(chosen) for _, chosen, _ in named)])
    if kind in POINTS and "points" not in at:
        raise BadInput(f"{kind} votes need the column points", file=file, row=rows[0][0])
    if kind in POINTS:
        ballots = [_points(chosen, points, number, file) for number, chosen, points in named]
    elif kind == "ordinal":
        ballots = [{p: Fraction(most - rank) for rank, p in enumerate(chosen)} for _, chosen, _ in named]
    else:
        one = Fraction(1)
        ballots = [dict.fromkeys(chosen, one) for _, chosen, _ in named]
    return tuple(voters), tuple(ballots)


def _points(chosen: Sequence[int], text: str, row: int, file: str) -> dict[int, Fraction]:
    parts = [part.strip() for part in text.split(",")] if text else []
    if len(parts) != len(chosen):
        raise BadInput(f"{len(parts)} points for {len(chosen)} projects", file=file, row=row, column="points")
    return {project: decimal(part, file, row, "points") for project, part in zip(chosen, parts, strict=True)}
