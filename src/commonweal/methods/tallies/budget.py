"""Spending together: the method of equal shares, or greedily by votes.

Method of equal shares for budgets (Peters, Pierczyński and Skowron, NeurIPS 2021): everybody gets an equal share of the
budget; the project with the most satisfaction for the money of its supporters is bought and they pay for it, as equally
as their shares allow; until nobody's supporters can pay for another one. Satisfaction is the cost of the project
(`utility="cost"`, what cities use: it makes gain ÷ ρ an effective number of votes), or 1 (`utility="count"`), in both
cases times the points when ballots give points.

Completion `add1` (as on equalshares.net): give everybody one unit of currency more and start again, beginning from the
whole part of the share, as long as what is bought fits the real budget and something more would fit; then fill what is
left by votes. `votes` fills only, `none` stops at what the shares bought. Ties between projects that give as much for the
money go to the cheaper one, then to the one with more votes (equalshares.net), then by id; ties in votes to the cheaper
one, then by id. What nobody votes for, or what has fewer votes than the file demands, is never funded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal

import numpy as np

from ..errors import BadInput
from ..progress import Progress, unheard
from .budget_result import Budget, Step
from .pabulib import Poll, votes_of
from .results import Tie, in_figures, listed
from .shares import Market, Purchase, Quick, exact, in_order
from .shares_steady import steady

Utility = Literal["cost", "count"]
Completion = Literal["add1", "add1-only", "votes", "none"]
#: What a file may say of its own greedy rule: stop at the first project that no longer fits.
NO_SKIP = "greedy-no-skip"
#: Steps of Add1 without any change before it is worth finding out how many more will change nothing.
PATIENCE = 300
BY_SHARES = "the declared rule (cheaper, then more votes, then id)"
BY_VOTES = "the declared rule (cheaper, then id)"


def greedy(poll: Poll, *, skip: bool | None = None) -> Budget:
    """Most votes (or points) first. With `skip`, what no longer fits is passed over; without, it ends the count.

    None: as the file's own rule has it (to stop for “greedy-no-skip”, else to pass over).
    """
    _ready(poll)
    votes = votes_of(len(poll.projects), poll.ballots)
    skip = poll.rule != NO_SKIP if skip is None else skip
    filled = _by_votes(poll, votes, [], skip)
    notes = (*poll.notes, *_below(poll, votes), *filled.notes)
    return Budget(
        "the greedy rule (most votes first)", poll, filled.funded, tuple(votes), filled.steps, filled.ties, notes=notes
    )


def equal_shares(
    poll: Poll,
    *,
    completion: Completion = "add1",
    utility: Utility = "cost",
    start: Literal["whole", "exact"] = "whole",
    until: Literal["full", "over"] = "full",
    progress: Progress = unheard,
) -> Budget:
    """The method of equal shares.

    `start` is where Add1 begins to count: at the whole part of the share (as equalshares.net does) or at the exact one.
    `until` is when it stops: as soon as nothing more would fit (`full`), or only before the budget would break (`over`).
    Raises BadInput when nobody voted or a setting does not exist.
    """
    if completion not in {"add1", "add1-only", "votes", "none"} or utility not in {"cost", "count"}:
        raise BadInput(f"there is no completion “{completion}” with utility “{utility}”")
    _ready(poll)
    votes = votes_of(len(poll.projects), poll.ballots)
    auction = _Auction(poll, votes, utility)
    share = poll.budget / len(poll.voters)
    extra = 0
    if completion in {"add1", "add1-only"}:
        share, extra = auction.add_one(share, start, until, progress)
    purchases, paid = auction.buy(share)
    free = auction.free
    steps = [_free_step(poll, free)] if free else []
    steps += [_step(poll, auction, purchase, len(steps) + n) for n, purchase in enumerate(purchases, 1)]
    funded = [*free, *(purchase.project for purchase in purchases)]
    ties = [_tie(poll, purchase, n) for n, purchase in enumerate(purchases, 1) if len(purchase.tied) > 1]
    shares_bought = len(funded)
    if completion in {"add1", "votes"}:
        filled = _by_votes(poll, votes, funded)
        funded, steps, ties = [*funded, *filled.funded], [*steps, *filled.steps], [*ties, *filled.ties]
    return Budget(
        rule="the method of equal shares",
        poll=poll,
        funded=tuple(funded),
        votes=tuple(votes),
        steps=tuple(steps),
        ties=tuple(ties),
        by_shares=shares_bought,
        share=share,
        extra=extra,
        paid={poll.projects[p].id: auction.payers(paid[p]) for p in paid},
        notes=(*poll.notes, *_below(poll, votes)),
    )


def _ready(poll: Poll) -> None:
    if not poll.voters:
        raise BadInput("nobody voted, so there are no shares and no votes to spend by")


def _may_win(poll: Poll, votes: Sequence[Fraction], project: int) -> bool:
    return votes[project] > 0 and votes[project] >= poll.threshold


def _below(poll: Poll, votes: Sequence[Fraction]) -> Iterator[str]:
    below = sum(held < poll.threshold for held in votes)
    if below:
        projects = "1 project has" if below == 1 else f"{below} projects have"
        yield f"{projects} fewer than the {in_figures(poll.threshold)} votes that the file demands and cannot be funded."


class _Auction:
    """A poll as a market in whole numbers: equal ballots grouped, money in the smallest unit that any amount needs."""

    def __init__(self, poll: Poll, votes: Sequence[Fraction], utility: Utility) -> None:
        self.poll = poll
        self.unit = lcm(*(project.cost.denominator for project in poll.projects))
        self.members: list[list[str]] = []
        groups: dict[tuple[tuple[int, Fraction], ...], int] = {}
        for voter, ballot in zip(poll.voters, poll.ballots, strict=True):
            key = tuple(sorted((p, points) for p, points in ballot.items() if points > 0 and _may_win(poll, votes, p)))
            if (group := groups.setdefault(key, len(groups))) == len(self.members):
                self.members.append([])
            self.members[group].append(voter)
        scale = lcm(*{points.denominator for key in groups for _, points in key}, 1)
        if scale > 10**9:
            raise BadInput("the points have too many different fractions to be counted exactly")
        backers: list[list[int]] = [[] for _ in poll.projects]
        worth: list[list[int]] = [[] for _ in poll.projects]
        for key, group in groups.items():
            for project, points in key:
                backers[project].append(group)
                worth[project].append(int(points * scale))
        if any(value > 2**40 for values in worth for value in values):
            raise BadInput("a ballot gives more points than can be counted")
        self.scale = scale
        cost = tuple(int(project.cost * self.unit) for project in poll.projects)
        order = in_order([(one.cost, -held) for one, held in zip(poll.projects, votes, strict=True)], _ids(poll))
        rank = [0] * len(order)
        for place, project in enumerate(order):
            rank[project] = place
        self.market = Market(
            cost=cost,
            gain=cost if utility == "cost" else (1,) * len(cost),
            backers=tuple(np.array(groups_, np.int64) for groups_ in backers),
            points=tuple(np.array(values, np.int64) for values in worth),
            weight=np.array([len(members) for members in self.members], np.int64),
            rank=tuple(rank),
        )
        self.free = [p for p in order if cost[p] == 0 and self.market.total(p) > 0]
        self.quick = Quick(self.market)
        self._entries, self._work = sum(len(groups_) for groups_ in backers), 0

    def buy(self, share: Fraction) -> tuple[list[Purchase], dict[int, list[tuple[int, Fraction]]]]:
        """What a share in currency buys, exactly; payments in currency."""
        purchases, paid = exact(self.market, share * self.unit)
        return purchases, {p: [(group, sum_ / self.unit) for group, sum_ in paid[p]] for p in paid}

    def projects_for(self, share: Fraction) -> list[int]:
        self._work += self._entries
        # Compiling takes seconds, so a small vote is simply counted exactly; a long one changes over after a while.
        found = None if self._work < 400_000 else self.quick(share * self.unit)
        return [purchase.project for purchase in exact(self.market, share * self.unit)[0]] if found is None else found

    def add_one(self, share: Fraction, start: str, until: str, progress: Progress) -> tuple[Fraction, int]:
        """The last share, one more unit of currency at a time, whose purchases the budget can pay; and how many units."""
        limit = self.poll.budget * self.unit
        cost, supported = self.market.cost, [p for p in range(len(self.market.cost)) if self.market.total(p) > 0]
        current, extra, unchanged = share, 0, 0
        bought = self.projects_for(share)
        base = Fraction(share.numerator // share.denominator) if start == "whole" else share
        while True:
            spent = sum(cost[p] for p in bought)
            progress(min(1.0, spent / float(limit)) if limit else 1.0)
            inside = set(bought)
            left = [p for p in supported if p not in inside and cost[p] > 0]
            if not left or (until == "full" and not any(spent + cost[p] <= limit for p in left)):
                return current, extra
            if extra and unchanged >= PATIENCE:
                extra, unchanged = extra + self._without_change(base + extra), 0
                current = base + extra
            found = self.projects_for(base + extra + 1)
            if sum(cost[p] for p in found) > limit:
                return current, extra
            unchanged = unchanged + 1 if found == bought else 0
            bought, extra = found, extra + 1
            current = base + extra

    def _without_change(self, share: Fraction) -> int:
        """How many units of currency more leave the purchases as they are; at least so many, never more."""
        growth = steady(self.market, share * self.unit)[1]
        return 0 if growth is None else max(0, -(-growth // self.unit) - 1)

    def payers(self, payments: Sequence[tuple[int, Fraction]]) -> dict[str, Fraction]:
        return {voter: sum_ for group, sum_ in payments for voter in self.members[group]}


@dataclass(frozen=True, slots=True)
class _Filled:
    """What was funded by votes, with the steps, the ties and what else must be said."""

    funded: tuple[int, ...]
    steps: tuple[Step, ...]
    ties: tuple[Tie, ...]
    notes: tuple[str, ...]


def _ids(poll: Poll) -> list[str]:
    return [project.id for project in poll.projects]


def _by_votes(poll: Poll, votes: Sequence[Fraction], funded: Sequence[int], skip: bool = True) -> _Filled:
    """Fill what is left of the budget by votes."""
    left = poll.budget - sum((poll.projects[p].cost for p in funded), Fraction(0))
    found: list[int] = []
    refused: list[int] = []
    steps: list[Step] = []
    notes: list[str] = []
    order = in_order([(-held, one.cost) for one, held in zip(poll.projects, votes, strict=True)], _ids(poll))
    for p in order:
        project = poll.projects[p]
        # What costs more than the whole budget is no choice at all, so it does not end a count without skipping either.
        if p in funded or not _may_win(poll, votes, p) or project.cost > poll.budget:
            continue
        has = f"{project.name} ({in_figures(votes[p])} votes) costs {in_figures(project.cost)}"
        if project.cost > left:
            refused.append(p)
            if skip:
                continue
            notes.append(
                f"{has}, more than the {in_figures(left)} left; this rule stops at the first that does not fit."
            )
            break
        steps.append(Step(project.id, f"{has} and fits into the {in_figures(left)} left: funded by votes."))
        left -= project.cost
        found.append(p)
    return _Filled(tuple(found), tuple(steps), tuple(_ties_in_votes(poll, votes, found, refused)), tuple(notes))


def _ties_in_votes(
    poll: Poll, votes: Sequence[Fraction], found: Sequence[int], refused: Sequence[int]
) -> Iterator[Tie]:
    """Where of several with equal votes some were funded and for others nothing was left."""
    for held in dict.fromkeys(votes[p] for p in refused):
        equal = [p for p in found if votes[p] == held]
        if equal:
            names = [poll.projects[p].id for p in [*equal, *(p for p in refused if votes[p] == held)]]
            yield Tie(0, tuple(names), tuple(names[: len(equal)]), "in votes", BY_VOTES)


def _step(poll: Poll, auction: _Auction, purchase: Purchase, number: int) -> Step:
    project = poll.projects[purchase.project]
    backers = int(auction.market.weight[auction.market.backers[purchase.project]].sum())
    rate = purchase.rate * auction.scale / auction.unit
    per = "each" if not poll.by_points else "per point"
    effective = purchase.effective / auction.scale
    words = (
        f"Round {number}: {project.name} costs {in_figures(project.cost)}; its {backers:,} supporters pay at most "
        f"{in_figures(rate)} {per}, which gives the most for their money, and it is funded."
    )
    return Step(project.id, words, rate, effective)


def _free_step(poll: Poll, free: Sequence[int]) -> Step:
    names = listed([poll.projects[p].name for p in free])
    return Step(poll.projects[free[0]].id, f"{names} cost nothing and have votes: funded at once.")


def _tie(poll: Poll, purchase: Purchase, number: int) -> Tie:
    ids = tuple(poll.projects[p].id for p in purchase.tied)
    return Tie(number, ids, (poll.projects[purchase.project].id,), "in what they give for the money", BY_SHARES)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a result stands to the one a city published."""

    missing: tuple[str, ...]
    additional: tuple[str, ...]

    @property
    def same(self) -> bool:
        return not self.missing and not self.additional

    def in_words(self, rule: str) -> str:
        """`rule` is what the file says was used."""
        by = f" (by its own rule, {rule})" if rule and rule != "unknown" else ""
        if self.same:
            return f"The file publishes the same projects as selected{by}."
        missing, additional = ", ".join(self.missing) or "none", ", ".join(self.additional) or "none"
        return f"The file publishes others as selected{by}: only there {missing}; only here {additional}."


def against_published(budget: Budget) -> Comparison | None:
    """Against the file's own `selected` column, as far as it says yes or no; None when it says nothing."""
    known = {project.id: project.published for project in budget.poll.projects if project.published is not None}
    if not known:
        return None
    published = {key for key, selected in known.items() if selected}
    funded = {budget.poll.projects[p].id for p in budget.funded} & known.keys()
    return Comparison(tuple(sorted(published - funded)), tuple(sorted(funded - published)))
