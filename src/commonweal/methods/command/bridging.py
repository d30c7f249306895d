"""`commonweal methods bridging FILE.csv`: scores, the gate and the label, from columns rater, item, rating."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from . import Report

if TYPE_CHECKING:
    from ..bridging import Fit, Night, Ratings
    from ..progress import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.csv", help="columns rater, item, rating (0, 0.5 or 1)")
    parser.add_argument(
        "--groups", metavar="FILE", help="columns rater, group: say how well the factor parts two groups"
    )
    parser.add_argument("--top", type=int, metavar="N", help="list only the first N items (default: all with --json)")
    parser.add_argument("--seed", type=int, default=0, help="of the random starts and folds (default 0)")


def run(arguments: argparse.Namespace) -> Report:
    from ..errors import BadInput
    from ..progress import Bar

    if arguments.top is not None and arguments.top < 1:
        raise BadInput("--top is a whole number from 1")
    with Bar("Bridging") as bar:
        ratings = read_ratings(arguments.file, lambda share: bar(0.3 * share))
        night, found = _fitted(ratings, arguments.seed, lambda share: bar(0.3 + 0.7 * share))
    auc = _separation(ratings, found, arguments.groups) if arguments.groups else None
    sentence = night.sentence
    if auc is not None:
        sentence += f" The factor parts the two groups with an area under the curve of {auc:.3f}."
    scores = night.scores
    tables = [*scores.tables(arguments.top or 20), *night.gate.tables()]
    figures = {**_figures(ratings, night, found), "auc": auc, "sentence": sentence}
    figures["scores"] = _items(night, found, arguments.top)
    return Report(figures, sentence, tables, lambda: scores.picture().svg())


def read_ratings(path: str, progress: Progress) -> Ratings:
    """The ratings of a CSV file. Raises `BadInput`, naming row and column."""
    import numpy as np

    from ..bridging import Ratings
    from ..errors import BadInput
    from ..pairs import Columns, read_pairs

    values = np.array([0, 0.5, 1])
    columns = Columns("rater", "item", "rating", allowed=lambda v: np.isin(v, values), wanted="0, 0.5 or 1")
    read = read_pairs(path, columns, progress=progress)
    if len(read) == 0:
        raise BadInput("has a header and no ratings; at least one is needed", file=path)
    return Ratings.of(
        read.first,
        read.second,
        read.number if read.number is not None else np.zeros(0),
        raters=len(read.first_names),
        items=len(read.second_names),
        item_names=read.second_names,
        rater_names=read.first_names,
    )


def _fitted(ratings: Ratings, seed: int, progress: Progress) -> tuple[Night, Fit]:
    """The night, and a fit to report even where the gate is shut and the score leaves it aside."""
    from ..bridging import fit, nightly

    night = nightly(ratings, seed=seed, progress=progress)
    return night, night.fit if night.fit is not None else fit(ratings, seed=seed, rounds=60)


def _figures(ratings: Ratings, night: Night, found: Fit) -> dict[str, Any]:
    gate, scores = night.gate, night.scores
    return {
        "ratings": len(ratings),
        "raters": ratings.raters,
        "items": ratings.items,
        "repeated": ratings.repeated,
        "gate": {
            "open": gate.open,
            "gains": list(gate.gains),
            "mean_gain": gate.mean_gain,
            "folds_better": gate.folds_better,
            "raters_with_five": gate.raters,
        },
        "by_sides": scores.by_sides,
        "labelled": int(scores.label.sum()),
        "waiting": int(scores.waiting.sum()),
        "mu": found.mu,
        "loss": found.loss,
        "losses": list(night.losses),
        "rounds": found.rounds,
        "settled": found.settled,
    }


def _items(night: Night, found: Fit, top: int | None) -> list[dict[str, Any]]:
    """Best first, then those that wait. What the fit says of an item is told only once five people rated it."""
    import numpy as np

    scores = night.scores
    order = np.concatenate([scores.order, np.flatnonzero(scores.waiting)]) if top is None else scores.order[:top]
    told = []
    for n in order.tolist():
        enough = scores.n[n] >= 5
        told.append(
            {
                "item": scores.name(n),
                "raters": int(scores.n[n]),
                "mean": round(float(scores.mean[n]), 6) if enough else None,
                "score": round(float(scores.score[n]), 6) if enough else None,
                "label": bool(scores.label[n]),
                "intercept": round(float(found.item_intercept[n]), 6) if enough else None,
                "factor": round(float(found.item_factor[n]), 6) if enough else None,
            }
        )
    return told


def _separation(ratings: Ratings, found: Fit, path: str) -> float | None:
    """Area under the curve with which the factor parts the two largest groups (a figure about all, never about one)."""
    import numpy as np

    from ..bridging.check import separation
    from ..errors import BadInput
    from ..pairs import Columns, read_pairs

    read = read_pairs(path, Columns("rater", "group"))
    group_of = {read.first_names[a]: b for a, b in zip(read.first.tolist(), read.second.tolist(), strict=True)}
    group = np.array([group_of.get(name, -1) for name in ratings.rater_names], dtype=np.int64)
    sizes = np.bincount(group[group >= 0], minlength=2)
    if np.count_nonzero(sizes) < 2:
        raise BadInput("names fewer than two groups among the raters", file=path)
    two = np.argsort(-sizes, kind="stable")[:2]
    return separation(found, group, int(two[0]), int(two[1]))
