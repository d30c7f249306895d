"""The result of spending together: what is funded, by whose shares, and every step in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..results import Table
from .pabulib import Poll
from .results import Tie, as_number, in_figures


@dataclass(frozen=True, slots=True)
class Step:
    """One project funded. `rate` is the most a supporter pays (per point), `effective` the effective votes."""

    project: str
    words: str
    rate: Fraction | None = None
    effective: Fraction | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "project": self.project,
            "rate": None if self.rate is None else as_number(self.rate),
            "effective_votes": None if self.effective is None else as_number(self.effective),
            "words": self.words,
        }


@dataclass(frozen=True, slots=True)
class Budget:
    """A spent budget. `funded` holds project numbers in the order of funding, the first `by_shares` of them bought with
    shares; `share` is what everybody had to spend, `extra` how many units of it Add1 gave; `paid` is project id → voter
    → amount; `notes` is what else a reader must know."""

    rule: str
    poll: Poll
    funded: tuple[int, ...]
    votes: tuple[Fraction, ...]
    steps: tuple[Step, ...]
    ties: tuple[Tie, ...] = ()
    by_shares: int = 0
    share: Fraction | None = None
    extra: int = 0
    paid: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def spent(self) -> Fraction:
        return sum((self.poll.projects[p].cost for p in self.funded), Fraction(0))

    @property
    def sentence(self) -> str:
        poll = self.poll
        projects = f"{len(self.funded)} of {len(poll.projects)} projects"
        text = (
            f"{len(poll.voters):,} people fund {projects} by {self.rule}: {in_figures(self.spent)} of "
            f"{in_figures(poll.budget)} is spent."
        )
        if self.share is not None:
            text += f" {self.by_shares} were paid from equal shares of {in_figures(self.share)} each"
            text += f" ({self.extra:,} added by Add1)" if self.extra else ""
            rest = len(self.funded) - self.by_shares
            text += f", {rest} filled what was left by votes." if rest else "."
        return " ".join([text, *(tie.words for tie in self.ties), *self.notes])

    def explained(self) -> list[str]:
        """Every step in words, in order."""
        return [step.words for step in self.steps]

    def tables(self) -> list[Table]:
        funded = {p: n for n, p in enumerate(self.funded)}
        rows = []
        for p in sorted(range(len(self.poll.projects)), key=lambda p: (funded.get(p, len(funded)), -self.votes[p])):
            project = self.poll.projects[p]
            how = "no" if p not in funded else "by shares" if funded[p] < self.by_shares else "by votes"
            payers = self.paid.get(project.id, {})
            most = in_figures(max(payers.values())) if payers else None
            rows.append(
                (project.id, project.name, in_figures(project.cost), in_figures(self.votes[p]), how, len(payers), most)
            )
        columns = ("id", "project", "cost", "votes", "funded", "people who paid", "most paid by one")
        words = tuple((n, words) for n, words in enumerate(self.explained(), 1))
        return [Table("Projects", columns, tuple(rows)), Table("What happened", ("step", "in words"), words)]

    def as_json(self) -> dict[str, Any]:
        ids = [project.id for project in self.poll.projects]
        return {
            "rule": self.rule,
            "funded": [ids[p] for p in self.funded],
            "spent": as_number(self.spent),
            "budget": as_number(self.poll.budget),
            "paid_by": {p: {voter: as_number(sum_) for voter, sum_ in paid.items()} for p, paid in self.paid.items()},
            "filled": [ids[p] for p in self.funded[self.by_shares :]],
            "share": None if self.share is None else as_number(self.share),
            "added": self.extra,
            "rounds": [step.as_json() for step in self.steps],
            "ties": [tie.as_json() for tie in self.ties],
            "notes": list(self.notes),
            "sentence": self.sentence,
        }

    def picture(self) -> str:
        from .picture import budget_picture

        return budget_picture(self)
