"""Bridging beside torch: the same loss, the same ratings, the same two cores.

    PYTHONPATH=src python bench/peers/bridging.py [--quick]

torch is not among the peers that the project installs (its wheels weigh gigabytes); `pip install torch` into an
environment of your own makes the comparison run.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from commonweal.methods.bridging import Ratings, fit, gate, nightly
from commonweal.methods.population import RatingsWorld, ratings_world


def measure(quick: bool) -> list[dict[str, Any]]:
    small, people, items = ratings_of(warm := ratings_world(300, 60, seed=9)), 40_000, 8_000
    nightly(small)  # compiled once per installation
    assert warm.raters
    world = ratings_world(people // 10 if quick else people, items // 10 if quick else items, divide=1.0, seed=1)
    ratings = ratings_of(world)
    return [
        *against_torch(ratings),
        night(ratings, "3 s"),
        *([] if quick else [ten_million()]),
        gates(4 if quick else 20),
        brigade(2 if quick else 10),
    ]


def ratings_of(world: RatingsWorld) -> Ratings:
    return Ratings.of(world.rater, world.item, world.rating, raters=world.raters, items=world.items)


def row(what: str, ours: float | None, agreement: str, target: str, **peer: Any) -> dict[str, Any]:
    return {
        "what": what,
        "ours_seconds": ours,
        "peer": peer.get("peer"),
        "peer_seconds": peer.get("seconds"),
        "agreement": agreement,
        "target": target,
    }


def against_torch(ratings: Ratings) -> list[dict[str, Any]]:
    begin = time.perf_counter()
    ours = fit(ratings)
    seconds = time.perf_counter() - begin
    what = f"one fit of {len(ratings):,} ratings"
    try:
        import torch
    except ImportError:
        return [row(what, seconds, "torch is not installed", "r > .999; 1M under 3 s")]
    begin = time.perf_counter()
    intercepts, loss = torch_fit(torch, ratings)
    peer = time.perf_counter() - begin
    r = float(np.corrcoef(ours.item_intercept, intercepts)[0, 1])
    helpful, theirs = (set(np.flatnonzero(i >= 0.4).tolist()) for i in (ours.item_intercept, intercepts))
    alike = len(helpful & theirs) / max(1, len(helpful | theirs))
    told = f"intercepts r = {r:.6f}; helpful sets Jaccard {alike:.3f}; loss {ours.loss:.6f}, theirs {loss:.6f}"
    return [row(what, seconds, told, "r > .999; 1M under 3 s", peer=f"torch {torch.__version__}, Adam", seconds=peer)]


def torch_fit(torch: Any, ratings: Ratings, rounds: int = 400) -> tuple[np.ndarray, float]:
    """Adam on the loss as written, full batches, until it no longer falls: how the released code goes about it."""
    torch.manual_seed(0)
    torch.set_num_threads(2)
    who = torch.tensor(np.repeat(np.arange(ratings.raters), ratings.per_rater()))
    what, r = torch.tensor(ratings.item.astype(np.int64)), torch.tensor(ratings.rating)
    sizes = {"i_u": ratings.raters, "f_u": ratings.raters, "i_n": ratings.items, "f_n": ratings.items, "mu": 1}
    p = {name: (0.1 * torch.randn(size)).requires_grad_() for name, size in sizes.items()}
    descent = torch.optim.Adam(list(p.values()), lr=0.05)
    before = float("inf")
    for n in range(rounds):
        descent.zero_grad()
        e = r - p["mu"] - p["i_u"][who] - p["i_n"][what] - p["f_u"][who] * p["f_n"][what]
        penalty = 0.03 * sum(p[k].square().mean() for k in ("f_u", "f_n"))
        penalty = penalty + 0.15 * sum(p[k].square().mean() for k in ("i_u", "i_n", "mu"))
        loss = e.square().mean() + penalty
        loss.backward()
        descent.step()
        if n % 20 == 19:
            if before - loss.item() < 1e-7:
                break
            before = loss.item()
    return p["i_n"].detach().numpy(), loss.item()


def night(ratings: Ratings, target: str) -> dict[str, Any]:
    begin = time.perf_counter()
    found = nightly(ratings)
    seconds = time.perf_counter() - begin
    spread = float(np.ptp(found.losses)) if found.losses else 0.0
    told = f"five starts differ in loss by {spread:.1e}"
    return row(f"gate, five starts, scores of {len(ratings):,} ratings", seconds, told, f"1M under {target}")


def ten_million() -> dict[str, Any]:
    """From a CSV file to the JSON object, as the command does it, in a process of its own (for its peak memory)."""
    import subprocess

    world = ratings_world(250_000, 40_000, per_rater=41, divide=1.0, seed=3)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ratings.csv"
        with file.open("w") as out:
            out.write("rater,item,rating\n")
            for a in range(0, len(world.rater), 1_000_000):
                part = slice(a, a + 1_000_000)
                columns = (world.rater[part].tolist(), world.item[part].tolist(), world.rating[part].tolist())
                out.write("".join(f"u{u},i{n},{r:g}\n" for u, n, r in zip(*columns, strict=True)))
        begin = time.perf_counter()
        code = (
            "import argparse, contextlib, io, re\n"
            "from commonweal.methods import command\n"
            "p = argparse.ArgumentParser(); command.add_arguments(p)\n"
            "with contextlib.redirect_stdout(io.StringIO()):\n"
            f"    command.run(p.parse_args(['bridging', {str(file)!r}, '--json']))\n"
            # Its own peak: what getrusage tells begins with the memory of the process that started it.
            "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        seconds = time.perf_counter() - begin
    told = f"peak {int(done.stdout) / 2**20:.2f} GiB"
    return row(f"the whole command on {len(world.rater):,} ratings", seconds, told, "10M under 40 s and 1 GiB")


def gates(worlds: int) -> dict[str, Any]:
    begin, opened = time.perf_counter(), {}
    for divide in (0.0, 1.0):
        opened[divide] = np.mean(
            [
                gate(ratings_of(ratings_world(raters, 60, per_rater=14, divide=divide, seed=s))).open
                for raters in (200, 1_000)
                for s in range(worlds)
            ]
        )
    told = f"open without a divide {opened[0.0]:.2f}, when polarised {opened[1.0]:.2f} (of {2 * worlds} worlds each)"
    return row("the gate", time.perf_counter() - begin, told, "at most .2; at least .9")


def brigade(worlds: int) -> dict[str, Any]:
    begin = time.perf_counter()
    ours, raw = [], []
    for seed in range(worlds):
        world = ratings_world(2_000, 400, brigade=0.2, seed=seed)
        scores = np.nan_to_num(nightly(ratings_of(world)).scores.score, nan=-1)
        for value, shares in ((scores, ours), (world.by_item()[1], raw)):
            top = np.zeros(world.items, bool)
            top[np.argsort(-value, kind="stable")[: world.items // 10]] = True
            shares.append(top[world.pushed].mean())
    told = f"of the brigade's posts in the top decile: ours {np.mean(ours):.3f}, raw mean {np.mean(raw):.3f}"
    return row("a brigade of 20%", time.perf_counter() - begin, told, "under .15; raw mean over .85")


if __name__ == "__main__":
    for line in measure("--quick" in sys.argv):
        print(json.dumps(line))
