"""Counting: a million ballots from arrays, budgets with Add1, and the same votes through other libraries.

`measure(quick)` returns one row per comparison; a peer that is not installed leaves its fields empty and says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from commonweal.methods.tallies import budget, committee, irv, schulze, stv
from commonweal.methods.tallies.pabulib import Poll, Project
from commonweal.methods.tallies.profile import ranked, scored

NAMES = [f"option {n}" for n in range(10)]


def measure(quick: bool) -> list[dict[str, Any]]:
    return [*_millions(100_000 if quick else 1_000_000), *_ranked_peers(quick), *_boards(), *_budgets(quick)]


def _row(what: str, ours: float, peer: str, seconds: float | None, agreement: str, target: str) -> dict[str, Any]:
    return {
        "what": what,
        "ours_seconds": round(ours, 4),
        "peer": peer,
        "peer_seconds": None if seconds is None else round(seconds, 4),
        "agreement": agreement,
        "target": target,
    }


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def _orders(people: int, size: int = 10, seed: int = 1) -> Any:
    """Full rankings of a population that leans one way, drawn with Gumbel noise."""
    rng = np.random.default_rng(seed)
    return (-(np.linspace(1.2, 0, size) + rng.gumbel(size=(people, size)))).argsort(axis=1).astype(np.int16)


def _millions(people: int) -> list[dict[str, Any]]:
    order = _orders(people)
    counts: list[tuple[str, Callable[[Any], Any], str]] = [
        ("instant run-off", irv.count, "< 2 s a million"),
        ("Schulze", schulze.count, "< 2 s a million"),
        ("STV, 4 seats", lambda ballots: stv.count(ballots, 4), "< 5 s a million"),
    ]
    rows = []
    for name, count, target in counts:
        found, seconds = _timed(lambda count=count: count(ranked(NAMES, order)))
        what = f"{name}, {people:,} ballots of ten options, grouping included"
        rows.append(_row(what, seconds, "none", None, f"won by {found.winners[0]}", target))
    return rows


def _ranked_peers(quick: bool) -> list[dict[str, Any]]:
    order = _orders(2_000 if quick else 10_000, seed=2)
    rows = []
    found, ours = _timed(lambda: irv.count(ranked(NAMES, order)))
    winner, seconds, note = _pyrankvote(order.tolist())
    rows.append(
        _row(
            f"instant run-off, {len(order):,} ballots",
            ours,
            "pyrankvote",
            seconds,
            _same([*found.winners], winner, note),
            "same winner",
        )
    )
    found, ours = _timed(lambda: schulze.count(ranked(NAMES, order)))
    winner, seconds, note = _pref_voting(order.tolist())
    rows.append(
        _row(
            f"Schulze, {len(order):,} ballots",
            ours,
            "pref_voting",
            seconds,
            _same([*found.winners], winner, note),
            "same winner",
        )
    )
    found, ours = _timed(lambda: stv.count(ranked(NAMES, order), 3))
    winner, seconds, note = _votelib(order.tolist())
    rows.append(
        _row(
            f"STV, 3 seats, {len(order):,} ballots",
            ours,
            "votelib (Gregory)",
            seconds,
            _same(sorted(found.winners), winner, note),
            "same winners",
        )
    )
    return rows  # fmt: skip


def _same(ours: list[str], theirs: list[str] | None, note: str) -> str:
    return note if theirs is None else "same" if ours == theirs else f"differ: {ours} and {theirs}"


Peer = tuple[list[str] | None, float | None, str]
MISSING: Peer = (None, None, "peer not installed (extra: peers)")


def _pyrankvote(rows: list[list[int]]) -> Peer:
    try:
        import pyrankvote
    except ImportError:
        return MISSING
    people = [pyrankvote.Candidate(name) for name in NAMES]
    papers = [pyrankvote.Ballot(ranked_candidates=[people[n] for n in row]) for row in rows]
    found, seconds = _timed(lambda: pyrankvote.instant_runoff_voting(people, papers))
    return [one.name for one in found.get_winners()], seconds, ""


def _pref_voting(rows: list[list[int]]) -> Peer:
    try:
        from pref_voting.margin_based_methods import beat_path
        from pref_voting.profiles import Profile
    except ImportError:
        return MISSING
    found, seconds = _timed(lambda: beat_path(Profile(rows)))
    return [NAMES[n] for n in found], seconds, ""


def _votelib(rows: list[list[int]]) -> Peer:
    try:
        from votelib.evaluate.sequential import TransferableVoteSelector
    except ImportError:
        return MISSING
    votes: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(NAMES[n] for n in row)
        votes[key] = votes.get(key, 0) + 1
    found, seconds = _timed(lambda: TransferableVoteSelector(quota_function="droop").evaluate(votes, 3))
    return sorted(found), seconds, ""


def _boards() -> list[dict[str, Any]]:
    rng = np.random.default_rng(3)
    marks = (rng.random((300, 15)) < rng.random(15) * 0.5).astype(int)
    marks = marks[marks.any(axis=1)]
    rows = []
    for rule, count in (("seqpav", committee.sequential_pav), ("equal-shares", committee.equal_shares)):
        found, ours = _timed(lambda count=count: count(scored([str(n) for n in range(15)], marks), 5))
        try:
            from abcvoting import abcrules
            from abcvoting.preferences import Profile
        except ImportError:
            rows.append(_row(f"board of 5, {rule}", ours, "abcvoting", None, MISSING[2], "same board"))
            continue
        profile = Profile(15)
        profile.add_voters([np.flatnonzero(row).tolist() for row in marks])
        theirs, seconds = _timed(lambda rule=rule, profile=profile: abcrules.compute(rule, profile, committeesize=5))
        alike = sorted(map(int, found.winners)) in [sorted(board) for board in theirs]
        rows.append(
            _row(f"board of 5, {rule}", ours, "abcvoting", seconds, "same" if alike else "differ", "same board")
        )
    return rows


def synthetic(people: int, size: int, seed: int = 3) -> Poll:
    """A town's budget: a quarter of all costs, up to ten approvals each, some projects far more liked than others."""
    rng = np.random.default_rng(seed)
    liked = rng.dirichlet(np.full(size, 0.7)) + 1e-4
    liked /= liked.sum()
    costs = rng.integers(20, 600, size) * 1000
    projects = tuple(Project(str(n + 1), f"project {n + 1}", Fraction(int(cost))) for n, cost in enumerate(costs))
    one = Fraction(1)
    ballots = tuple(
        dict.fromkeys(rng.choice(size, int(rng.integers(1, 11)), replace=False, p=liked).tolist(), one)
        for _ in range(people)
    )
    return Poll(Fraction(int(costs.sum()) // 4), projects, tuple(str(n) for n in range(people)), ballots)


def _budgets(quick: bool) -> list[dict[str, Any]]:
    budget.equal_shares(synthetic(3_000, 30))  # compiles once, outside the clock
    people, size = (5_000, 40) if quick else (40_000, 100)
    town = synthetic(people, size)
    found, ours = _timed(lambda: budget.equal_shares(town))
    what = f"budget with Add1, {people:,} people, {size} projects, {found.extra} steps"
    rows = [_row(what, ours, "none", None, f"{len(found.funded)} funded", "reasonable seconds")]
    small = synthetic(300, 20, seed=5)
    mine, ours = _timed(lambda: budget.equal_shares(small, completion="none"))
    try:
        from pabutools.election import ApprovalBallot, ApprovalProfile, Cost_Sat, Instance
        from pabutools.election import Project as Theirs
        from pabutools.rules import method_of_equal_shares
    except ImportError:
        return [*rows, _row("budget, 300 people, 20 projects", ours, "pabutools", None, MISSING[2], "same projects")]
    listed = [Theirs(project.id, int(project.cost)) for project in small.projects]
    profile = ApprovalProfile([ApprovalBallot([listed[p] for p in ballot]) for ballot in small.ballots])
    instance = Instance(listed, budget_limit=int(small.budget))
    theirs, seconds = _timed(lambda: method_of_equal_shares(instance, profile, Cost_Sat))
    alike = {small.projects[p].id for p in mine.funded} == {project.name for project in theirs}
    verdict = "same" if alike else "differ"
    return [*rows, _row("budget, 300 people, 20 projects", ours, "pabutools", seconds, verdict, "same projects")]
