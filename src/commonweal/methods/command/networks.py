"""`commonweal methods networks EDGES.csv`: the guards that ties alone can tell, from columns source, target[, weight]."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from . import Report

if TYPE_CHECKING:
    from ..networks import Grouped, Network, Signal
    from ..progress import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="EDGES.csv", help="columns source, target and, if you have it, weight")
    parser.add_argument("--groups", metavar="FILE", help="columns node, group: compare groups (from 50 members on)")
    parser.add_argument(
        "--permutations", type=int, default=199, metavar="N", help="for what chance gives (default 199)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the permutations (default 0)")


def run(arguments: argparse.Namespace) -> Report:
    from ..errors import BadInput
    from ..networks import as_table
    from ..progress import Bar

    if not 1 <= arguments.permutations <= 100_000:
        raise BadInput("--permutations is a whole number from 1 to 100000")
    with Bar("Networks") as bar:
        network, names = _read(arguments.file, lambda share: bar(0.2 * share))
        grouped = _grouped(network, names, arguments.groups) if arguments.groups else None
        signals = _signals(
            network, grouped, arguments.permutations, arguments.seed, lambda share: bar(0.2 + 0.8 * share)
        )
    raised = [signal for signal in signals if signal.level != "none"]
    sentence = f"{network.ties:,} ties among {network.nodes:,} people. "
    sentence += (
        f"{len(raised)} of {len(signals)} signals ask for attention." if raised else "No signal asks for attention."
    )
    figures: dict[str, Any] = {
        "nodes": network.nodes,
        "ties": network.ties,
        "loops": network.loops,
        "repeats": network.repeats,
        "weighted": bool(len(network.weight)),
        "grouped": grouped.network.nodes if grouped else 0,
        **{signal.name: signal.value.estimate if signal.value else None for signal in signals},
        "signals": [signal.as_json() for signal in signals],
        "sentence": sentence,
    }
    told = [f"{signal.sentence}" + (f" {signal.action}" if signal.level != "none" else "") for signal in signals]
    return Report(figures, "\n".join([sentence, *told]), [as_table(signals)])


def _read(path: str, progress: Progress) -> tuple[Network, Any]:
    import numpy as np

    from ..errors import BadInput
    from ..networks import Network
    from ..pairs import Columns, read_pairs

    columns = Columns(
        "source", "target", "weight", optional=True, shared=True, allowed=lambda v: v > 0, wanted="a number above 0"
    )
    read = read_pairs(path, columns, progress=progress)
    if len(read) == 0:
        raise BadInput("has a header and no ties; at least one is needed", file=path)
    network = Network.of(read.first, read.second, read.number, nodes=len(read.first_names))
    return network, read.first_names if len(read.first_names) else np.zeros(0)


def _grouped(network: Network, names: Any, path: str) -> Grouped:
    """Groups by node; who is in the file of groups and in no tie counts as a member."""
    import numpy as np

    from ..errors import BadInput
    from ..networks import Grouped
    from ..pairs import Columns, line_of, read_pairs

    read = read_pairs(path, Columns("node", "group"))
    if len(read) == 0:
        raise BadInput("has a header and no groups; at least one row is needed", file=path)
    group_of = np.full(len(read.first_names), -1, dtype=np.int32)
    group_of[read.first] = read.second  # of repeated rows the last stays …
    differs = np.flatnonzero(group_of[read.first] != read.second)
    if len(differs):  # … but they may not disagree
        row = line_of(path, int(differs[0]))
        raise BadInput("this node has another group further down; each has one", file=path, row=row, column="node")
    code = {name: n for n, name in enumerate(read.first_names)}
    group = np.full(network.nodes, -1, dtype=np.int32)
    known = 0
    for n, name in enumerate(names):
        if (found := code.get(name, -1)) >= 0:
            group[n] = group_of[found]
            known += 1
    if known == 0:
        raise BadInput("names none of the nodes in the ties", file=path)
    return Grouped.of(network, group, members=network.nodes + len(code) - known)


def _signals(
    network: Network, grouped: Grouped | None, permutations: int, seed: int, progress: Progress
) -> list[Signal]:
    from ..networks import controversy, echo, exposure, gini, reciprocity, top_share

    found: list[Signal] = []
    if grouped is not None:
        found += echo(grouped, permutations=permutations, seed=seed)
        progress(0.3)
        found.append(controversy(grouped, permutations=min(99, permutations), seed=seed))
        progress(0.7)
        found.append(exposure(grouped, permutations=permutations, seed=seed))
    progress(0.9)
    found.append(reciprocity(network))
    sent = network.sent()
    wrote = sent[sent > 0]  # concentration is told among those who took part, as for the forum in the documentation
    return [*found, gini(wrote), top_share(wrote)] if len(wrote) else found
