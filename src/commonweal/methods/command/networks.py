"""`commonweal methods networks EDGES.csv`: the guards that ties alone can tell, from columns source, target[, weight]."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
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
    parser.add_argument(
        "--before",
        metavar="FILE",
        nargs="+",
        default=(),
        help="what --json printed in the weeks before, oldest first: signals are judged against these too",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the permutations (default 0)")


def run(arguments: argparse.Namespace) -> Report:
    from ..errors import BadInput
    from ..networks import as_table
    from ..networks.picture import draw
    from ..progress import Bar

    if not 1 <= arguments.permutations <= 100_000:
        raise BadInput("--permutations is a whole number from 1 to 100000")
    weeks = Weeks.of(arguments.before)
    with Bar("Networks") as bar:
        network, names = _read(arguments.file, lambda share: bar(0.2 * share))
        grouped = _grouped(network, names, arguments.groups) if arguments.groups else None
        chance = (arguments.permutations, arguments.seed)
        signals = _signals(network, grouped, weeks, *chance, lambda share: bar(0.2 + 0.8 * share))
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
        "weeks_before": len(weeks.told),
        **{signal.name: signal.value.estimate if signal.value else None for signal in signals},
        "signals": [signal.as_json() for signal in signals],
        "sentence": sentence,
    }
    told = [f"{signal.sentence}" + (f" {signal.action}" if signal.level != "none" else "") for signal in signals]
    return Report(figures, "\n".join([sentence, *told]), [as_table(signals)], lambda: draw(signals, sentence))


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


@dataclass(frozen=True)
class Weeks:
    """The signals of earlier weeks by name, one dictionary a week, oldest first."""

    told: Sequence[dict[str, dict[str, Any]]]

    @classmethod
    def of(cls, files: Sequence[str]) -> Weeks:
        """From what `--json` printed: a file for each week, or several weeks in one, a line each."""
        from ..errors import BadInput

        told = []
        for file in files:
            try:
                lines = Path(file).read_text(encoding="utf-8").splitlines()
            except OSError as error:
                raise BadInput(f"cannot be read ({error.strerror})", file=file) from None
            except UnicodeDecodeError:
                raise BadInput("is not UTF-8 text", file=file) from None
            for row, line in enumerate(lines, 1):
                if line.strip():
                    told.append(_week(line, file, row))
        return cls(told)

    def history(self, name: str) -> list[float]:
        """The figure in the weeks in which it was shown."""
        figures = (week[name]["estimate"] for week in self.told if name in week)
        return [float(figure) for figure in figures if figure is not None]

    def above_chance(self, name: str) -> list[bool]:
        return [week[name].get("above_null") is True for week in self.told if name in week]


def _week(line: str, file: str, row: int) -> dict[str, dict[str, Any]]:
    from ..errors import BadInput

    try:
        found = {signal["name"]: signal for signal in json.loads(line)["signals"]}
        for signal in found.values():
            if signal["estimate"] is not None and not isinstance(signal["estimate"], int | float):
                raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadInput("is not what an earlier run printed with --json", file=file, row=row) from None
    return found


def _signals(
    network: Network, grouped: Grouped | None, weeks: Weeks, permutations: int, seed: int, progress: Progress
) -> list[Signal]:
    from ..networks import controversy, echo, exposure, gini, reciprocity, top_share

    found: list[Signal] = []
    if grouped is not None:
        found += echo(grouped, history=weeks.history("assortativity"), permutations=permutations, seed=seed)
        progress(0.3)
        above = weeks.above_chance("controversy")
        found.append(controversy(grouped, above_before=above, permutations=min(99, permutations), seed=seed))
        progress(0.7)
        found.append(exposure(grouped, permutations=permutations, seed=seed))
    progress(0.9)
    found.append(reciprocity(network, history=weeks.history("reciprocity")))
    sent = network.sent()
    wrote = sent[sent > 0]  # concentration is told among those who took part, as for the forum in the documentation
    if len(wrote):
        found += [gini(wrote, history=weeks.history("gini"), seed=seed), top_share(wrote, seed=seed)]
    return [signal.beside(weeks.history(signal.name)) for signal in found]
