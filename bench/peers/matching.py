"""Matching beside scipy's exact optimisation: the same pairs, the same values, one run; then the gates, and a million.

    PYTHONPATH=src python bench/peers/matching.py [--quick]

scipy's milp and linear_sum_assignment find the optimum where it can be found at all. They need every pair at once, so
they end at some thousand people; the rounds do not.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from commonweal.methods.matching import RoundInput, Settings, propose
from commonweal.methods.matching.baselines import every_pair, optimum
from commonweal.methods.matching.buddies import best_pairs
from commonweal.methods.matching.checking import violations
from commonweal.methods.matching.evaluation import location_attack, sample, welfare_ratio
from commonweal.methods.matching.report import evaluate, peak_memory_gib
from commonweal.methods.population.matching import matching_world


def measure(quick: bool) -> list[dict[str, Any]]:
    for mode in ("mentor", "buddy", "circle"):
        for examined in (50, 1000):  # compiled once per installation
            propose(RoundInput(matching_world(300).people, mode, settings=Settings(examined=examined)))
    rows = [*(against_milp(mode) for mode in ("mentor", "buddy")), against_assignment(600 if quick else 4000)]
    rows += [gates(share, 5 if quick else 20) for share in (0.15, 0.2, 0.25, 0.35, 0.5)]
    rows += [round_of(2_000 if quick else 20_000, mode, 20.0) for mode in ("mentor", "buddy", "circle")]
    if not quick:
        rows += [round_of(1_000_000, mode, 900.0) for mode in ("mentor", "buddy")]
    return rows


def row(what: str, ours: float | None, agreement: str, target: str, **peer: Any) -> dict[str, Any]:
    return {
        "what": what,
        "ours_seconds": ours,
        "peer": peer.get("peer"),
        "peer_seconds": peer.get("seconds"),
        "agreement": agreement,
        "target": target,
    }


def against_milp(mode: str) -> dict[str, Any]:
    """Twenty worlds of 40: welfare against the exact optimum over all allowed pairs."""
    worlds = [matching_world(40, supporters=0.2, seed=seed) for seed in range(20)]
    ratios = [ratio for world in worlds if (ratio := welfare_ratio(world, Settings(), mode)) is not None]
    begin = time.perf_counter()
    for world in worlds:
        propose(RoundInput(world.people, mode))
    ours = time.perf_counter() - begin
    begin = time.perf_counter()
    for world in worlds:
        optimum(every_pair(world.people, mode, Settings()), world.people.room.astype(np.int64))
    exact = time.perf_counter() - begin
    said = f"welfare {np.mean(ratios):.1%} of the optimum, least {min(ratios):.1%}"
    return row(f"{mode}, 20 worlds of 40", ours, said, "≥ 95%", peer="scipy milp", seconds=exact)


def against_assignment(n: int) -> dict[str, Any]:
    """Everybody one place, all allowed pairs: our choice against the optimal assignment of the same pairs."""
    world = matching_world(n, supporters=0.3, seed=1)
    people = replace(world.people, room=np.minimum(1, world.people.room))
    pairs = every_pair(people, "mentor", Settings())
    begin = time.perf_counter()
    chosen = best_pairs(pairs, people.room.astype(np.int64))
    ours = time.perf_counter() - begin
    helps = people.columns.supporter
    place = np.where(helps, np.cumsum(helps), np.cumsum(~helps)) - 1
    matrix = np.zeros((int((~helps).sum()), int(helps.sum())))
    matrix[place[pairs.first], place[pairs.second]] = pairs.values
    begin = time.perf_counter()
    best = matrix[linear_sum_assignment(matrix, maximize=True)].sum()
    exact = time.perf_counter() - begin
    said = f"welfare {chosen.values.sum() / best:.1%} of the optimum, {len(pairs.first):,} pairs"
    return row(f"one to one, {n:,} people", ours, said, "≥ 95%", peer="scipy linear_sum_assignment", seconds=exact)


def gates(share: float, seeds: int) -> dict[str, Any]:
    """The figures of `commonweal methods match --simulate 500`."""
    begin = time.perf_counter()
    f = evaluate(500, supporters=share, seeds=seeds).figures
    said = (
        f"{f['violations']} violations, low-tie ×{f['low_tie_coverage_ratio']['estimate']:.2f}, "
        f"score loss {f['mean_score_loss']['estimate']:.1%}, groups ≥ {f['group_coverage_ratio_minimum']:.2f}, "
        f"p90 wait ×{f['p90_wait_ratio']['estimate']:.2f}, "
        f"attack {f['location_attack_error_km']:.1f} km of {f['cell_radius_km']:.1f}"
    )
    target = f"0, ≥ {1.3 if share <= 0.25 else 1.0}, ≤ 5%, ≥ 0.8, ≤ 1.25, ≥ radius"
    return row(f"500 people, {share:.0%} supporters, {seeds} seeds", time.perf_counter() - begin, said, target)


def round_of(n: int, mode: str, most: float) -> dict[str, Any]:
    """One round of n people: time, memory, constraints, and what distances give away."""
    world = matching_world(n, seed=2)
    begin = time.perf_counter()
    result = propose(RoundInput(world.people, mode))
    ours = time.perf_counter() - begin
    groups = [group.rows for group in result.groups] if mode == "circle" else sample(result.pairs, 0)
    wrong = len(violations(world.people, groups, mode))
    covered = result.covered[result.eligible].mean()
    error, cell, _area = location_attack(world)
    said = (
        f"{wrong} violations, {covered:.0%} covered, attack {error:.1f} km of {cell:.1f}, {peak_memory_gib():.2f} GiB"
    )
    return row(f"{mode} round, {n:,} people", ours, said, f"< {most:.0f} s, < 8 GiB")


if __name__ == "__main__":
    for one in measure("--quick" in sys.argv):
        print(json.dumps(one, ensure_ascii=False), flush=True)
