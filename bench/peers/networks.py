"""The guards' networks beside networkx.

    PYTHONPATH=src python bench/peers/networks.py [--quick]

networkx runs on a hundredth of the ties (it would take minutes and many gigabytes on all); agreement is checked there.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from commonweal.methods.networks import Grouped, Network, controversy, echo, gini, reciprocity
from commonweal.methods.networks.echo import _mixing
from commonweal.methods.networks.walk import _crossing


def society(nodes: int, ties: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unequal activity, two groups, six in ten of the ties that would cross turned home, a tenth returned."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 2, nodes)
    pull = np.cumsum(rng.lognormal(0, 1, nodes))
    source, target = (np.searchsorted(pull, rng.random(ties) * pull[-1]).astype(np.int32) for _ in range(2))
    turn = np.flatnonzero((group[source] != group[target]) & (rng.random(ties) < 0.6))
    homes = [np.flatnonzero(group == g) for g in (0, 1)]
    for g in (0, 1):
        mine = turn[group[source[turn]] == g]
        target[mine] = homes[g][rng.integers(0, len(homes[g]), len(mine))]
    back = ties // 20
    source[:back], target[:back] = target[-back:], source[-back:]
    return source, target, group


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    found = call()
    return time.perf_counter() - begin, found


def measure(quick: bool) -> list[dict[str, Any]]:
    echo_and_more(*society(200, 2_000))  # compiled once per installation
    nodes, ties = (100_000, 1_000_000) if quick else (1_000_000, 10_000_000)
    big = echo_and_more(*society(nodes, ties))
    small_world = society(nodes // 100, ties // 100)
    small, peer, agreement = echo_and_more(*small_world), *beside_networkx(*small_world)
    targets = {"E-I index and assortativity": "about .24 s", "reciprocity": "1.7 s", "random walk": "4.7 s"}
    rows = []
    for what, seconds in big.items():
        if what.startswith("_"):
            continue
        rows.append(line(f"{what}, {nodes:,} people, {ties:,} ties", seconds, None, None, "", targets.get(what, "")))
        if what in peer:
            told = agreement[what] if agreement else "networkx is not installed"
            rows.append(line(f"{what}, {ties // 100:,} ties", small[what], "networkx", peer[what], told, ""))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return [*rows, line("peak memory of all of it", None, None, None, f"{peak:.2f} GiB", "under 1 GB")]


def line(
    what: str, ours: float | None, peer: str | None, seconds: float | None, told: str, target: str
) -> dict[str, Any]:
    return {
        "what": what,
        "ours_seconds": ours,
        "peer": peer,
        "peer_seconds": seconds,
        "agreement": told,
        "target": target,
    }


def echo_and_more(source: np.ndarray, target: np.ndarray, group: np.ndarray) -> dict[str, float]:
    """Seconds per figure; the values under names that begin with an underscore."""
    found: dict[str, float] = {}
    found["sorting the ties"], network = timed(lambda: Network.of(source, target, nodes=len(group)))
    grouped = Grouped.of(network, group)
    sent, received = network.sent(), network.received()
    mix: Any = lambda: _mixing(network, grouped.group, grouped.groups, sent, received)  # noqa: E731
    found["E-I index and assortativity"], mixing = timed(mix)
    found["_ei"], found["_r"] = 1 - 2 * mixing.inside, mixing.assortativity
    found["the same with 19 permutations and intervals"], _ = timed(lambda: echo(grouped, permutations=19))
    found["reciprocity"], returned = timed(lambda: reciprocity(network))
    found["_reciprocity"] = returned.value.estimate
    found["random walk"], _ = timed(lambda: _crossing(network, sent + received, group == 1))
    if len(source) < 5_000_000:
        found["random walk with its null"], _ = timed(lambda: controversy(grouped))
    found["Gini with interval"], _ = timed(lambda: gini(sent))
    return found


def beside_networkx(
    source: np.ndarray, target: np.ndarray, group: np.ndarray
) -> tuple[dict[str, float], dict[str, str]]:
    try:
        import networkx as nx
    except ImportError:
        return {}, {}
    ours = echo_and_more(source, target, group)
    graph = nx.DiGraph((a, b) for a, b in zip(source.tolist(), target.tolist(), strict=True) if a != b)
    nx.set_node_attributes(graph, dict(enumerate(group.tolist())), "group")
    seconds, r = timed(lambda: nx.attribute_assortativity_coefficient(graph, "group"))
    times, told = {"E-I index and assortativity": seconds}, {}
    told["E-I index and assortativity"] = f"assortativity differs by {abs(r - ours['_r']):.1e}"
    times["reciprocity"], share = timed(lambda: nx.overall_reciprocity(graph))
    told["reciprocity"] = f"differs by {abs(share - ours['_reciprocity']):.1e}"
    return times, told


if __name__ == "__main__":
    for row in measure("--quick" in sys.argv):
        print(json.dumps(row))
